"""Received invoices, who sent them on which account, what happened to them, and their payments."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from ledger.agreements.models import Agreement
from ledger.incoming import rules
from ledger.incoming.rules import Channel, IncomingState

_STATES = ", ".join(f"'{each}'" for each in IncomingState)
_COSTS = ", ".join(f"'{each}'" for each in rules.COSTS)
_SEVEN = N_("Zeven jaar na het boekjaar (art. 52 AWR).")
_GONE = N_("Daarna gewist. Eerder mag niet van de wet.")
_STAYS = N_("De regel blijft staan. Een gewist account staat er als nummer.")
STEPS = ("came", "approval", "approved", "dispute", "refused", "credited", "payment", "refund", "undone")


class IncomingSender(Base):
    """Who sends a buyer invoices, told apart by number, else by name. `party_id`: an organisation of this house."""

    __tablename__ = "incoming_sender"
    __retention__ = Retention(
        N_("Naam en nummers van een leverancier van buiten. Bij een eenmanszaak is dat een persoon."),
        _SEVEN,
        _GONE,
    )
    __table_args__ = (
        CheckConstraint("length(name) BETWEEN 1 AND 200", name="name"),
        Index("uq_incoming_sender_kvk", "buyer_id", "kvk", unique=True, postgresql_where=text("kvk <> ''")),
        Index(
            "uq_incoming_sender_vat_id", "buyer_id", "vat_id", unique=True,
            postgresql_where=text("kvk = '' AND vat_id <> ''"),
        ),
        Index(
            "uq_incoming_sender_name", "buyer_id", "plain_name", unique=True,
            postgresql_where=text("kvk = '' AND vat_id = ''"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    buyer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str]
    plain_name: Mapped[str]
    kvk: Mapped[str]
    vat_id: Mapped[str]
    since: Mapped[datetime]


class IncomingAccount(Base):
    """An account of a sender that a person asked after. Rows are only added."""

    __tablename__ = "incoming_account"
    __retention__ = Retention(
        N_("Het IBAN van een leverancier, en wie het nakeek, als nummer."), _SEVEN, _GONE
    )

    sender_id: Mapped[int] = mapped_column(ForeignKey("incoming_sender.id"), primary_key=True)
    iban: Mapped[str] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime]
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class IncomingInvoice(Base):
    """An invoice or credit note that somebody else made; amounts in cents, a credit note's are positive too.

    What came never changes; state, days of steps and the two running sums do (trigger `incoming_invoice_keep`).
    `taxed` are the nets with VAT on them, `shifted` the VAT that the buyer declares on `shifted_net` itself. `flags`
    were found when it came; what is odd now is asked anew at each approval.
    """

    __tablename__ = "incoming_invoice"
    __retention__ = Retention(
        N_("Een ontvangen factuur: naam, adres en IBAN van de leverancier, en het bestand."), _SEVEN, _GONE
    )
    __table_args__ = (
        CheckConstraint("channel IN ('upload', 'peppol')", name="channel"),
        CheckConstraint("(channel = 'peppol') = (provider_id IS NOT NULL)", name="provider"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint(f"cost IN ({_COSTS})", name="cost"),
        CheckConstraint("length(number) BETWEEN 1 AND 60 AND due_on >= issued_on", name="facts"),
        CheckConstraint("total = net + vat AND total > 0 AND shifted >= 0", name="total"),
        CheckConstraint("credited BETWEEN 0 AND total AND paid BETWEEN 0 AND total", name="sums"),
        CheckConstraint("credits_id IS NULL OR (credited = 0 AND paid = 0)", name="credit_note"),
        CheckConstraint(
            "state <> 'settled' OR credits_id IS NOT NULL OR total <= credited + paid", name="settled"
        ),
        CheckConstraint("num_nulls(transfer_id, approved_at, vat_recoverable, cost) IN (0, 4)", name="booked"),
        CheckConstraint("(state IN ('approved', 'settled')) = (transfer_id IS NOT NULL)", name="approved"),
        Index(
            "uq_incoming_invoice_number", "sender_id", "number", unique=True,
            postgresql_where=text("state <> 'refused'"),
        ),
        Index("ix_incoming_invoice_buyer_id", "buyer_id", "state"),
        Index("ix_incoming_invoice_credits_id", "credits_id"),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    buyer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    sender_id: Mapped[int] = mapped_column(ForeignKey("incoming_sender.id"))
    credits_id: Mapped[int | None] = mapped_column(ForeignKey("incoming_invoice.id"))
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"))
    number: Mapped[str]
    issued_on: Mapped[date]
    due_on: Mapped[date]
    supplied_on: Mapped[date]
    iban: Mapped[str]
    payment_reference: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    flags: Mapped[list[Any]] = mapped_column(JSONB)
    net: Mapped[int]
    vat: Mapped[int]
    total: Mapped[int]
    taxed: Mapped[int]
    shifted_net: Mapped[int]
    shifted: Mapped[int]
    channel: Mapped[Channel]
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    document: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    checksum: Mapped[str]
    came_at: Mapped[datetime]
    brought_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    state: Mapped[IncomingState]
    round: Mapped[int]
    approved_at: Mapped[datetime | None]
    vat_recoverable: Mapped[bool | None]
    cost: Mapped[str | None]
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"), unique=True)
    credited: Mapped[int]
    paid: Mapped[int]
    paid_on: Mapped[date | None]

    buyer: Mapped[Organisation] = relationship(lazy="raise")
    sender: Mapped[IncomingSender] = relationship(lazy="raise")
    agreement: Mapped[Agreement | None] = relationship(lazy="raise")
    credits: Mapped["IncomingInvoice | None"] = relationship(remote_side="IncomingInvoice.id", lazy="raise")

    @property
    def is_credit_note(self) -> bool:
        """Whether it takes off another."""
        return self.credits_id is not None

    @property
    def money(self) -> Money:
        """The total with VAT."""
        return Money(self.total)

    @property
    def open(self) -> Money:
        """What is still to be paid; below zero: what the sender owes back. Of a credit note nothing is."""
        return Money(0 if self.is_credit_note else self.total - self.credited - self.paid)

    @property
    def mark(self) -> str:
        """What a transfer for it carries, so that the bank's entry is known again."""
        return rules.mark_of(self.payment_reference, self.id)

    @property
    def said_due(self) -> date | None:
        """The last day to pay that stands on it, where one does."""
        said = self.facts.get("due")
        return date.fromisoformat(said) if said else None

    def settle(self) -> None:
        """Settled when nothing is open, else a debt (again)."""
        self.state = IncomingState.APPROVED if self.open > Money(0) else IncomingState.SETTLED


