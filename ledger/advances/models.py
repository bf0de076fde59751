"""Advances with their assignment, and what came in on them."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.advances import rules
from ledger.advances.rules import Claim, Route

_KEPT = Retention(
    N_("Wie een voorschot tekende, uitbetaalde of boekte, als nummer."),
    N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
    N_("De regel blijft staan. Een gewist account staat er als nummer."),
)


class Advance(Base):
    """Money ahead on one invoice, or on what one agreement still pays to a supplier; cents.

    `rate` is the yearly cost as a fraction, `fee` that cost in cents, fixed when the deed was signed. `fund_iban` is
    where the debtor pays. What was agreed never changes; the running sums only grow.
    """

    __tablename__ = "advance"
    __retention__ = _KEPT
    __table_args__ = (
        CheckConstraint("(invoice_id IS NULL) <> (agreement_id IS NULL)", name="one_base"),
        CheckConstraint(
            "fund_id <> borrower_id AND fund_id <> debtor_id AND borrower_id <> debtor_id", name="parties"
        ),
        CheckConstraint("amount > 0 AND fee >= 0 AND rate BETWEEN 0 AND 1", name="amount"),
        CheckConstraint("repaid_amount >= 0 AND written_off_amount >= 0", name="sums"),
        CheckConstraint("repaid_amount + written_off_amount <= amount", name="repaid"),
        CheckConstraint("recovered_amount BETWEEN 0 AND written_off_amount", name="recovered"),
        CheckConstraint("fee_paid BETWEEN 0 AND fee", name="fee_paid"),
        CheckConstraint("(paid_out_on IS NULL) = (payout_transfer_id IS NULL)", name="paid_out"),
        CheckConstraint(
            "paid_out_on IS NOT NULL OR repaid_amount + written_off_amount + fee_paid = 0", name="only_paid_out"
        ),
        CheckConstraint("withdrawn_at IS NULL OR paid_out_on IS NULL", name="withdrawn"),
        CheckConstraint("(seen_at IS NULL) = (seen_by_id IS NULL)", name="seen"),
        CheckConstraint(
            "(released_on IS NOT NULL) = (paid_out_on IS NOT NULL AND repaid_amount + recovered_amount = amount "
            "AND fee_paid = fee)",
            name="released",
        ),
        Index("uq_advance_invoice", "invoice_id", unique=True, postgresql_where=text("withdrawn_at IS NULL")),
        Index(
            "uq_advance_agreement", "agreement_id", "borrower_id", unique=True,
            postgresql_where=text("withdrawn_at IS NULL AND released_on IS NULL"),
        ),
        Index("ix_advance_borrower_id", "borrower_id"),
        Index("ix_advance_debtor_id", "debtor_id"),
        Index("ix_advance_fund_id", "fund_id"),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    fund_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    borrower_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    debtor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"))
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"))
    amount: Mapped[int]
    fee: Mapped[int]
    rate: Mapped[Decimal]
    due_on: Mapped[date]
    fund_iban: Mapped[str]
    assigned_at: Mapped[datetime]
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    seen_at: Mapped[datetime | None]
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    paid_out_on: Mapped[date | None]
    payout_transfer_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"), unique=True)
    repaid_amount: Mapped[int] = mapped_column(default=0)
    fee_paid: Mapped[int] = mapped_column(default=0)
    written_off_amount: Mapped[int] = mapped_column(default=0)
    recovered_amount: Mapped[int] = mapped_column(default=0)
    withdrawn_at: Mapped[datetime | None]
    released_on: Mapped[date | None]

    fund: Mapped[Organisation] = relationship(foreign_keys=[fund_id], lazy="raise_on_sql")
    borrower: Mapped[Organisation] = relationship(foreign_keys=[borrower_id], lazy="raise_on_sql")
    debtor: Mapped[Organisation] = relationship(foreign_keys=[debtor_id], lazy="raise_on_sql")

    @property
    def claim(self) -> Claim:
        """Where it stands; nothing is owed before it was paid out."""
        if self.paid_out_on is None:
            return rules.NOTHING
        return Claim(
            self.amount, self.repaid_amount, self.written_off_amount, self.recovered_amount, self.fee, self.fee_paid
        )  # fmt: skip

    @property
    def owed(self) -> Money:
        """All that is still owed, with the cost."""
        return Money(self.claim.owed)

    def take(self, parts: rules.Split, on: date) -> None:
        """Count what came in; the assignment ends when nothing is owed."""
        self.repaid_amount += parts.principal
        self.recovered_amount += parts.recovered
        self.fee_paid += parts.fee
        if self.paid_out_on is not None and not self.claim.owed:
            self.released_on = on


class AdvanceReceipt(Base):
    """One amount that came in, and what it repaid; rows are only added, `passed_on_*` is filled once.

    `rest` is what the fund owes on to `rest_to_id`. By the route `borrower` nothing reached the fund: `amount` is what
    the debtor paid past it.
    """

    __tablename__ = "advance_receipt"
    __retention__ = _KEPT
    __table_args__ = (
        CheckConstraint("route IN ('fund', 'borrower', 'direct', 'surplus')", name="route"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("principal >= 0 AND recovered >= 0 AND fee >= 0 AND rest >= 0", name="parts"),
        CheckConstraint(
            "route = 'borrower' AND principal + recovered + fee + rest = 0 "
            "OR route <> 'borrower' AND principal + recovered + fee + rest = amount",
            name="whole",
        ),
        CheckConstraint("(rest > 0) = (rest_to_id IS NOT NULL)", name="rest_to"),
        CheckConstraint("(passed_on_on IS NULL) = (passed_on_by_id IS NULL)", name="passed_on"),
        CheckConstraint("passed_on_on IS NULL OR rest > 0", name="passed_on_rest"),
        Index("ix_advance_receipt_advance_id", "advance_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    advance_id: Mapped[int] = mapped_column(ForeignKey("advance.id"))
    route: Mapped[Route]
    amount: Mapped[int]
    principal: Mapped[int]
    recovered: Mapped[int]
    fee: Mapped[int]
    rest: Mapped[int]
    rest_to_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    on: Mapped[date]
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), unique=True)
    passed_on_on: Mapped[date | None]
    passed_on_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    advance: Mapped[Advance] = relationship(lazy="raise_on_sql")
    rest_to: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")
