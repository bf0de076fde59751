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
from ledger.agreements.rules import WHOLE
from ledger.vat.rules import VatCode
from procurement.call_offs import rules
from procurement.call_offs.rules import Price, Rule, State
from procurement.consortia import rules as consortia
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
    """A supplier under a framework contract, with its place. The first signed the contract; others join, or decline."""

    __tablename__ = "framework_party"
    __retention__ = KEPT
    __table_args__ = (
        UniqueConstraint("contract_id", "supplier_id"),
        UniqueConstraint("contract_id", "rank"),
        CheckConstraint("rank >= 1", name="rank"),
        CheckConstraint("(joined_at IS NULL) = (joined_by_id IS NULL)", name="joined"),
        CheckConstraint(
            "(declined_at IS NULL) = (declined_by_id IS NULL) AND (declined_at IS NULL) = (decline_reason = '')"
            " AND (declined_at IS NULL OR joined_at IS NULL)",
            name="declined",
        ),
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
    declined_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    declined_at: Mapped[datetime | None]
    decline_reason: Mapped[str]

    contract: Mapped[Contract] = relationship(lazy="raise")
    supplier: Mapped[Organisation] = relationship(lazy="raise")
    prices: Mapped[list["FrameworkPrice"]] = relationship(
        lazy="raise", order_by="FrameworkPrice.position", back_populates="party"
    )
    members: Mapped[list["FrameworkMember"]] = relationship(lazy="raise", order_by="FrameworkMember.position")

    def __init__(self, **facts: Any) -> None:
        super().__init__(**{"decline_reason": "", **facts})

    @property
    def party_ids(self) -> set[int]:
        """Every organisation behind this party: the supplier, and with others all of them."""
        return {self.supplier_id, *(each.organisation_id for each in self.members)}

    def suppliers_under(self, framework: Contract) -> list[tuple[int, int]]:
        """Who supplies what is ordered here, with its share in basis points; the members are loaded.

        The party with the framework's own contract has its members there.
        """
        if self.supplier_id == framework.supplier_id:
            return framework.suppliers
        return [(each.organisation_id, each.share) for each in self.members] or [(self.supplier_id, WHOLE)]

    @property
    def name(self) -> str:
        """The party in one line: the supplier, or with others "A, B en C (combinatie)"."""
        return consortia.named(self.supplier.name, [each.organisation.name for each in self.members])

    def is_awaited(self, organisation_id: int | None) -> bool:
        """Whether this organisation still has to sign before the party takes part."""
        if self.joined_at is not None or self.declined_at is not None:
            return False
        if not self.members:
            return organisation_id == self.supplier_id
        return any(
            each.organisation_id == organisation_id and each.signed_at is None for each in self.members
        )


class FrameworkMember(Base):
    """One member of a joint bid that is a further party: the lead first; each signs once, all before it takes part.

    `share` in basis points of the joint bid. Migration 0042 holds it.
    """

    __tablename__ = "framework_member"
    __retention__ = KEPT
    __table_args__ = (
        UniqueConstraint("party_id", "organisation_id"),
        CheckConstraint("position >= 1", name="position"),
        CheckConstraint("role <> ''", name="role"),
        CheckConstraint("share BETWEEN 1 AND 9999", name="share"),
        CheckConstraint("(signed_by_id IS NULL) = (signed_at IS NULL)", name="signed"),
        Index("ix_framework_member_organisation_id", "organisation_id"),
    )

    party_id: Mapped[int] = mapped_column(ForeignKey("framework_party.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[str]
    share: Mapped[int]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    signed_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


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
        CheckConstraint(
            "CASE WHEN competition_id IS NULL THEN local_outcome <> 'local_invited'"
            " ELSE local_outcome NOT IN ('local_chosen', 'local_competed') END",
            name="local_known",
        ),
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
        rules.check_outcome(facts["local_outcome"], before_bids=facts.get("competition_id") is not None)
        super().__init__(**{"choice_reason": "", "description": "", **facts})

    @property
    def amount(self) -> Money:
        """What it costs, without VAT."""
        return Money(self.amount_minor)

    @property
    def stands(self) -> str:
        """The state, or where its competition stands before and without a result; the competition is loaded."""
        asked = self.competition
        if asked is None or self.state is not State.COMPETING:
            return self.state.value
        if asked.cancelled_at is not None or asked.unsuccessful_at is not None:
            return rules.STOPPED
        return self.state.value if asked.published_at is not None else rules.DRAFTED

    @property
    def supplier_ids(self) -> set[int]:
        """All who supply it, alone or together; party, result and framework are loaded."""
        found = self.party.suppliers_under(self.framework) if self.party is not None else []
        return {one for one, _share in (*found, *(self.result.suppliers if self.result is not None else ()))}


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
