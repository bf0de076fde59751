"""Declarations of landed value, the suppliers they name, their checks, and what primes pass on."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from ledger.declarations.rules import Amounts
from ledger.suppliers.models import Supplier

_KEPT = N_("Twintig jaar, zolang het cijfer na te rekenen moet zijn.")
_THEN = N_("Wie het account wist, wordt een nummer.")


class Declaration(Base):
    """What a supplier says of one year, or of its work for one contract in it. A draft until it is sent, then fixed.

    Amounts in cents. `payroll` holds postcodes with the number of residents paid, small cells folded. A correction
    is a new declaration that names the old one (`replaces_id`).
    """

    __tablename__ = "landing_declaration"
    __table_args__ = (
        CheckConstraint("until_on > from_on", name="term"),
        CheckConstraint("turnover_amount > 0", name="turnover"),
        CheckConstraint(
            "wages_amount >= 0 AND surplus_amount >= 0 AND wages_amount + surplus_amount <= turnover_amount",
            name="parts",
        ),
        CheckConstraint(
            "member_count >= resident_member_count AND resident_member_count >= 0 AND hour_count >= local_hour_count"
            " AND local_hour_count >= 0 AND vote_count >= resident_vote_count AND resident_vote_count >= 0",
            name="counts",
        ),
        CheckConstraint("sent_at IS NULL OR length(source) > 0", name="sent"),
        Index(
            "uq_landing_declaration_replaces", "replaces_id", unique=True,
            postgresql_where=text("replaces_id IS NOT NULL"),
        ),
    )  # fmt: skip
    __retention__ = Retention(
        N_("Hoeveel bewoners loon kregen per postcode, kleine groepen samen; en wie het opgaf."), _KEPT, _THEN
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    contract_reference: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date]
    turnover_amount: Mapped[int]
    wages_amount: Mapped[int] = mapped_column(default=0)
    payroll: Mapped[list[Any]] = mapped_column(default=list)
    surplus_amount: Mapped[int] = mapped_column(default=0)
    member_count: Mapped[int] = mapped_column(default=0)
    resident_member_count: Mapped[int] = mapped_column(default=0)
    hour_count: Mapped[int] = mapped_column(default=0)
    local_hour_count: Mapped[int] = mapped_column(default=0)
    vote_count: Mapped[int] = mapped_column(default=0)
    resident_vote_count: Mapped[int] = mapped_column(default=0)
    ownership_source: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("landing_declaration.id"))
    declared_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    supplier: Mapped[Supplier] = relationship(lazy="raise")
    purchases: Mapped[list["DeclaredPurchase"]] = relationship(lazy="raise", order_by="DeclaredPurchase.id")
    check: Mapped["DeclarationCheck | None"] = relationship(lazy="raise", uselist=False)

    def amounts(self, purchases: int) -> Amounts:
        """The figures, held to the rule; `purchases` is what counts of the suppliers it names."""
        return Amounts(
            turnover=self.turnover_amount, wages=self.wages_amount, purchases=purchases, surplus=self.surplus_amount,
            members=self.member_count, resident_members=self.resident_member_count, hours=self.hour_count,
            local_hours=self.local_hour_count, votes=self.vote_count, resident_votes=self.resident_vote_count,
        )  # fmt: skip

    @property
    def people(self) -> int:
        """How many residents got wages."""
        return sum(count for _postcode, count in self.payroll)


class DeclaredPurchase(Base):
    """A supplier in the area from which the declarer bought, by KvK number. It counts when a register proves it."""

    __tablename__ = "landing_purchase"
    __table_args__ = (
        CheckConstraint("kvk_number ~ '^[0-9]{8}$'", name="kvk_number"),
        CheckConstraint("amount > 0", name="amount"),
        UniqueConstraint("declaration_id", "kvk_number"),
    )
    __retention__ = Retention(
        N_("Namen van leveranciers van een leverancier, ook van eenmanszaken."), _KEPT,
        N_("Ze zijn nooit openbaar."),
    )  # fmt: skip

    id: Mapped[Key]
    declaration_id: Mapped[int] = mapped_column(ForeignKey("landing_declaration.id"))
    kvk_number: Mapped[str]
    name: Mapped[str]
    amount: Mapped[int]


class DeclarationCheck(Base):
    """What a second person found of a declaration. `purchases_amount` is what counted of its purchases that day."""

    __tablename__ = "landing_check"
    __table_args__ = (
        CheckConstraint("grade IN (3, 4)", name="grade"),
        CheckConstraint("purchases_amount >= 0", name="purchases_amount"),
        CheckConstraint("accepted = (expires_on IS NOT NULL)", name="accepted"),
        CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),
    )
    __retention__ = Retention(N_("Wie een opgave van een leverancier nakeek, en wat die vond."), _KEPT, _THEN)

    id: Mapped[Key]
    declaration_id: Mapped[int] = mapped_column(ForeignKey("landing_declaration.id"), unique=True)
    accepted: Mapped[bool]
    grade: Mapped[int] = mapped_column(SmallInteger)
    purchases_amount: Mapped[int]
    expires_on: Mapped[date | None]
    reason: Mapped[str]
    checker_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    checker: Mapped[User | None] = relationship(lazy="raise")


class Subcontract(Base):
    """What a prime says it passed on to a subcontractor of what one anchor paid it in a quarter (tier 2).

    The fields are those of Coupa's diversity file. Counts once checked (`SubcontractCheck`), until it is withdrawn.
    A change of what still waits is a new one that names the old (`replaces_id`), which is withdrawn. One that looks the
    same as another that stands names it (`another_of_id`): its prime said that it is another one.
    """

    __tablename__ = "subcontract"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("prime_id <> sub_id", name="sub"),
        CheckConstraint("until_on > from_on", name="term"),
    )
    __retention__ = NOTHING_PERSONAL

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    anchor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    prime_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    sub_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"))
    category: Mapped[str]
    certificate: Mapped[str]
    certificate_expires_on: Mapped[date | None]
    from_on: Mapped[date]
    until_on: Mapped[date]
    amount: Mapped[int]
    invoice_number: Mapped[str]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("subcontract.id"), unique=True)
    another_of_id: Mapped[int | None] = mapped_column(ForeignKey("subcontract.id"))
    declared_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    anchor: Mapped[Organisation] = relationship(lazy="raise")
    prime: Mapped[Supplier] = relationship(lazy="raise", foreign_keys=[prime_id])
    sub: Mapped[Supplier] = relationship(lazy="raise", foreign_keys=[sub_id])
    declared_by: Mapped[User | None] = relationship(lazy="raise")
    check: Mapped["SubcontractCheck | None"] = relationship(lazy="raise", uselist=False)
    withdrawal: Mapped["SubcontractWithdrawal | None"] = relationship(lazy="raise", uselist=False)

    @property
    def waits(self) -> bool:
        """Whether somebody still has to look at it."""
        return self.check is None and self.withdrawal is None

    @property
    def counts(self) -> bool:
        """Whether the figure rests on it."""
        return self.check is not None and self.check.accepted and self.withdrawal is None


class SubcontractCheck(Base):
    """What a second person found of a subcontract."""

    __tablename__ = "subcontract_check"
    __table_args__ = (CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),)
    __retention__ = Retention(N_("Wie een doorgegeven bedrag nakeek, en wat die vond."), _KEPT, _THEN)

    id: Mapped[Key]
    subcontract_id: Mapped[int] = mapped_column(ForeignKey("subcontract.id"), unique=True)
    accepted: Mapped[bool]
    reason: Mapped[str]
    checker_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    checker: Mapped[User | None] = relationship(lazy="raise")


class SubcontractWithdrawal(Base):
    """A subcontract that counts no more: taken back while it waited, or its approval withdrawn with a reason."""

    __tablename__ = "subcontract_withdrawal"
    __table_args__ = (CheckConstraint("length(reason) <= 500", name="reason"),)
    __retention__ = Retention(N_("Wie een doorgegeven bedrag introk, en waarom."), _KEPT, _THEN)

    id: Mapped[Key]
    subcontract_id: Mapped[int] = mapped_column(ForeignKey("subcontract.id"), unique=True)
    reason: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    by: Mapped[User | None] = relationship(lazy="raise")
