"""Requests to pay, each paid at most once."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.wallets.models import Wallet, WalletPayment


class PaymentRequest(Base):
    """A holder asks an amount until an instant. Paid or withdrawn it stays so (trigger `payment_request_keep`).

    `price`: what all costs, where a part is paid in euros.
    """

    __tablename__ = "payment_request"
    __retention__ = Retention(
        N_("Wie geld vroeg, hoeveel, waarvoor, en met welke betaling het kwam."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De naam achter het nummer kan weg. Het bedrag blijft."),
    )
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("price >= amount", name="price"),
        CheckConstraint("length(note) <= 200", name="note"),
        CheckConstraint(
            "expires_at > made_at AND expires_at <= made_at + interval '31 days'", name="expires"
        ),
        CheckConstraint(
            "num_nulls(payment_id, paid_at) IN (0, 2) AND (paid_at IS NULL OR paid_at < expires_at)",
            name="paid",
        ),
        CheckConstraint(
            "num_nulls(withdrawn_at, withdrawn_by_id) IN (0, 2) AND (withdrawn_at IS NULL OR paid_at IS NULL)",
            name="withdrawn",
        ),
        Index("ix_payment_request_payee_id", "payee_id", "made_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    payee_id: Mapped[int] = mapped_column(ForeignKey("wallet.id"))
    amount: Mapped[int]
    price: Mapped[int | None]
    note: Mapped[str]
    at_till: Mapped[bool]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    expires_at: Mapped[datetime]
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("wallet_payment.id"), unique=True)
    paid_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    payee: Mapped[Wallet] = relationship(lazy="raise")
    payment: Mapped[WalletPayment | None] = relationship(lazy="raise")
    made_by: Mapped[User] = relationship(foreign_keys=[made_by_id], lazy="raise")

    @property
    def asked(self) -> Money:
        """How much."""
        return Money(self.amount)
