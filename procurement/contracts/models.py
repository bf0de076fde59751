"""Contracts and their lines. Triggers of migration 0016 freeze them at the first signature."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from ledger.agreements.models import Agreement
from ledger.agreements.rules import WHOLE
from ledger.vat.rules import VatCode
from procurement.consortia import rules as consortia
from procurement.contracts import rules
from procurement.contracts.rules import SETTLED, ContractState, LocalOutcome
from procurement.tenders.models import Tender

_VAT = ", ".join(f"'{code}'" for code in VatCode)
_OUTCOMES = ", ".join(f"'{each}'" for each in SETTLED)


class ContractCounter(Base):
    """The last contract number given out in a year; locked while the next one is taken, so there are no gaps."""

    __tablename__ = "contract_counter"
    __retention__ = NOTHING_PERSONAL

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Contract(Base):
    """What buyer and supplier sign after a definitive award, one per awarded lot.

    Its lines sum to the awarded price, in euro cents.

    Each party signs once, in any order; both signatures make it active and write the agreement for invoices.
    """

    __tablename__ = "contract"
    __retention__ = Retention(
        N_("Wie namens koper en leverancier tekende, en wanneer."),
        N_("Zeven jaar na het einde van het contract (art. 52 AWR)."),
        N_("Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("number ~ '^C-[0-9]{4}-[0-9]{4,}$'", name="number"),
        CheckConstraint("price_minor > 0", name="price_minor"),
        CheckConstraint("ends_on > starts_on", name="term"),
        CheckConstraint("payment_days BETWEEN 1 AND 30", name="payment_days"),
        CheckConstraint("buyer_id <> supplier_id", name="parties"),
        CheckConstraint("(buyer_signed_at IS NULL) = (buyer_signed_by_id IS NULL)", name="buyer_signed"),
        CheckConstraint("(supplier_signed_at IS NULL) = (supplier_signed_by_id IS NULL)", name="supplier_signed"),
        CheckConstraint(
            "(agreement_id IS NOT NULL) = (buyer_signed_at IS NOT NULL AND supplier_signed_at IS NOT NULL)",
            name="active",
        ),
        ForeignKeyConstraint(["tender_id", "lot_id"], ["lot.tender_id", "lot.id"]),
        Index("ix_contract_tender_id", "tender_id"),
        Index("ix_contract_buyer_id", "buyer_id"),
        Index("ix_contract_supplier_id", "supplier_id"),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    number: Mapped[str] = mapped_column(unique=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    lot_id: Mapped[int] = mapped_column(unique=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("award_decision.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    title: Mapped[str]
    price_minor: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    payment_days: Mapped[int]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    version: Mapped[int]
    buyer_signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    buyer_signed_at: Mapped[datetime | None]
    supplier_signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    supplier_signed_at: Mapped[datetime | None]
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"), unique=True)

    tender: Mapped[Tender] = relationship(lazy="raise")
    buyer: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[buyer_id])
    supplier: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[supplier_id])
    buyer_signed_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[buyer_signed_by_id])
    supplier_signed_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[supplier_signed_by_id])
    agreement: Mapped[Agreement | None] = relationship(lazy="raise")
    local_option: Mapped["LocalOption | None"] = relationship(lazy="raise", back_populates="contract")
    lines: Mapped[list["ContractLine"]] = relationship(
        back_populates="contract",
        lazy="raise",
        order_by="ContractLine.position",
        cascade="all, delete-orphan",
    )

    members: Mapped[list["ContractMember"]] = relationship(
        back_populates="contract", lazy="selectin", order_by="ContractMember.position"
    )

    def __init__(self, **facts: Any) -> None:
        rules.check_terms(facts["starts_on"], facts["ends_on"], facts["payment_days"])
        super().__init__(**{"version": 1, **facts})

    @property
    def price(self) -> Money:
        """The awarded price without VAT."""
        return Money(self.price_minor)

    @property
    def state(self) -> ContractState:
        """Where it stands; with members the first of their signatures holds the text already."""
        members = [each.signed_at for each in self.members if each.signed_at]
        return rules.state_of(self.buyer_signed_at, self.supplier_signed_at, has_begun=bool(members))

    @property
    def suppliers(self) -> list[tuple[int, int]]:
        """Who supplies, with its share in basis points: the members of a joint bid, else one with the whole."""
        return [(each.organisation_id, each.share) for each in self.members] or [(self.supplier_id, WHOLE)]

    @property
    def supplier_name(self) -> str:
        """Who supplies: one name, or with others "A, B en C (combinatie)"."""
        names = [{"name": each.organisation.name} for each in self.members]
        return consortia.party_name(self.supplier.name, {consortia.JOINT: {"members": names}})

    @property
    def parties(self) -> list[int]:
        """The organisations that this contract binds: the buyer, then who supplies."""
        return [self.buyer_id, *(party_id for party_id, _ in self.suppliers)]

    def is_of(self, organisation_id: int | None) -> bool:
        """Whether an organisation is a party: the buyer, the supplier, a member."""
        return organisation_id in self.parties

    def part_of(self, organisation_id: int) -> Money:
        """What a supplier gets of the price: the sum of its parts of every line, each to the cent."""
        ids = [party_id for party_id, _ in self.suppliers]
        shares = [share for _, share in self.suppliers]
        place = ids.index(organisation_id)
        return sum((each.amount.allocate(shares)[place] for each in self.lines), Money(0))

    def member(self, organisation_id: int | None) -> "ContractMember | None":
        """The member of a joint contract that an organisation is."""
        return next((each for each in self.members if each.organisation_id == organisation_id), None)


class ContractMember(Base):
    """One member of a consortium that won: the lead first; each liable for the whole (hoofdelijk), each signs once.

    `share` in basis points, together exactly 10,000 (deferred constraint): how every line is split, to the cent.
    """

    __tablename__ = "contract_member"
    __retention__ = Retention(
        N_("Wie namens een lid van een combinatie tekende, en wanneer."),
        N_("Zeven jaar na het einde van het contract (art. 52 AWR)."),
        N_("Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        UniqueConstraint("contract_id", "organisation_id"),
        CheckConstraint("position >= 1", name="position"),
        CheckConstraint("role <> ''", name="role"),
        CheckConstraint("share BETWEEN 1 AND 9999", name="share"),
        CheckConstraint("(signed_by_id IS NULL) = (signed_at IS NULL)", name="signed"),
        Index("ix_contract_member_organisation_id", "organisation_id"),
    )

    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[str]
    share: Mapped[int]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    signed_at: Mapped[datetime | None]

    contract: Mapped[Contract] = relationship(back_populates="members", lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    signed_by: Mapped[User | None] = relationship(lazy="joined")


class ContractLine(Base):
    """One line of a contract, in euro cents without VAT; together exactly the price (deferred constraint)."""

    __tablename__ = "contract_line"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        UniqueConstraint("contract_id", "position"),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        CheckConstraint("description <> '' AND length(description) <= 200", name="description"),
        CheckConstraint(f"vat_code IN ({_VAT})", name="vat_code"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    position: Mapped[int]
    description: Mapped[str]
    amount_minor: Mapped[int]
    vat_code: Mapped[VatCode]

    contract: Mapped[Contract] = relationship(back_populates="lines", lazy="raise")

    @property
    def amount(self) -> Money:
        """The amount without VAT."""
        return Money(self.amount_minor)


class LocalOption(Base):
    """The answer to "was the local option examined?" for one contract. Recorded once, never changed."""

    __tablename__ = "local_option"
    __retention__ = Retention(
        N_("Wie keek of een lokale leverancier kon, en waarom het zo uitkwam."),
        N_("Zeven jaar na het einde van het contract."),
        N_("Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint(f"outcome IN ({_OUTCOMES})", name="outcome"),
        CheckConstraint("length(reason) >= 10", name="reason"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), unique=True)
    outcome: Mapped[LocalOutcome]
    reason: Mapped[str]
    examined_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    examined_at: Mapped[datetime]

    contract: Mapped[Contract] = relationship(lazy="raise", back_populates="local_option")
