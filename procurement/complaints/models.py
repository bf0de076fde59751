"""Complaints. What was said and how it ended stays (trigger of migration 0032)."""

from datetime import date, datetime

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.complaints.rules import ANSWERS, About, State
from procurement.hearings.rules import LEAST_TEXT
from procurement.tenders.models import Tender

_ABOUT = ", ".join(f"'{each}'" for each in About)
_STATES = ", ".join(f"'{each}'" for each in State)
_ANSWERED = ", ".join(f"'{each}'" for each in ANSWERS)


class Complaint(Base):
    """What an organisation that may bid says is wrong with a tender, what it asks, and the buyer's answer.

    `measure` is what the buyer does where the complaint is right, done at `resolved_at`. `summary` is what the buyer
    publishes of it, without names, with the answer or later, once; empty for nothing. `stand_in` is whom the buyer
    asked at the programme because nobody of its own was outside the tender. `lot_ids` are the lots it is about, empty
    for all.
    """

    __tablename__ = "complaint"
    __retention__ = Retention(
        N_("Wie namens een organisatie klaagde, en wie antwoord gaf, als nummer, met hun woorden."),
        N_("Twintig jaar na afloop (Archiefwet, selectielijst; wij rekenen ruim)."),
        N_("De klacht blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint(f"about IN ({_ABOUT})", name="about"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint(f"length(text) >= {LEAST_TEXT}", name="text"),
        CheckConstraint("wish <> ''", name="wish"),
        CheckConstraint(
            f"(answered_at IS NULL) = (answered_by_id IS NULL) AND (answered_at IS NOT NULL) = (state IN ({_ANSWERED}))"
            f" AND (answered_at IS NULL OR length(answer) >= {LEAST_TEXT})", name="answered",
        ),
        CheckConstraint("state NOT IN ('upheld', 'partly') OR measure <> ''", name="measure"),
        CheckConstraint(
            "(resolved_at IS NULL) = (resolved_by_id IS NULL)"
            " AND (resolved_at IS NULL OR state IN ('upheld', 'partly'))",
            name="resolved",
        ),
        CheckConstraint("(withdrawn_at IS NOT NULL) = (state = 'withdrawn')", name="withdrawn"),
        CheckConstraint("summary = '' OR answered_at IS NOT NULL", name="summary"),
        CheckConstraint("answered_by_id <> submitted_by_id", name="two_sides"),
        CheckConstraint(
            "(summary = '') = (published_at IS NULL) AND (published_at IS NULL) = (published_by_id IS NULL)",
            name="published",
        ),
        CheckConstraint("published_by_id = answered_by_id", name="published_by"),
        CheckConstraint("published_at >= answered_at", name="published_after"),
        CheckConstraint(
            "(stand_in_id IS NULL) = (stand_in_at IS NULL) AND (stand_in_id IS NULL) = (stand_in_by_id IS NULL)",
            name="stand_in",
        ),
        CheckConstraint("stand_in_id <> stand_in_by_id", name="stand_in_asked"),
        CheckConstraint("stand_in_id <> submitted_by_id", name="stand_in_other"),
        Index("ix_complaint_tender_id", "tender_id"),
        Index("ix_complaint_organisation_id", "organisation_id"),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    lot_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    about: Mapped[About]
    text: Mapped[str]
    wish: Mapped[str]
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime]
    answer_by: Mapped[date]
    state: Mapped[State]
    answer: Mapped[str]
    measure: Mapped[str]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    resolved_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    summary: Mapped[str]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    published_at: Mapped[datetime | None]
    stand_in_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    stand_in_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    stand_in_at: Mapped[datetime | None]

    tender: Mapped[Tender] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    answered_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[answered_by_id])
    stand_in: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[stand_in_id])
