"""Intended sales and leases, and who is interested. What was published never changes (triggers of migration 0066)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.initiatives.models import Initiative
from coops.property import rules
from coops.property.rules import NoticeFacts, Stage
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.identifiers import refuse_bsn
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_

_TERM = N_("Twintig jaar na afloop (Archiefwet, selectielijst; wij rekenen ruim).")
_STANDS = text("withdrawn_at IS NULL")
_ERASED = N_("De regel blijft staan. Een gewist account staat er als nummer.")


class PropertyNotice(Base):
    """What an owner intends with one property. `closes_on`: last day for interest; `decide_by`: for the decision.

    A decision is proposed by one person and taken by another; `chosen_id` empty means that nobody was chosen.
    """

    __tablename__ = "property_notice"
    __retention__ = Retention(
        N_("Wie een voornemen opschreef, publiceerde, introk of erover besloot, als nummer."), _TERM, _ERASED
    )
    __table_args__ = (
        CheckConstraint("deal IN ('sale', 'lease')", name="deal"),
        CheckConstraint("title <> '' AND use <> '' AND length(criteria) >= 40", name="told"),
        CheckConstraint("sole_reason = '' OR length(sole_reason) >= 40", name="sole_reason"),
        CheckConstraint("area BETWEEN 1 AND 1000000", name="area"),
        CheckConstraint(
            "(published_at IS NULL) = (published_by_id IS NULL) AND (published_at IS NULL) = (closes_on IS NULL) "
            "AND (published_at IS NULL) = (decide_by IS NULL) AND published_by_id <> made_by_id",
            name="published",
        ),
        CheckConstraint("decide_by > closes_on", name="decide_by"),
        CheckConstraint(
            "(proposed_at IS NULL) = (proposed_by_id IS NULL) AND (proposed_at IS NULL) = (reasons = '') "
            "AND (proposed_at IS NOT NULL OR chosen_id IS NULL) "
            "AND (proposed_at IS NULL OR (proposed_at AT TIME ZONE 'Europe/Amsterdam')::date > closes_on)",
            name="proposed",
        ),
        CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL) AND decided_by_id <> proposed_by_id "
            "AND (decided_at IS NULL OR proposed_at IS NOT NULL)",
            name="decided",
        ),
        CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL) AND (closed_at IS NULL) = (close_reason = '') "
            "AND (closed_at IS NULL OR decided_at IS NULL)",
            name="closed",
        ),
        Index("ix_property_notice_organisation_id", "organisation_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    deal: Mapped[str]
    title: Mapped[str]
    place_code: Mapped[str]
    area: Mapped[int]
    use: Mapped[str]
    criteria: Mapped[str]
    sole_reason: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    published_at: Mapped[datetime | None]
    closes_on: Mapped[date | None]
    decide_by: Mapped[date | None]
    chosen_id: Mapped[int | None] = mapped_column(ForeignKey("property_interest.id", use_alter=True))
    reasons: Mapped[str]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str]

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    interests: Mapped[list["PropertyInterest"]] = relationship(
        lazy="raise", order_by="PropertyInterest.id", foreign_keys="PropertyInterest.notice_id"
    )

    def __init__(self, *, facts: NoticeFacts, **rest: Any) -> None:
        rules.check_notice(facts)
        refuse_bsn(title=facts.title, use=facts.use)
        super().__init__(
            deal=facts.deal.value, title=facts.title.strip(), place_code=facts.place_code, area=facts.area,
            use=facts.use.strip(), criteria=facts.criteria.strip(), sole_reason=facts.sole_reason.strip(),
            reasons="", close_reason="", **rest,
        )  # fmt: skip

    def stage(self, at: datetime) -> Stage:
        """Where it stands at an instant."""
        return rules.stage(
            self.closes_on, withdrawn=self.closed_at is not None, decided=self.decided_at is not None,
            today=local_date(at),
        )  # fmt: skip


class PropertyInterest(Base):
    """That one cooperative or one initiative is interested, and how it meets the criteria. One per party stands."""

    __tablename__ = "property_interest"
    __retention__ = Retention(
        N_("Wie namens een coöperatie of groep belangstelling meldde, als nummer."), _TERM, _ERASED
    )
    __table_args__ = (
        CheckConstraint("(organisation_id IS NULL) <> (initiative_id IS NULL)", name="one_party"),
        CheckConstraint("length(text) >= 40", name="text"),
        CheckConstraint("withdrawn_at >= made_at", name="withdrawn_at"),
        Index(
            "uq_property_interest_organisation",
            "notice_id",
            "organisation_id",
            unique=True,
            postgresql_where=_STANDS,
        ),
        Index(
            "uq_property_interest_initiative",
            "notice_id",
            "initiative_id",
            unique=True,
            postgresql_where=_STANDS,
        ),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    notice_id: Mapped[int] = mapped_column(ForeignKey("property_notice.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    initiative_id: Mapped[int | None] = mapped_column(ForeignKey("initiative.id"))
    text: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    initiative: Mapped[Initiative | None] = relationship(lazy="raise")

    @property
    def party(self) -> str:
        """Who is interested."""
        if self.organisation is not None:
            return self.organisation.name
        return "" if self.initiative is None else self.initiative.sentence
