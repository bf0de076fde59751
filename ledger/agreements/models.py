"""Tables of agreements: only an agreement's ending ever changes."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from ledger.agreements import rules
from ledger.agreements.errors import AgreementEnded, AgreementOnOrder, NotASupplier
from ledger.agreements.rules import AgreementState
from ledger.vat.rules import VatCode

_UNITS = ", ".join(f"'{code}'" for code in rules.UNITS)
_VAT = ", ".join(f"'{code}'" for code in VatCode)


class Agreement(Base):
    """What a buyer and its suppliers agreed, as far as invoices need it. Only its ending ever changes, and `reduced`.

    `reference` is the contract's own number, `payment_days` the term in days, `g_percentage` the part of each invoice
    for the G-account (None: none), `reduced` what changes took off its worth so far, in cents, `cpv` eight digits.
    `on_order`: prices only (a framework); what is bought stands in the agreements of its orders, and nothing is
    invoiced or paid ahead on this one.
    """

    __tablename__ = "agreement"
    __retention__ = Retention(
        N_("Wat is afgesproken met een organisatie. Bij een eenmanszaak is dat een persoon."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="term"),
        CheckConstraint("payment_days BETWEEN 1 AND 60", name="payment_days"),
        CheckConstraint("g_percentage BETWEEN 0 AND 100", name="g_percentage"),
        CheckConstraint("cpv ~ '^[0-9]{8}$'", name="cpv"),
        CheckConstraint("state IN ('active', 'ended')", name="state"),
        CheckConstraint("(state = 'ended') = (ended_on IS NOT NULL)", name="ended"),
        CheckConstraint("length(reference) BETWEEN 1 AND 60", name="reference"),
        CheckConstraint("length(title) BETWEEN 1 AND 200", name="title"),
        CheckConstraint("line_count >= 1", name="line_count"),
        CheckConstraint("reduced >= 0", name="reduced"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    reference: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    buyer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    cpv: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    payment_days: Mapped[int]
    g_percentage: Mapped[Decimal | None]
    line_count: Mapped[int]
    on_order: Mapped[bool] = mapped_column(server_default="false")
    state: Mapped[AgreementState]
    ended_on: Mapped[date | None]
    created_at: Mapped[datetime]
    reduced: Mapped[int] = mapped_column(default=0, server_default="0")

    buyer: Mapped[Organisation] = relationship(lazy="raise")
    suppliers: Mapped[list["AgreementSupplier"]] = relationship(
        order_by="AgreementSupplier.position", lazy="raise", back_populates="agreement"
    )
    lines: Mapped[list["AgreedLine"]] = relationship(
        order_by="AgreedLine.position", lazy="raise", back_populates="agreement"
    )

    def __init__(
        self, *, reference: str, title: str, buyer_id: int, suppliers: Sequence[tuple[int, int]], cpv: str,
        lines: Sequence[rules.AgreementLine], starts_on: date, ends_on: date, payment_days: int,
        most_payment_days: int, g_percentage: Decimal | None, created_at: datetime, on_order: bool = False,
    ) -> None:  # fmt: skip
        rules.check_term(starts_on, ends_on)
        rules.check_payment_days(payment_days, most_payment_days)
        rules.check_g_percentage(g_percentage)
        rules.check_lines(lines)
        rules.check_shares([share for _, share in suppliers])
        rules.check_parties(buyer_id, [party_id for party_id, _ in suppliers])
        super().__init__(
            reference=rules.short_text(reference, rules.REFERENCE, "reference"),
            title=rules.short_text(title, rules.NAME, "title"), buyer_id=buyer_id, cpv=cpv, starts_on=starts_on,
            ends_on=ends_on, payment_days=payment_days, g_percentage=g_percentage, line_count=len(lines),
            on_order=on_order, state=AgreementState.ACTIVE, created_at=created_at,
        )  # fmt: skip
        self.suppliers = [
            AgreementSupplier(party_id=party_id, share=share, position=position)
            for position, (party_id, share) in enumerate(suppliers, start=1)
        ]
        self.lines = [
            AgreedLine(line, position) for position, line in enumerate(rules.told_apart(lines), start=1)
        ]

    @property
    def total(self) -> Money:
        """The worth of all lines without VAT."""
        return sum((line.net for line in self.lines), Money(0))

    @property
    def change(self) -> tuple[str, int] | None:
        """The contract of which it holds what a change added, with the number of the change; None: it is no change."""
        return rules.change_of(self.reference)

    @property
    def takes_invoices(self) -> bool:
        """Whether new invoices are made from it."""
        return self.state is AgreementState.ACTIVE and not self.on_order

    def check_seller(self, party_id: int) -> None:
        """Whether a party may invoice under it now.

        Raises:
            NotASupplier; AgreementOnOrder; AgreementEnded.
        """
        if self.share_of(party_id) is None:
            raise NotASupplier
        if self.on_order:
            raise AgreementOnOrder
        if self.state is AgreementState.ENDED:
            raise AgreementEnded(on=self.ended_on)

    @property
    def in_instalments(self) -> bool:
        """Whether a supplier's lines are instalments of one price, to be invoiced one by one."""
        own = self.lines_of(self.suppliers[0].party_id)
        return rules.are_instalments([(line.unit, line.quantity) for line in own])

    def lines_of(self, party_id: int) -> list["AgreedLine"]:
        """The lines a supplier invoices: those of all, and those of its own."""
        return [line for line in self.lines if line.party_id in {None, party_id}]

    def share_of(self, party_id: int) -> int | None:
        """A supplier's share in basis points; None for who supplies nothing."""
        return next((each.share for each in self.suppliers if each.party_id == party_id), None)

    def part_of(self, party_id: int) -> Money:
        """A supplier's part of the worth now, without VAT: its own lines where there are such, else its share."""
        if any(line.party_id is not None for line in self.lines):
            own = sum((line.net for line in self.lines if line.party_id == party_id), Money(0))
            return Money(max(0, (own - self._share_in(Money(self.reduced), party_id)).minor))
        return self._share_in(self.total - Money(self.reduced), party_id)

    def _share_in(self, amount: Money, party_id: int) -> Money:
        parts = rules.split(amount, [each.share for each in self.suppliers])
        return next(
            (p for p, each in zip(parts, self.suppliers, strict=True) if each.party_id == party_id), Money(0)
        )

    def reduce(self, amount: int) -> None:
        """Take something off its worth.

        Raises:
            ValueError: nothing, or more than is left.
        """
        if not 0 < amount <= self.total.minor - self.reduced:
            raise ValueError(amount)
        self.reduced += amount


