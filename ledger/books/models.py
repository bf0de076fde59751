"""The tables of the books. Amounts are minor units of the row's currency; debit is positive, credit negative.

Each transfer adds up to zero per currency and per set of books (party): a deferred constraint trigger sees to it.
Entries, transfers, reservations and intents are append-only by trigger; only an account's cached balance changes.
Rows are written by the database functions of migration 0005, through `ledger.books.services`.
"""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_

_NOW = text("cwb_now()")
_NAME = "~ '^[a-z][a-z_]{1,40}$'"
_LARGEST = 10**15
_PENDING, _REVERSES = text("pending_of IS NOT NULL"), text("reverses IS NOT NULL")
_INTENT, _EXPIRES = text("intent_id IS NOT NULL"), text("expires_at IS NOT NULL")


class Intent(Base):
    """Why money moves: a payment, an invoice, a grant. It makes none, one or many transfers.

    `reference` is a machine's name for the subject ("invoice:0190…") and holds no personal data.
    """

    __tablename__ = "intent"
    __retention__ = Retention(
        N_("Wie aan wie wilde betalen, als nummers."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("Boekingen worden nooit gewijzigd. De naam achter het nummer kan weg."),
    )
    __table_args__ = (
        UniqueConstraint("kind", "reference"),
        CheckConstraint(f"kind {_NAME}", name="kind"),
        CheckConstraint("length(reference) BETWEEN 1 AND 200", name="reference"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    kind: Mapped[str]
    reference: Mapped[str]
    payer_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    payee_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class Transfer(Base):
    """One step: post, pend, settle, void or expire. `legs` is the number of entries it has, for ever.

    What a row may hold is decided by the trigger `transfer_shape`, cheaper than as many checks; that its intent and
    what it ends or reverses are there, by it and `transfer_whole`, in the place of foreign keys (migration 0005).
    `effective_at` is when it counts (statements), `created_at` when it was written (audit).
    """

    __tablename__ = "transfer"
    __retention__ = Retention(
        N_("Dat er is betaald, zonder namen."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("Boekingen worden nooit gewijzigd. De naam achter het nummer kan weg."),
    )
    __table_args__ = (
        Index("uq_transfer_pending_of", "pending_of", unique=True, postgresql_where=_PENDING),
        Index("uq_transfer_reverses", "reverses", unique=True, postgresql_where=_REVERSES),
        Index("ix_transfer_intent_id", "intent_id", postgresql_where=_INTENT),
        Index("ix_transfer_expires_at", "expires_at", postgresql_where=_EXPIRES),
        Index("ix_transfer_xact", "xact"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(unique=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    step: Mapped[str]
    kind: Mapped[str]
    legs: Mapped[int] = mapped_column(SmallInteger)
    intent_id: Mapped[int | None]
    pending_of: Mapped[int | None]
    reverses: Mapped[int | None]
    expires_at: Mapped[datetime | None]
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    effective_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    xact: Mapped[int] = mapped_column(server_default=text("(pg_current_xact_id()::text)::bigint"))


class TransferNote(Base):
    """What a person wrote with a transfer. It may be erased; the transfer keeps a salted digest only."""

    __tablename__ = "transfer_note"
    __retention__ = Retention(
        N_("Vrije tekst bij een betaling. Daar kan een naam in staan."),
        N_("Zeven jaar, of korter als iemand om wissen vraagt."),
        N_("De tekst wordt gewist. De keten blijft kloppen."),
    )
    __table_args__ = (
        CheckConstraint(
            "(erased_at IS NULL AND text IS NOT NULL AND salt IS NOT NULL)"
            " OR (erased_at IS NOT NULL AND text IS NULL AND salt IS NULL)",
            name="erased",
        ),
    )

    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), primary_key=True, autoincrement=False)
    text: Mapped[str | None]
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    erased_at: Mapped[datetime | None]


class Entry(Base):
    """One line of a posted transfer. `account_version` counts the entries of an account without a gap.

    That its transfer has room for it, and its account these books and this currency, is decided by the trigger
    `entry_fits`, which takes the place of foreign keys and checks (migration 0005).
    """

    __tablename__ = "entry"
    __retention__ = Retention(
        N_("Bedragen van organisaties en bewoners, als nummers."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("Boekingen worden nooit gewijzigd. De naam achter het nummer kan weg."),
    )
    __table_args__ = (UniqueConstraint("account_id", "account_version"),)

    transfer_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    leg: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    legs: Mapped[int] = mapped_column(SmallInteger)
    account_id: Mapped[int]
    party_id: Mapped[int]
    currency: Mapped[str]
    amount: Mapped[int]
    account_version: Mapped[int]
    balance_after: Mapped[int]


class Hold(Base):
    """One line of a reservation: room taken on an account until it is settled, voided or expired."""

    __tablename__ = "hold"
    __retention__ = Retention(
        N_("Gereserveerde bedragen van organisaties en bewoners, als nummers."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("Boekingen worden nooit gewijzigd. De naam achter het nummer kan weg."),
    )
    __table_args__ = (
        UniqueConstraint("transfer_id", "account_id"),
        CheckConstraint("leg >= 1", name="leg"),
        CheckConstraint(f"amount <> 0 AND abs(amount) <= {_LARGEST}", name="amount"),
        Index("ix_hold_account_id", "account_id"),
    )

    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), primary_key=True, autoincrement=False)
    leg: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    party_id: Mapped[int]
    currency: Mapped[str]
    amount: Mapped[int]
