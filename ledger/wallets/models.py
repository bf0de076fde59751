"""Wallets, what was paid between them, and what is asked back.

A wallet is an account in the books of the instrument's keeper: what it holds is what the keeper owes its holder.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Party
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.accounts.models import Account
from ledger.instruments.rules import Code
from ledger.pins.rules import MOST_WITHOUT

_YEARS = N_("Zeven jaar na het boekjaar (art. 52 AWR).")


class Wallet(Base):
    """A holder's account of one instrument, with the code it is paid by. `live`: not of the simulation."""

    __tablename__ = "wallet"
    __retention__ = Retention(
        N_("Wie een portemonnee heeft, en de code."), _YEARS,
        N_("De naam van een gewiste bewoner verdwijnt. De bedragen blijven."),
    )  # fmt: skip
    __table_args__ = (
        UniqueConstraint("instrument_code", "party_id", "live"),
        CheckConstraint("length(code) = 8", name="code"),
        CheckConstraint("yearly_sales >= 0", name="sales"),
        CheckConstraint("instrument_code <> 'WIJK'", name="money"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    instrument_code: Mapped[Code] = mapped_column(ForeignKey("instrument.code"))
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    live: Mapped[bool]
    firm: Mapped[bool]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    yearly_sales: Mapped[int | None]
    opened_at: Mapped[datetime]

    party: Mapped[Party] = relationship(lazy="raise")
    account: Mapped[Account] = relationship(lazy="raise")

    @property
    def balance(self) -> Money:
        """What it holds."""
        return Money(self.account.posted)


class WalletPayment(Base):
    """One payment between two wallets of an instrument; append-only. The books have it too: `transfer_id`.

    `version_id`: the conditions it was held against, None: those from the beginning. `price`: what all cost, if told.
    """

    __tablename__ = "wallet_payment"
    __retention__ = Retention(
        N_("Wie wie betaalde, als nummers, en wat erbij stond."), _YEARS,
        N_("De naam achter het nummer kan weg. Het bedrag blijft."),
    )  # fmt: skip
    __table_args__ = (
        CheckConstraint("amount > 0 AND payer_id <> payee_id", name="amount"),
        CheckConstraint("confirmed IN ('unasked', 'none', 'pin', 'passkey')", name="confirmed"),
        CheckConstraint(f"confirmed <> 'none' OR amount <= {MOST_WITHOUT}", name="small"),
        CheckConstraint("price >= amount", name="price"),
        Index(
            "ix_wallet_payment_volume", "instrument_code", "live", "paid_at", postgresql_include=["amount"]
        ),
        Index("ix_wallet_payment_payer_id", "payer_id", "paid_at"),
        Index("ix_wallet_payment_payee_id", "payee_id", "paid_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    instrument_code: Mapped[Code] = mapped_column(ForeignKey("instrument.code"))
    live: Mapped[bool]
    payer_id: Mapped[int] = mapped_column(ForeignKey("wallet.id"))
    payee_id: Mapped[int] = mapped_column(ForeignKey("wallet.id"))
    amount: Mapped[int]
    note: Mapped[str]
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), unique=True)
    paid_at: Mapped[datetime]
    paid_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    confirmed: Mapped[str]
    version_id: Mapped[int | None] = mapped_column(ForeignKey("condition_version.id"))
    price: Mapped[int | None]


class Refund(Base):
    """What a holder asks back in euro, reserved until it is paid or the holder takes the request back.

    After either it stays as it was (`wallet_refund_keep`).
    """

    __tablename__ = "wallet_refund"
    __retention__ = Retention(
        N_("Wie euro’s terugvroeg, en wie ze betaalde."), _YEARS,
        N_("De naam achter het nummer kan weg. Het bedrag blijft."),
    )  # fmt: skip
    __table_args__ = (
        CheckConstraint("amount > 0 AND fee BETWEEN 0 AND amount", name="amount"),
        CheckConstraint("num_nulls(fee, transfer_id, paid_at, paid_by_id) IN (0, 4)", name="paid"),
        CheckConstraint(
            "num_nulls(withdrawn_at, withdrawn_by_id) IN (0, 2) AND (withdrawn_at IS NULL OR paid_at IS NULL)",
            name="withdrawn",
        ),
        Index(
            "uq_wallet_refund_waiting",
            "wallet_id",
            unique=True,
            postgresql_where=text("paid_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    wallet_id: Mapped[int] = mapped_column(ForeignKey("wallet.id"))
    amount: Mapped[int]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reserved_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), unique=True)
    fee: Mapped[int | None]
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"), unique=True)
    paid_at: Mapped[datetime | None]
    paid_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    wallet: Mapped[Wallet] = relationship(lazy="raise")
