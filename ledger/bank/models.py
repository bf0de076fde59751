"""Bank accounts, their statements and entries, and what entries were booked as."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.identifiers import Iban
from cwb.kernel.money import Money
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from ledger.bank import rules
from ledger.bank.rules import BookingKind, EntryState
from ledger.debits.models import BankDebit
from ledger.incoming.models import IncomingPayment, IncomingSender
from ledger.invoicing.models import Invoice
from ledger.payments.models import Payment

_STATES = ", ".join(f"'{each}'" for each in EntryState)
_KINDS = ", ".join(f"'{each}'" for each in BookingKind)
_WHYS = ", ".join(f"'{each}'" for each in rules.Why)


class BankAccount(Base):
    """An account at a bank. `number` is an IBAN, or what an old statement has instead (digits).

    `party_id` None: a statement came of which nobody said whose it is. `blocked`: a G-account.
    """

    __tablename__ = "bank_account"
    __retention__ = Retention(
        N_("Het rekeningnummer van een organisatie, en wie het toevoegde, als nummer."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("number ~ '^([A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}|[0-9]{3,20})$'", name="number"),
        Index("ix_bank_account_party_id", "party_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    party_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(unique=True)
    blocked: Mapped[bool]
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    party: Mapped[Organisation | None] = relationship(lazy="raise")

    def __init__(
        self, *, number: str, party_id: int | None, blocked: bool, added_at: datetime, added_by_id: int | None
    ) -> None:
        checked = number if number.isdigit() else Iban.parse(number)
        super().__init__(
            number=checked, party_id=party_id, blocked=blocked, added_at=added_at, added_by_id=added_by_id
        )


class BankStatement(Base):
    """A statement as the bank gave it; never changed. Amounts are cents."""

    __tablename__ = "bank_statement"
    __retention__ = Retention(
        N_("Welk afschrift is ingelezen, en door wie, als nummer."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        UniqueConstraint("account_id", "number", "closes_on"),
        CheckConstraint("closes_on >= opens_on", name="days"),
        CheckConstraint("length(number) BETWEEN 1 AND 140", name="number"),
        CheckConstraint("length(checksum) = 64", name="checksum"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    account_id: Mapped[int] = mapped_column(ForeignKey("bank_account.id"))
    number: Mapped[str]
    currency: Mapped[str]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    opening: Mapped[int]
    closing: Mapped[int]
    checksum: Mapped[str]
    imported_at: Mapped[datetime]
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    account: Mapped[BankAccount] = relationship(lazy="raise")


class BankEntry(Base):
    """A movement on an account; what the bank said never changes, `state` does.

    `key` is the bank's own reference or a hash of the content, with a number where one statement has the same twice.
    `twin_id`: the other party's bank told of the same money first, and it is booked there. `fault` is the name of
    why it waits, `note` why a person left it.
    """

    __tablename__ = "bank_entry"
    __retention__ = Retention(
        N_("Naam, rekening en omschrijving van wie betaalde of betaald werd, zoals op het bankafschrift."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("Daarna gewist. Eerder mag niet van de wet."),
    )
    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        UniqueConstraint("twin_id"),
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("twin_id IS NULL OR (state = 'booked' AND twin_id <> id)", name="twin"),
        CheckConstraint("(state = 'left') = (note <> '')", name="left"),
        CheckConstraint("state = 'open' OR decided_at IS NOT NULL", name="decided"),
        Index("ix_bank_entry_statement_id", "statement_id"),
        Index("ix_bank_entry_open", "account_id", "booked_on", postgresql_where=text("state = 'open'")),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    account_id: Mapped[int] = mapped_column(ForeignKey("bank_account.id"))
    statement_id: Mapped[int] = mapped_column(ForeignKey("bank_statement.id"))
    key: Mapped[str]
    line: Mapped[int]
    amount: Mapped[int]
    currency: Mapped[str]
    booked_on: Mapped[date]
    bank_reference: Mapped[str]
    name: Mapped[str]
    iban: Mapped[str]
    end_to_end: Mapped[str]
    text: Mapped[str]
    marks: Mapped[list[Any]]
    state: Mapped[EntryState]
    fault: Mapped[str]
    note: Mapped[str]
    twin_id: Mapped[int | None] = mapped_column(ForeignKey("bank_entry.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    account: Mapped[BankAccount] = relationship(lazy="raise")
    statement: Mapped[BankStatement] = relationship(lazy="raise")

    @property
    def money(self) -> Money:
        """The amount; above zero: it came in."""
        return Money(self.amount, self.currency)


class BankBooking(Base):
    """What a part of an entry was booked as, and why. Only `undone_*` is ever filled in later.

    `payment_id` of what was known already is a payment of before; `transfer_id` is there for what is no payment. A
    `purchase` pays an invoice that came from outside, a `payout` is what the provider of online payments sent home. A
    `debit` is a direct debit that came in, a `return` one that went back. A `credit` stands ahead: more than was open
    on an invoice, or with `other_id` before there is one. A `payback` is of what stood ahead. `upfront` went to a
    supplier from outside (`sender_id`) before his invoice, or came back from him.
    """

    __tablename__ = "bank_booking"
    __retention__ = Retention(
        N_("Wie een boeking van de bank verwerkte, als nummer."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        CheckConstraint(f"why IN ({_WHYS})", name="why"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(kind IN ('payment', 'refund')) = (payment_id IS NOT NULL)", name="payment"),
        CheckConstraint(
            "(kind IN ('credit', 'other', 'payout', 'debit', 'return', 'payback', 'upfront')) "
            "= (transfer_id IS NOT NULL)",
            name="transfer",
        ),
        CheckConstraint(
            "(kind IN ('other', 'purchase', 'payout', 'debit', 'return', 'payback', 'upfront') "
            "OR other_id IS NOT NULL) = (invoice_id IS NULL)",
            name="invoice",
        ),
        CheckConstraint("other_id IS NULL OR kind = 'credit'", name="other"),
        CheckConstraint("(kind = 'upfront') = (sender_id IS NOT NULL)", name="upfront"),
        CheckConstraint("(kind IN ('debit', 'return')) = (debit_id IS NOT NULL)", name="debit"),
        Index(
            "uq_bank_booking_debit",
            "debit_id",
            "kind",
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
        CheckConstraint("(kind = 'payout') = (payout_id IS NOT NULL)", name="payout"),
        Index(
            "uq_bank_booking_payout_id", "payout_id", unique=True, postgresql_where=text("undone_at IS NULL")
        ),
        CheckConstraint("(kind = 'purchase') = (incoming_payment_id IS NOT NULL)", name="purchase"),
        Index("ix_bank_booking_entry_id", "entry_id"),
        Index("ix_bank_booking_credit", "entry_id", postgresql_where=text("kind = 'credit'")),
        Index("ix_bank_booking_sender_id", "sender_id", postgresql_where=text("kind = 'upfront'")),
        Index("ix_bank_booking_invoice_id", "invoice_id"),
        Index("ix_bank_booking_payment_id", "payment_id"),
        Index("ix_bank_booking_incoming_payment_id", "incoming_payment_id"),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey("bank_entry.id"))
    kind: Mapped[BookingKind]
    amount: Mapped[int]
    why: Mapped[rules.Why]
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"))
    incoming_payment_id: Mapped[int | None] = mapped_column(ForeignKey("incoming_payment.id"))
    payout_id: Mapped[int | None] = mapped_column(ForeignKey("provider_payment.id"))
    debit_id: Mapped[int | None] = mapped_column(ForeignKey("bank_debit.id"))
    other_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("incoming_sender.id"))
    role: Mapped[str]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    invoice: Mapped[Invoice | None] = relationship(lazy="raise")
    payment: Mapped[Payment | None] = relationship(lazy="raise")
    incoming_payment: Mapped[IncomingPayment | None] = relationship(lazy="raise")
    debit: Mapped[BankDebit | None] = relationship(lazy="raise")
    sender: Mapped[IncomingSender | None] = relationship(lazy="raise")

    @property
    def money(self) -> Money:
        """The amount."""
        return Money(self.amount)


class BankTolerance(Base):
    """From which day how much (cents) an amount may be off and still be suggested. Rows are only added."""

    __tablename__ = "bank_tolerance"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (CheckConstraint("amount BETWEEN 0 AND 1000", name="amount"),)

    party_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    amount: Mapped[int]
