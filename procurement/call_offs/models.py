"""Tables of call-offs. Triggers of migration 0025 hold the maximum under a lock, and what was agreed as it is."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from ledger.agreements.models import Agreement
from ledger.vat.rules import VatCode
from procurement.call_offs import rules
from procurement.call_offs.rules import Price, Rule, State
from procurement.contracts.models import Contract
from procurement.contracts.rules import LocalOutcome
from procurement.tenders.models import Tender

_VAT = ", ".join(f"'{code}'" for code in VatCode)
_OUTCOMES = ", ".join(f"'{each}'" for each in LocalOutcome)
KEPT = Retention(
    N_("Wie een nadere opdracht plaatste en wie antwoordde, als nummers."),
    N_("Zeven jaar na het einde van de opdracht (art. 52 AWR)."),
    N_("Een gewist account staat er als nummer."),
)


class FrameworkRule(Base):
    """Who gets an order, as the tender says it. Fixed when the tender is published (trigger)."""

    __tablename__ = "framework_rule"
    __retention__ = KEPT
    __table_args__ = (
        CheckConstraint("rule IN ('cascade', 'rotation', 'fixed', 'competition')", name="rule"),
    )

    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), primary_key=True, autoincrement=False)
    rule: Mapped[Rule]
    note: Mapped[str]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    set_at: Mapped[datetime]


class FrameworkParty(Base):
    """A supplier under a framework contract, with its place. The first signed the contract; others join."""

    __tablename__ = "framework_party"
    __retention__ = KEPT
    __table_args__ = (
        UniqueConstraint("contract_id", "supplier_id"),
        UniqueConstraint("contract_id", "rank"),
        CheckConstraint("rank >= 1", name="rank"),
        CheckConstraint("(joined_at IS NULL) = (joined_by_id IS NULL)", name="joined"),
        Index("ix_framework_party_supplier_id", "supplier_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    rank: Mapped[int]
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    invited_at: Mapped[datetime]
    joined_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    joined_at: Mapped[datetime | None]

    contract: Mapped[Contract] = relationship(lazy="raise")
    supplier: Mapped[Organisation] = relationship(lazy="raise")
    prices: Mapped[list["FrameworkPrice"]] = relationship(
        lazy="raise", order_by="FrameworkPrice.position", back_populates="party"
    )


class FrameworkPrice(Base):
    """One line of a party's price list, in euro cents without VAT. Never changed."""

    __tablename__ = "framework_price"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        UniqueConstraint("party_id", "position"),
        CheckConstraint("unit_price_minor > 0", name="unit_price_minor"),
        CheckConstraint(f"vat_code IN ({_VAT})", name="vat_code"),
    )

    id: Mapped[Key]
    party_id: Mapped[int] = mapped_column(ForeignKey("framework_party.id"))
    position: Mapped[int]
    description: Mapped[str]
    unit_price_minor: Mapped[int]
    vat_code: Mapped[VatCode]

    party: Mapped[FrameworkParty] = relationship(lazy="raise", back_populates="prices")

    @property
    def price(self) -> Price:
        """The line as a value."""
        return Price(self.position, self.description, Money(self.unit_price_minor), self.vat_code)


class CallOff(Base):
    """One order under a framework. `amount_minor` is reserved while it waits and fixed once it is agreed.

    `tender_id` is the framework's tender, whose maximum counts. `competition_id`: the small tender of a
    mini-competition; `result_id` the contract it led to. `supplements_id`: the order that this one adds to.
    """

    __tablename__ = "call_off"
    __retention__ = KEPT
    __table_args__ = (
        UniqueConstraint("framework_id", "sequence"),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        CheckConstraint("ends_on >= starts_on", name="term"),
        CheckConstraint(
            "state IN ('offered', 'accepted', 'declined', 'withdrawn', 'competing', 'awarded')", name="state"
        ),
        CheckConstraint(
            "(competition_id IS NOT NULL) = (state IN ('competing', 'awarded'))", name="competition"
        ),
        CheckConstraint("competition_id IS NOT NULL OR party_id IS NOT NULL", name="party"),
        CheckConstraint("(agreement_id IS NOT NULL) = (state IN ('accepted', 'awarded'))", name="agreed"),
        CheckConstraint("(result_id IS NOT NULL) = (state = 'awarded')", name="result"),
        CheckConstraint(f"local_outcome IN ({_OUTCOMES})", name="local_outcome"),
        CheckConstraint("length(local_reason) >= 10", name="local_reason"),
        Index("ix_call_off_tender_id", "tender_id"),
        Index("ix_call_off_party_id", "party_id"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(unique=True)
    framework_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    sequence: Mapped[int]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("framework_party.id"))
    supplements_id: Mapped[int | None] = mapped_column(ForeignKey("call_off.id"))
    competition_id: Mapped[int | None] = mapped_column(ForeignKey("tender.id"), unique=True)
    result_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), unique=True)
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"), unique=True)
    title: Mapped[str]
    description: Mapped[str]
    choice_reason: Mapped[str]
    amount_minor: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[State]
    local_outcome: Mapped[LocalOutcome]
    local_reason: Mapped[str]
    placed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    placed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    framework: Mapped[Contract] = relationship(lazy="raise", foreign_keys=[framework_id])
    result: Mapped[Contract | None] = relationship(lazy="raise", foreign_keys=[result_id])
    competition: Mapped[Tender | None] = relationship(lazy="raise", foreign_keys=[competition_id])
    party: Mapped[FrameworkParty | None] = relationship(lazy="raise")
    agreement: Mapped[Agreement | None] = relationship(lazy="raise")
    lines: Mapped[list["CallOffLine"]] = relationship(
        lazy="raise", order_by="CallOffLine.position", cascade="all, delete-orphan"
    )
    answers: Mapped[list["CallOffAnswer"]] = relationship(lazy="raise", order_by="CallOffAnswer.id")

    def __init__(self, **facts: Any) -> None:
        rules.check_reason(facts["local_reason"], "local_reason")
        super().__init__(**{"choice_reason": "", "description": "", **facts})

    @property
    def amount(self) -> Money:
        """What it costs, without VAT."""
        return Money(self.amount_minor)


class CallOffLine(Base):
    """One ordered line, in euro cents without VAT; together the amount of a direct order (deferred constraint)."""

    __tablename__ = "call_off_line"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        UniqueConstraint("call_off_id", "position"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("amount_minor >= 0", name="amount_minor"),
        CheckConstraint(f"vat_code IN ({_VAT})", name="vat_code"),
    )

    id: Mapped[Key]
    call_off_id: Mapped[int] = mapped_column(ForeignKey("call_off.id"))
    position: Mapped[int]
    description: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Numeric(14, 4))
    unit_price_minor: Mapped[int]
    amount_minor: Mapped[int]
    vat_code: Mapped[VatCode]

    @property
    def unit_price(self) -> Money:
        """What one costs."""
        return Money(self.unit_price_minor)

    @property
    def amount(self) -> Money:
        """What the line costs."""
        return Money(self.amount_minor)


class CallOffAnswer(Base):
    """What a supplier answered to an order, with the reason of a refusal. Never changed."""

    __tablename__ = "call_off_answer"
    __retention__ = KEPT
    __table_args__ = (
        UniqueConstraint("call_off_id", "party_id"),
        CheckConstraint("accepted OR reason <> ''", name="reason"),
    )

    id: Mapped[Key]
    call_off_id: Mapped[int] = mapped_column(ForeignKey("call_off.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("framework_party.id"))
    accepted: Mapped[bool]
    reason: Mapped[str]
    answered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime]

    party: Mapped[FrameworkParty] = relationship(lazy="raise")
