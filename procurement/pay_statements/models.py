"""Pay statements. What was stated stays; it is looked at once, by somebody of neither side (triggers of 0063)."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.papers.models import CooperativePaper
from cwb.identity.models import Organisation, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.contracts.models import Contract
from procurement.pay_statements import rules


class PayStatement(Base):
    """Sums of a period under a contract, with the paper behind it; `minimum_minor` and `floor_minor` as they were then.

    `floor_minor` is the floor of the tender, or the statutory minimum where it set none.
    """

    __tablename__ = "pay_statement"
    __retention__ = Retention(
        N_("Aantallen, uren en loon per contract, zonder namen. Wie ze invulde en controleerde, als nummer."),
        N_("Zeven jaar na het einde van het contract."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on AND ends_on - starts_on < 366", name="days"),
        CheckConstraint("people > 0 AND hours > 0 AND lowest_minor > 0", name="people"),
        CheckConstraint("hours <= people * (ends_on - starts_on + 1) * 24", name="hours"),
        CheckConstraint("paid_minor >= lowest_minor * hours", name="average"),
        CheckConstraint("floor_minor >= minimum_minor", name="floor"),
        CheckConstraint(
            "(checked_at IS NULL) = (checked_by_id IS NULL) AND (checked_at IS NULL) = (accepted IS NULL)"
            f" AND (checked_at IS NULL OR length(check_note) >= {rules.LEAST_NOTE} AND checked_by_id <> stated_by_id)",
            name="checked",
        ),
        Index("ix_pay_statement_contract_id", "contract_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    lowest_minor: Mapped[int]
    floor_minor: Mapped[int]
    minimum_minor: Mapped[int]
    cao: Mapped[str]
    people: Mapped[int]
    hours: Mapped[Decimal]
    paid_minor: Mapped[int]
    paper_id: Mapped[int] = mapped_column(ForeignKey("cooperative_paper.id"))
    stated_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    stated_at: Mapped[datetime]
    accepted: Mapped[bool | None]
    check_note: Mapped[str]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    checked_at: Mapped[datetime | None]

    contract: Mapped[Contract] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    paper: Mapped[CooperativePaper] = relationship(lazy="raise")
    stated_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[stated_by_id])

    @property
    def valid_until(self) -> date:
        """The last day on which it counts."""
        return rules.valid_until(self.ends_on)

    @property
    def is_below(self) -> bool:
        """Whether the lowest wage lies below what was asked."""
        return self.lowest_minor < self.floor_minor

    def grade(self, today: date) -> rules.Grade:
        """How good the evidence is on a day."""
        return rules.grade(self.ends_on, self.accepted, today)
