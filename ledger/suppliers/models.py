"""Suppliers, links to parties, evidence of place, and what it proves when."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation, Party, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_, search_key
from ledger.extracts.models import RegisterExtract
from ledger.suppliers.rules import SupplierFacts, readable_postcode


class Supplier(Base):
    """A supplier as one anchor's ledger names it (`recorded_by_id`), or a party of this house (None).

    It is not a party until somebody linked it (`party_id`). `identity` tells it apart within that ledger.
    `kvk_number` and the other numbers are as the ledger has them; `kvk_given_by_id` wrote the KvK number down later,
    and is then not alone who says that it is that one. `register_number` is the legal person it was found
    to be, on `kvk_confirmed_on`: then it is one supplier at every anchor. `same_as_id` is the supplier people said it
    is, where no register knows it. `natural_person` None means not known; its name is then not shown in public.
    """

    __tablename__ = "supplier"
    __table_args__ = (
        UniqueConstraint("recorded_by_id", "identity", postgresql_nulls_not_distinct=True),
        CheckConstraint("kvk_number ~ '^[0-9]{8}$'", name="kvk_number"),
        CheckConstraint("branch_number ~ '^[0-9]{12}$'", name="branch_number"),
        CheckConstraint("register_number ~ '^[0-9]{8}$'", name="register_number"),
        CheckConstraint("(kvk_confirmed_on IS NULL) = (register_number IS NULL)", name="kvk_confirmed_on"),
        CheckConstraint("same_as_id <> id", name="same_as"),
        CheckConstraint("length(name) BETWEEN 1 AND 200", name="name"),
        CheckConstraint("recorded_by_id IS NOT NULL OR party_id IS NOT NULL", name="own"),
    )
    __retention__ = Retention(
        N_("Naam en adres van leveranciers, ook van eenmanszaken."),
        N_("Zolang de inkoopregels worden bewaard: twintig jaar."),
        N_("Namen van personen zijn nooit openbaar. Daarna worden ze een nummer."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    identity: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    search_name: Mapped[str] = mapped_column(index=True)
    kvk_number: Mapped[str | None] = mapped_column(index=True)
    kvk_given_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    branch_number: Mapped[str | None] = mapped_column(index=True)
    kvk_confirmed_on: Mapped[date | None]
    register_number: Mapped[str | None] = mapped_column(index=True)
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"), index=True)
    vat_id: Mapped[str | None] = mapped_column(index=True)
    iban: Mapped[str | None] = mapped_column(index=True)
    street: Mapped[str]
    house_number: Mapped[str]
    postcode: Mapped[str]
    city: Mapped[str]
    country: Mapped[str]
    natural_person: Mapped[bool | None]
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), index=True)
    created_at: Mapped[datetime]

    party: Mapped[Party | None] = relationship(lazy="raise")
    recorded_by: Mapped[Organisation | None] = relationship(lazy="raise", foreign_keys=[recorded_by_id])

    def __init__(
        self, facts: SupplierFacts, *, identity: str, recorded_by_id: int | None, party_id: int | None,
        created_at: datetime,
    ) -> None:  # fmt: skip
        super().__init__(
            identity=identity, recorded_by_id=recorded_by_id, party_id=party_id, created_at=created_at,
            **self.columns_of(facts),
        )  # fmt: skip

    @staticmethod
    def columns_of(facts: SupplierFacts) -> dict[str, Any]:
        """What is kept of the facts, by column."""
        return {
            "code": facts.code.strip(), "name": facts.name.strip(), "search_name": search_key(facts.name),
            "kvk_number": facts.kvk_number, "branch_number": facts.branch_number,
            "vat_id": facts.kept_vat_id, "iban": facts.iban,
            "street": facts.street.strip(), "house_number": facts.house_number.strip(),
            "postcode": readable_postcode(facts.postcode), "city": facts.city.strip(), "country": facts.country,
            "natural_person": facts.natural_person,
        }  # fmt: skip

    @property
    def public_name(self) -> str | None:
        """The name where everyone may read it; None for persons and for who may be one."""
        return self.name if self.natural_person is False else None


class SupplierLink(Base):
    """A dated, reasoned decision of who a supplier is. Undone by a new row; nothing is changed.

    `kind` party: it is that party, or (None) no party any more. register: it is (`holds`) or is not the legal person
    with that number. same: it is or is not the same as another supplier. proposed: somebody says it is that party or
    legal person, or the same as another; it counts once a second person said so too (`proposal_id` of that one).
    """

    __tablename__ = "supplier_link"
    __table_args__ = (
        CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),
        CheckConstraint("kind IN ('party', 'register', 'same', 'proposed')", name="kind"),
        CheckConstraint("register_number ~ '^[0-9]{8}$'", name="register_number"),
        CheckConstraint(
            "CASE kind "
            "WHEN 'party' THEN register_number IS NULL AND other_id IS NULL AND holds = (party_id IS NOT NULL) "
            "WHEN 'register' THEN register_number IS NOT NULL AND other_id IS NULL AND party_id IS NULL "
            "WHEN 'proposed' THEN holds AND actor_id IS NOT NULL "
            "AND num_nonnulls(party_id, register_number, other_id) = 1 "
            "ELSE other_id IS NOT NULL AND register_number IS NULL AND party_id IS NULL END",
            name="subject",
        ),
    )
    __retention__ = Retention(
        N_("Wie besliste wie een leverancier is, en waarom."),
        N_("Zolang de inkoopregels worden bewaard: twintig jaar."),
        N_("Wie het account wist, wordt een nummer."),
    )

    id: Mapped[Key]
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    kind: Mapped[str]
    holds: Mapped[bool]
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    register_number: Mapped[str | None]
    other_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"))
    reason: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("supplier_link.id"), unique=True)

    actor: Mapped[User | None] = relationship(lazy="raise")
    party: Mapped[Party | None] = relationship(lazy="raise")
    other: Mapped[Supplier | None] = relationship(lazy="raise", foreign_keys=[other_id])


class SupplierCatchAll(Base):
    """A dated, reasoned decision that a number stands for many suppliers (or, `holds` false, for one after all).

    A platform that pays for others, a bank that bought invoices: such a number never links by itself.
    """

    __tablename__ = "supplier_catch_all"
    __table_args__ = (
        CheckConstraint("kind IN ('kvk', 'branch', 'vat', 'iban')", name="kind"),
        CheckConstraint("length(value) BETWEEN 1 AND 120", name="value"),
        CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),
    )
    __retention__ = Retention(
        N_("Wie zei dat een nummer van meer leveranciers is, en waarom."),
        N_("Zolang de inkoopregels worden bewaard: twintig jaar."),
        N_("Wie het account wist, wordt een nummer."),
    )

    id: Mapped[Key]
    kind: Mapped[str]
    value: Mapped[str] = mapped_column(index=True)
    holds: Mapped[bool]
    reason: Mapped[str]
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    actor: Mapped[User] = relationship(lazy="raise")


class SupplierEvidence(Base):
    """What was found out about a supplier's place, by whom, where and until when it counts. Never changed.

    `kind` is seat (L1a) or establishment (L1b, for one contract; `worker_count` people work there). `grade`
    is 1 to 4. The verdict was computed from the address with the area of `area_id` and `area_version`. What came with a
    register extract (`extract_id`) counts until a newer extract of the same number, and only while the supplier is
    that legal person.
    """

    __tablename__ = "supplier_evidence"
    __table_args__ = (
        CheckConstraint("kind IN ('seat', 'establishment')", name="kind"),
        CheckConstraint("grade BETWEEN 1 AND 4", name="grade"),
        CheckConstraint("verdict IN ('inside', 'outside', 'unknown')", name="verdict"),
        CheckConstraint("length(source) BETWEEN 1 AND 300", name="source"),
        CheckConstraint("expires_on > valid_from", name="term"),
        CheckConstraint(
            "grade < 3 OR checked_by_id IS NOT NULL OR (grade = 4 AND created_at < '2026-11-29')",
            name="checked",
        ),
        CheckConstraint("checked_by_id <> created_by_id", name="second_person"),
        CheckConstraint("(kind = 'establishment') = (contract_reference <> '')", name="contract"),
        CheckConstraint(
            "worker_count IS NULL OR (kind = 'establishment' AND worker_count >= 1)", name="workers"
        ),
    )
    __retention__ = Retention(
        N_("Adres van een leverancier en wie het controleerde."),
        N_("Zolang de inkoopregels worden bewaard: twintig jaar."),
        N_("Wie het account wist, wordt een nummer."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    kind: Mapped[str]
    grade: Mapped[int] = mapped_column(SmallInteger)
    street: Mapped[str]
    house_number: Mapped[str]
    postcode: Mapped[str]
    country: Mapped[str]
    contract_reference: Mapped[str]
    worker_count: Mapped[int | None]
    verdict: Mapped[str]
    basis: Mapped[str]
    wijk: Mapped[str | None]
    buurt: Mapped[str | None]
    variants: Mapped[dict[str, Any]]
    area_id: Mapped[str]
    area_version: Mapped[str]
    valid_from: Mapped[date]
    obtained_on: Mapped[date]
    expires_on: Mapped[date | None]
    source: Mapped[str]
    extract_id: Mapped[int | None] = mapped_column(ForeignKey("register_extract.id"))
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]

    checked_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[checked_by_id])
    created_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[created_by_id])
    extract: Mapped[RegisterExtract | None] = relationship(lazy="raise")


class SupplierStanding(Base):
    """What the evidence proves of a supplier from a day until another (exclusive): made from it, never by hand."""

    __tablename__ = "supplier_standing"
    __table_args__ = (
        UniqueConstraint("supplier_id", "contract_reference", "from_on"),
        CheckConstraint("standing IN ('local', 'not_local', 'unknown')", name="standing"),
        CheckConstraint("from_on < until_on", name="term"),
    )
    __retention__ = NOTHING_PERSONAL

    id: Mapped[Key]
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"))
    contract_reference: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date]
    standing: Mapped[str]
    grade: Mapped[int] = mapped_column(SmallInteger)
    wijk: Mapped[str | None]
    buurt: Mapped[str | None]
    variants: Mapped[list[str]]
    evidence_id: Mapped[int] = mapped_column(ForeignKey("supplier_evidence.id"))
