"""Questions about prices. What was said stays; the freeze waits for a confirmed judgment (triggers of 0034)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.hearings.models import Hearing, hearing_checks
from procurement.hearings.rules import LEAST_TEXT
from procurement.lowbids.rules import State, Verdict, state_of
from procurement.opening.models import OpenedBid
from procurement.tenders.models import Tender

_VERDICTS = ", ".join(f"'{each}'" for each in Verdict)


class LowBidQuestion(Hearing, Base):
    """A buyer's question to the bidder of one opened bid, its explanation, the judgment, and who confirmed that.

    `hints` is what the buyer was shown, `[{"against", "percent"}]`; the bidder reads them without percents.
    `returned_note` is why a second person gave the judgment back the last time.
    """

    __tablename__ = "low_bid_question"
    __retention__ = Retention(
        N_(
            "Wie vroeg, uitlegde, besliste en bevestigde bij een heel lage prijs, als nummer, met hun woorden."
        ),
        N_("Twintig jaar: zo lang moet een gunning na te gaan zijn (Archiefwet)."),
        N_("De woorden blijven staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        *hearing_checks(),
        CheckConstraint(f"verdict IN ({_VERDICTS})", name="verdict"),
        CheckConstraint(
            "(judged_at IS NULL) = (judged_by_id IS NULL) AND (judged_at IS NULL) = (verdict IS NULL)"
            f" AND (judged_at IS NULL OR length(reasons) >= {LEAST_TEXT}"
            " AND (answered_at IS NOT NULL OR judged_at >= answer_until))",
            name="judged",
        ),
        CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by_id IS NULL)"
            " AND (confirmed_at IS NULL OR judged_at IS NOT NULL AND confirmed_by_id <> judged_by_id)",
            name="confirmed",
        ),
        Index("ix_low_bid_question_tender_id", "tender_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    opened_bid_id: Mapped[int] = mapped_column(ForeignKey("opened_bid.id"), unique=True)
    hints: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    verdict: Mapped[Verdict | None]
    reasons: Mapped[str]
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    judged_at: Mapped[datetime | None]
    returned_note: Mapped[str]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]

    tender: Mapped[Tender] = relationship(lazy="raise")
    bid: Mapped[OpenedBid] = relationship(lazy="raise")

    def state(self, at: datetime) -> State:
        """Where it stands at an instant."""
        return state_of(
            is_heard=self.is_heard(at), is_judged=self.judged_at is not None,
            is_confirmed=self.confirmed_at is not None,
        )  # fmt: skip


class LowBidDraft(Base):
    """An explanation that the lead of a joint bid shows its members before it sends it; gone once it is sent."""

    __tablename__ = "low_bid_draft"
    __retention__ = Retention(
        N_("Wie een concept schreef van de uitleg van een gezamenlijke prijs, als nummer, met de woorden."),
        N_("Tot de uitleg is verstuurd, hooguit tot het einde van de aanbesteding."),
        N_("Een gewist account staat er als nummer."),
    )

    question_id: Mapped[int] = mapped_column(
        ForeignKey("low_bid_question.id"), primary_key=True, autoincrement=False
    )
    answer: Mapped[str]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    saved_at: Mapped[datetime]
