"""The fund, its capital and its terms."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.fund.rules import Capital, TermsFacts
from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_

_KEPT = Retention(
    N_("Wie geld of voorwaarden van het fonds invoerde, als nummer."),
    N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
    N_("De regel blijft staan. Een gewist account staat er als nummer."),
)


class Fund(Base):
    """A fund: `organisation_id` is the party whose books are the fund's own, `keeper_id` who runs it. Never changed."""

    __tablename__ = "fund"
    __retention__ = _KEPT
    __table_args__ = (CheckConstraint("organisation_id <> keeper_id", name="own_books"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    keeper_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id], lazy="raise")


class FundGrant(Base):
    """Capital from one source, in cents: until when, and how it goes over to regular money.

    At its end `returned_amount` went back to the source; the rest stays in the fund. `outcome` tells what became of it.
    """

    __tablename__ = "fund_grant"
    __retention__ = _KEPT
    __table_args__ = (
        CheckConstraint("source <> '' AND hand_over <> ''", name="told"),
        CheckConstraint("amount > 0 AND returned_amount BETWEEN 0 AND amount", name="amount"),
        CheckConstraint("ends_on > received_on", name="term"),
        CheckConstraint(
            "(ended_on IS NULL) = (ended_by_id IS NULL) AND (ended_on IS NULL) = (outcome = '') "
            "AND (ended_on IS NOT NULL OR returned_amount = 0)",
            name="ended",
        ),
        Index("ix_fund_grant_fund_id", "fund_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    source: Mapped[str]
    amount: Mapped[int]
    received_on: Mapped[date]
    ends_on: Mapped[date | None]
    hand_over: Mapped[str]
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), unique=True)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    returned_amount: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str] = mapped_column(default="")
    ended_on: Mapped[date | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    @property
    def capital(self) -> Capital:
        """As a value."""
        return Capital(self.amount, self.received_on, self.returned_amount, self.ended_on)


class FundTerms(Base):
    """On what terms the fund pays ahead from a day on; rows are only added. See `rules.TermsFacts` for the units."""

    __tablename__ = "fund_terms"
    __retention__ = _KEPT
    __table_args__ = (
        UniqueConstraint("fund_id", "valid_from"),
        CheckConstraint("rate BETWEEN 0 AND 0.2", name="rate"),
        CheckConstraint("most_amount > 0", name="most_amount"),
        CheckConstraint(
            "invoice_share BETWEEN 1 AND 10000 AND contract_share BETWEEN 1 AND 10000", name="shares"
        ),
    )

    id: Mapped[Key]
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    valid_from: Mapped[date]
    rate: Mapped[Decimal]
    most_amount: Mapped[int]
    invoice_share: Mapped[int]
    contract_share: Mapped[int]
    set_at: Mapped[datetime]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    @property
    def facts(self) -> TermsFacts:
        """As a value."""
        return TermsFacts(
            self.valid_from, self.rate, self.most_amount, self.invoice_share, self.contract_share
        )
