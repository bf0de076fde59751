"""Payments: rows are only added; one that is taken back says so, with why and by whom beside it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.invoicing.models import Invoice
from ledger.payments.rules import PaymentKind


class Payment(Base):
    """Money that moved for one invoice: `amount` in cents, above zero; a refund goes back to the buyer.

    `key` is the caller's idempotency key, `reference` the payment's own mark on the bank statement. `recorded_by_id` is
    None where a bank file told of it. `blocked`: it went to the seller's G-account. `undone_at`: it was taken back.
    """

    __tablename__ = "payment"
    __retention__ = Retention(
        N_("Wie een betaling invoerde, als nummer, met het kenmerk."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("kind IN ('payment', 'refund')", name="kind"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("length(reference) <= 140", name="reference"),
        CheckConstraint("length(key) BETWEEN 1 AND 180", name="key"),
        Index("ix_payment_invoice_id", "invoice_id"),
        Index(
            "uq_payment_same", "invoice_id", "kind", "amount", "paid_on", "reference", "blocked", unique=True,
            postgresql_where=text("reference <> '' AND undone_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    kind: Mapped[PaymentKind]
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(default="EUR")
    paid_on: Mapped[date]
    reference: Mapped[str]
    blocked: Mapped[bool]
    key: Mapped[str] = mapped_column(unique=True)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), unique=True)
    undone_at: Mapped[datetime | None]

    invoice: Mapped[Invoice] = relationship(lazy="raise")
    recorded_by: Mapped[User | None] = relationship(lazy="raise")

    @property
    def money(self) -> Money:
        """The amount."""
        return Money(self.amount, self.currency)


class PaymentUndo(Base):
    """That a payment is taken back: asked for, and done by the same or (`two`) by another person.

    What was asked only may be dropped; what was done is kept.
    """

    __tablename__ = "payment_undo"
    __retention__ = Retention(
        N_("Wie een betaling terugdraaide, als nummer, en waarom."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("length(reason) BETWEEN 1 AND 2000", name="reason"),
        CheckConstraint("num_nulls(done_by_id, done_at, transfer_id) IN (0, 3)", name="done"),
        CheckConstraint("NOT two OR done_by_id <> asked_by_id", name="two_people"),
    )

    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), primary_key=True, autoincrement=False)
    reason: Mapped[str]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    two: Mapped[bool]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    done_at: Mapped[datetime | None]
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"), unique=True)
