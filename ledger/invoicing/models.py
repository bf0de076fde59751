"""Invoices with lines and VAT, and the steps of an invoice."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation, Party, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from ledger.agreements import rules as agreed
from ledger.agreements.models import Agreement
from ledger.customers.models import Customer
from ledger.invoicing import rules
from ledger.invoicing.errors import CreditLineAboveInvoice, LineOfOtherAgreement
from ledger.invoicing.rules import InvoiceKind, InvoiceState
from ledger.vat.rules import Totals, VatCode, VatRate, rate_of, rate_on

_UNITS = ", ".join(f"'{code}'" for code in agreed.UNITS)
_VAT = ", ".join(f"'{code}'" for code in VatCode)
_STATES = ", ".join(f"'{state}'" for state in InvoiceState)


class Invoice(Base):
    """An invoice or a credit note. From sending on only state, dates of steps and the two running sums change.

    Amounts are cents; a credit note's are positive too. Names follow EN 16931: `buyer_reference` (BT-10),
    `order_reference` (BT-13), `contract_reference` (BT-12), `payment_reference` (BT-83, ISO 11649), `credits` (BG-3).
    `seller_facts` and `buyer_facts` are names, addresses and identifiers as they were at sending. `round` counts
    disputes, so that approvals given before one no longer count. `vat_recoverable` is how the buyer booked the VAT.
    `prepayment`: money asked ahead of the work of an agreement, or a credit note of that; later lines settle it.
    `outside`: the buyer is a customer of the seller's own, who has no books here and approves nothing.
    """

    __tablename__ = "invoice"
    __retention__ = Retention(
        N_("Naam, adres en IBAN van verkoper en koper, zoals op de factuur."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("Daarna gewist. Eerder mag niet van de wet."),
    )
    __table_args__ = (
        UniqueConstraint("seller_id", "number"),
        UniqueConstraint("seller_id", "series_prefix", "series_number"),
        UniqueConstraint("seller_id", "payment_reference"),
        CheckConstraint("kind IN ('invoice', 'credit_note')", name="kind"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("currency = 'EUR'", name="currency"),
        CheckConstraint("seller_id <> buyer_id", name="parties"),
        CheckConstraint("delivered_until >= delivered_from", name="delivered"),
        CheckConstraint("(kind = 'credit_note') = (credits_id IS NOT NULL)", name="credits"),
        CheckConstraint("total_amount = net_amount + vat_amount AND net_amount >= 0", name="total"),
        CheckConstraint("credited_amount BETWEEN 0 AND total_amount", name="credited"),
        CheckConstraint("paid_amount BETWEEN 0 AND total_amount", name="paid"),
        CheckConstraint("NOT outside OR agreement_id IS NULL", name="outside"),
        CheckConstraint("NOT prepayment OR agreement_id IS NOT NULL", name="prepayment"),
        CheckConstraint(
            "state = 'draft' OR (number IS NOT NULL AND series_prefix IS NOT NULL AND series_number >= 1 "
            "AND payment_reference IS NOT NULL AND issued_on IS NOT NULL AND due_on >= issued_on "
            "AND sent_at IS NOT NULL AND seller_facts IS NOT NULL AND buyer_facts IS NOT NULL AND total_amount > 0)",
            name="sent",
        ),
        CheckConstraint("state <> 'draft' OR (number IS NULL AND sent_at IS NULL)", name="draft"),
        CheckConstraint("state <> 'paid' OR total_amount <= credited_amount + paid_amount", name="settled"),
        Index("ix_invoice_buyer_id_state", "buyer_id", "state"),
        Index("ix_invoice_seller_id_state", "seller_id", "state"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    kind: Mapped[InvoiceKind]
    state: Mapped[InvoiceState]
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"), index=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    outside: Mapped[bool] = mapped_column(default=False, server_default="false")
    prepayment: Mapped[bool] = mapped_column(default=False, server_default="false")
    credits_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    currency: Mapped[str]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    delivered_from: Mapped[date]
    delivered_until: Mapped[date]
    buyer_reference: Mapped[str]
    order_reference: Mapped[str]
    contract_reference: Mapped[str]
    note: Mapped[str]
    exemption_reason: Mapped[str]
    payment_days: Mapped[int]

    number: Mapped[str | None]
    series_prefix: Mapped[str | None]
    series_number: Mapped[int | None]
    payment_reference: Mapped[str | None]
    issued_on: Mapped[date | None]
    due_on: Mapped[date | None] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    seller_facts: Mapped[dict[str, Any] | None]
    buyer_facts: Mapped[dict[str, Any] | None]

    net_amount: Mapped[int]
    vat_amount: Mapped[int]
    total_amount: Mapped[int]
    credited_amount: Mapped[int]
    paid_amount: Mapped[int]
    round: Mapped[int]
    approved_at: Mapped[datetime | None]
    disputed_at: Mapped[datetime | None]
    paid_on: Mapped[date | None]
    vat_recoverable: Mapped[bool | None]

    agreement: Mapped[Agreement | None] = relationship(lazy="raise_on_sql")
    seller: Mapped[Organisation] = relationship(foreign_keys=[seller_id], lazy="raise")
    buyer: Mapped[Organisation | Customer] = relationship(Party, foreign_keys=[buyer_id], lazy="raise")
    credits: Mapped["Invoice | None"] = relationship(remote_side="Invoice.id", lazy="raise_on_sql")
    lines: Mapped[list["InvoiceLine"]] = relationship(
        foreign_keys="InvoiceLine.invoice_id",
        order_by="InvoiceLine.position",
        cascade="all, delete-orphan",
        passive_deletes=True,
        lazy="raise",
    )
    vat_lines: Mapped[list["InvoiceVat"]] = relationship(
        order_by="InvoiceVat.percent.desc(), InvoiceVat.category",
        cascade="all, delete-orphan", passive_deletes=True, lazy="raise",
    )  # fmt: skip

    def __init__(
        self, *, kind: InvoiceKind, lines: Sequence["InvoiceLine"], sums: Totals, **facts: Any
    ) -> None:
        super().__init__(
            kind=kind, state=InvoiceState.DRAFT, currency="EUR", credited_amount=0, paid_amount=0, round=0,
            net_amount=0, vat_amount=0, total_amount=0, lines=[], vat_lines=[], **facts,
        )  # fmt: skip
        self.fill(lines, sums)

    def fill(self, lines: Sequence["InvoiceLine"], sums: Totals) -> None:
        """Replace what is on a draft; lines get their positions.

        Raises:
            LinesMissing: nothing is left on it.
        """
        agreed.check_lines(lines)
        for position, line in enumerate(lines, start=1):
            line.position = position
        self.lines = list(lines)
        self.vat_lines = [
            InvoiceVat(category=v.category, percent=v.percent, net_amount=v.net.minor, vat_amount=v.vat.minor)
            for v in sums.lines
        ]
        self.net_amount, self.vat_amount = sums.net.minor, sums.vat.minor
        self.total_amount = sums.total.minor

    @property
    def net(self) -> Money:
        """The total without VAT (BT-109)."""
        return Money(self.net_amount, self.currency)

    @property
    def vat(self) -> Money:
        """All VAT (BT-110)."""
        return Money(self.vat_amount, self.currency)

    @property
    def total(self) -> Money:
        """The total with VAT (BT-112)."""
        return Money(self.total_amount, self.currency)

    @property
    def credited(self) -> Money:
        """What sent credit notes took off."""
        return Money(self.credited_amount, self.currency)

    @property
    def paid(self) -> Money:
        """What has been paid, less what was paid back."""
        return Money(self.paid_amount, self.currency)

    @property
    def open(self) -> Money:
        """What is still to be paid; below zero: what the seller owes back."""
        return self.total - self.credited - self.paid

    @property
    def ahead(self) -> Money:
        """What of the net is asked ahead of the work; below zero: what was asked ahead before and counts now."""
        if self.prepayment:
            return self.net
        return sum((line.net for line in self.lines if line.settles_id is not None), Money(0))

    @property
    def stand(self) -> str:
        """Its state for who reads it: who is outside approves nothing here, so nothing waits for that."""
        return "outside" if self.outside and self.state is InvoiceState.SENT else self.state.value

    @property
    def is_credit_note(self) -> bool:
        """Whether this takes off an earlier invoice."""
        return self.kind is InvoiceKind.CREDIT_NOTE

    def credit_lines(
        self, quantities: Mapping[int, Decimal], credited: Mapping[int, Decimal]
    ) -> list["InvoiceLine"]:
        """Lines of a credit note: quantities per line id, after what was credited before.

        Raises:
            LineOfOtherAgreement, CreditLineAboveInvoice: no line of this, or more than is left of it.
        """
        work = [line for line in self.lines if line.settles_id is None]
        if set(quantities) - {line.id for line in work}:
            raise LineOfOtherAgreement
        made, whole = [], True
        for line in work:
            quantity = quantities.get(line.id, Decimal(0))
            left = line.quantity - credited.get(line.id, Decimal(0))
            if quantity > left:
                raise CreditLineAboveInvoice(line=line.description, left=left)
            whole = whole and quantity == left
            if quantity:
                made.append(
                    InvoiceLine(
                        description=line.description, unit=line.unit, quantity=quantity, unit_price=line.unit_price,
                        rate=rate_on(line.vat_code, self.delivered_until), agreement_line_id=line.agreement_line_id,
                        credits_line_id=line.id,
                    )
                )  # fmt: skip
        if whole:  # nothing of the work is left, so what was asked ahead for it is owed again
            settled = [line for line in self.lines if line.settles_id is not None and line.id not in credited]
            made += [line.settling_again(credits_line_id=line.id) for line in settled]
        return made

    def take_credit(self, amount: Money) -> bool:
        """Take a credit note off; whether the invoice is paid by that.

        Raises:
            CreditAboveInvoice: more than is left.
        """
        rules.check_credit(amount, self.total, self.credited)
        self.credited_amount += amount.minor
        return self.settle()

    def take_back(self, cents: int) -> None:
        """Count a payment (below zero: a refund) no longer; what is open then is a debt again.

        Raises:
            RefundFirst: more would have been paid back than was paid.
        """
        rules.check_taken_back(self.paid_amount - cents, self.total)
        self.paid_amount -= cents
        if self.state is InvoiceState.PAID and self.open > Money(0, self.currency):
            self.state = InvoiceState.SENT if self.outside else InvoiceState.APPROVED
            self.paid_on = None
        else:
            self.settle()

    def settle(self) -> bool:
        """Move to `paid` or `credited` when nothing is open any more; whether this made it paid."""
        if self.open > Money(0, self.currency):
            return False
        before = self.state
        self.state = InvoiceState.PAID if self.paid_amount else InvoiceState.CREDITED
        return self.state is InvoiceState.PAID and before is not InvoiceState.PAID


class InvoiceLine(Base):
    """One line (BG-25). `net_amount` is quantity × price, half-up, in cents; `percent` the VAT rate of its supply.

    `settles_id`: the prepayment that this line takes off; its quantity is -1.
    """

    __tablename__ = "invoice_line"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        UniqueConstraint("invoice_id", "position", deferrable=True, initially="DEFERRED"),
        CheckConstraint(
            "CASE WHEN settles_id IS NULL THEN quantity > 0 ELSE quantity < 0 END", name="quantity"
        ),
        CheckConstraint("unit_price >= 0", name="unit_price"),
        CheckConstraint("net_amount = round(quantity * unit_price * 100)", name="net_amount"),
        CheckConstraint("category IN ('S', 'Z', 'E', 'AE', 'O')", name="category"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint(f"vat_code IN ({_VAT})", name="vat_code"),
        CheckConstraint(f"unit IN ({_UNITS})", name="unit"),
    )

    id: Mapped[Key]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id", ondelete="CASCADE"))
    position: Mapped[int]
    agreement_line_id: Mapped[int | None] = mapped_column(ForeignKey("agreement_line.id"), index=True)
    credits_line_id: Mapped[int | None] = mapped_column(ForeignKey("invoice_line.id"), index=True)
    settles_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    description: Mapped[str]
    unit: Mapped[str]
    quantity: Mapped[Decimal]
    unit_price: Mapped[Decimal]
    vat_code: Mapped[VatCode]
    category: Mapped[str]
    percent: Mapped[Decimal]
    net_amount: Mapped[int]

    def __init__(
        self, *, description: str, unit: str, quantity: Decimal, unit_price: Decimal, rate: VatRate,
        agreement_line_id: int | None = None, credits_line_id: int | None = None, settles_id: int | None = None,
    ) -> None:  # fmt: skip
        agreed.check_quantity(quantity if settles_id is None else -quantity)
        agreed.check_price(unit_price)
        super().__init__(
            description=description, unit=unit, quantity=quantity, unit_price=unit_price, vat_code=rate.code,
            category=rate.category, percent=rate.percent, agreement_line_id=agreement_line_id,
            credits_line_id=credits_line_id, settles_id=settles_id,
            net_amount=agreed.line_net(quantity, unit_price).minor,
        )  # fmt: skip

    def settling_again(self, *, credits_line_id: int | None = None) -> "InvoiceLine":
        """The same line once more, that takes off what was asked ahead."""
        return InvoiceLine(
            description=self.description, unit=self.unit, quantity=self.quantity, unit_price=self.unit_price,
            rate=rate_of(self.category, self.percent), settles_id=self.settles_id, credits_line_id=credits_line_id,
        )  # fmt: skip

    @property
    def net(self) -> Money:
        """The net amount (BT-131)."""
        return Money(self.net_amount)


class InvoiceVat(Base):
    """VAT of one category and rate (BG-23), in cents; rounded once here and nowhere else."""

    __tablename__ = "invoice_vat"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (CheckConstraint("vat_amount = round(net_amount * percent / 100)", name="vat_amount"),)

    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id", ondelete="CASCADE"), primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    percent: Mapped[Decimal] = mapped_column(primary_key=True)
    net_amount: Mapped[int]
    vat_amount: Mapped[int]

    @property
    def net(self) -> Money:
        """The taxable amount (BT-116)."""
        return Money(self.net_amount)

    @property
    def vat(self) -> Money:
        """The tax (BT-117)."""
        return Money(self.vat_amount)


STEP_KINDS = ("sent", "approval", "approved", "dispute", "credited", "payment", "refund", "paid", "undone")
"""What can happen to an invoice once it is sent."""


class InvoiceStep(Base):
    """What happened to an invoice, in order; rows are only added. `amount` in cents where the step has one."""

    __tablename__ = "invoice_step"
    __retention__ = Retention(
        N_("Wie een factuur bekeek, goedkeurde of betwistte, als nummer, met een toelichting."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint(
            "kind IN ('sent', 'approval', 'approved', 'dispute', 'credited', 'payment', 'refund', 'paid', 'undone')",
            name="kind",
        ),
        CheckConstraint("length(note) <= 2000", name="note"),
        CheckConstraint("kind NOT IN ('dispute', 'undone') OR length(note) > 0", name="reason"),
        Index("ix_invoice_step_invoice_id", "invoice_id"),
        Index(
            "uq_invoice_step_approval", "invoice_id", "round", "user_id", unique=True,
            postgresql_where=text("kind = 'approval'"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    kind: Mapped[str]
    round: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")
    amount: Mapped[int | None]

    user: Mapped[User | None] = relationship(lazy="raise")