class IncomingStep(Base):
    """What happened to a received invoice, in order; rows are only added."""

    __tablename__ = "incoming_step"
    __retention__ = Retention(
        N_("Wie een ontvangen factuur inlas, goedkeurde, betwistte of betaalde, als nummer."), _SEVEN, _STAYS
    )
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(each) for each in STEPS)})", name="kind"),
        CheckConstraint("length(note) <= 2000", name="note"),
        CheckConstraint("kind NOT IN ('dispute', 'refused', 'undone') OR note <> ''", name="reason"),
        Index("ix_incoming_step_incoming_id", "incoming_id"),
        Index(
            "uq_incoming_step_approval", "incoming_id", "round", "user_id", unique=True,
            postgresql_where=text("kind = 'approval'"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    incoming_id: Mapped[int] = mapped_column(ForeignKey("incoming_invoice.id"))
    kind: Mapped[str]
    round: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
    note: Mapped[str]
    amount: Mapped[int | None]

    user: Mapped[User | None] = relationship(lazy="raise")

    @property
    def money(self) -> Money | None:
        """The amount, where there is one."""
        return None if self.amount is None else Money(self.amount)


class IncomingPayment(Base):
    """Money that moved for a received invoice, in cents; below zero it came back. `undone_*` are filled in later.

    `upfront`: it moved on no bank, but from (or to) what the sender was paid before his invoice.
    """

    __tablename__ = "incoming_payment"
    __retention__ = Retention(
        N_("Wie een betaling aan een leverancier van buiten invoerde, als nummer, met het kenmerk."),
        _SEVEN,
        _STAYS,
    )
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint("length(key) BETWEEN 1 AND 180 AND length(reference) <= 140", name="texts"),
        CheckConstraint("num_nulls(undone_at, undo_transfer_id) IN (0, 2)", name="undone"),
        Index("ix_incoming_payment_incoming_id", "incoming_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    incoming_id: Mapped[int] = mapped_column(ForeignKey("incoming_invoice.id"))
    amount: Mapped[int]
    paid_on: Mapped[date]
    reference: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    upfront: Mapped[bool]
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), unique=True)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    undo_transfer_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"), unique=True)

    incoming: Mapped[IncomingInvoice] = relationship(lazy="raise")

    @property
    def money(self) -> Money:
        """The amount."""
        return Money(self.amount)


class InboundDocument(Base):
    """A document that the network brought, once per number there, and what became of it."""

    __tablename__ = "inbound_document"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        CheckConstraint("outcome IN ('kept', 'known', 'refused')", name="outcome"),
        CheckConstraint("(outcome = 'refused') = (faults <> '[]'::jsonb)", name="faults"),
        Index("ix_inbound_document_buyer_id", "buyer_id"),
    )

    id: Mapped[Key]
    provider_id: Mapped[str] = mapped_column(unique=True)
    buyer_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    checksum: Mapped[str]
    outcome: Mapped[str]
    faults: Mapped[list[Any]] = mapped_column(JSONB)
    came_at: Mapped[datetime]