class AgreementSupplier(Base):
    """One supplier of an agreement and its share in basis points; together 10,000 (deferred constraint)."""

    __tablename__ = "agreement_supplier"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        UniqueConstraint("agreement_id", "party_id"),
        UniqueConstraint("agreement_id", "position"),
        CheckConstraint("share BETWEEN 1 AND 10000", name="share"),
    )

    id: Mapped[Key]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    share: Mapped[int]
    position: Mapped[int]

    agreement: Mapped[Agreement] = relationship(back_populates="suppliers", lazy="raise")
    party: Mapped[Organisation] = relationship(lazy="raise")


class AgreedLine(Base):
    """One line of an agreement; never changed. `party_id`: the supplier whose own line it is (None: of all)."""

    __tablename__ = "agreement_line"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        UniqueConstraint("agreement_id", "position"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("unit_price >= 0", name="unit_price"),
        CheckConstraint(f"vat_code IN ({_VAT})", name="vat_code"),
        CheckConstraint(f"unit IN ({_UNITS})", name="unit"),
    )

    id: Mapped[Key]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    position: Mapped[int]
    description: Mapped[str]
    unit: Mapped[str]
    quantity: Mapped[Decimal]
    unit_price: Mapped[Decimal]
    vat_code: Mapped[VatCode]
    party_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))

    agreement: Mapped[Agreement] = relationship(back_populates="lines", lazy="raise")

    def __init__(self, line: rules.AgreementLine, position: int) -> None:
        super().__init__(
            position=position, description=line.description, unit=line.unit, quantity=line.quantity,
            unit_price=line.unit_price, vat_code=VatCode(line.vat), party_id=line.party_id,
        )  # fmt: skip

    @property
    def net(self) -> Money:
        """The worth of the line without VAT."""
        return rules.line_net(self.quantity, self.unit_price)
