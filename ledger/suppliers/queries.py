"""Reading suppliers and their evidence."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    Text,
    any_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.types import TypeEngine

from cwb.identity.models import Organisation
from cwb.kernel.prepared import containing
from cwb.kernel.text import search_key
from cwb.places.rules import Variant, Verdict
from ledger.extracts.models import RegisterExtract
from ledger.suppliers.errors import SupplierUnknown
from ledger.suppliers.models import (
    Supplier,
    SupplierCatchAll,
    SupplierEvidence,
    SupplierLink,
    SupplierStanding,
)
from ledger.suppliers.rules import Evidence, Told

WHOSE = case(
    (Supplier.party_id.is_not(None), func.concat("p", Supplier.party_id)),
    (Supplier.register_number.is_not(None), func.concat("k", Supplier.register_number)),
    else_=func.concat("s", func.coalesce(Supplier.same_as_id, Supplier.id)),
)
"""SQL: who a supplier is, under whichever name it stands: its party, else its legal person in the register, else the
supplier people said it is, else itself. `whose` says the same of one in hand."""


def whose(one: Supplier) -> str:
    """Who a supplier is: the same for all that are one."""
    if one.party_id is not None:
        return f"p{one.party_id}"
    return f"k{one.register_number}" if one.register_number else f"s{one.same_as_id or one.id}"


def array_of(values: Collection[Any], kind: type[TypeEngine[Any]]) -> ColumnElement[Any]:
    """SQL: one array of many values. A place for each would be taken apart by the driver, every time anew."""
    return literal(list(values), ARRAY(kind))


def supplier(session: Session, public_id: UUID | str) -> Supplier:
    """The supplier with this public id, with its party and the anchor whose ledger named it.

    Raises:
        SupplierUnknown: none has it, or the text is no id.
    """
    try:
        wanted = UUID(str(public_id))
    except ValueError:
        raise SupplierUnknown from None
    found = session.scalar(
        select(Supplier)
        .where(Supplier.public_id == wanted)
        .options(joinedload(Supplier.party), joinedload(Supplier.recorded_by))
    )
    if found is None:
        raise SupplierUnknown
    return found


def supplier_by_id(session: Session, supplier_id: int) -> Supplier:
    """The supplier with this key.

    Raises:
        SupplierUnknown: none has it.
    """
    found = session.get(Supplier, supplier_id)
    if found is None:
        raise SupplierUnknown
    return found


def find_party_supplier(session: Session, party_id: int) -> Supplier | None:
    """The supplier that stands for a party itself."""
    return session.scalar(
        select(Supplier).where(Supplier.party_id == party_id, Supplier.recorded_by_id.is_(None))
    )


def suppliers(
    *, anchor_id: int | None = None, text: str = "", only_open: bool = False, code: str = ""
) -> Select[Supplier]:
    """Suppliers by name: of one anchor's ledger or of all; `only_open` leaves out those that are found out already.

    `code` keeps those with one number in the ledger: a catch-all has many names.
    """
    statement = (
        select(Supplier)
        .options(joinedload(Supplier.party), joinedload(Supplier.recorded_by))
        .order_by(Supplier.search_name, Supplier.id)
    )
    if anchor_id is not None:
        statement = statement.where(Supplier.recorded_by_id == anchor_id)
    if only_open:
        statement = statement.where(
            Supplier.party_id.is_(None), Supplier.register_number.is_(None), Supplier.same_as_id.is_(None)
        )
    if code:
        statement = statement.where(Supplier.code == code)
    if key := search_key(text):
        statement = statement.where(
            or_(
                Supplier.search_name.like(containing(key), escape="/"),
                Supplier.kvk_number == text.strip(),
                Supplier.register_number == text.strip(),
            )
        )
    return statement


def each_once(found: Select[Supplier]) -> Select[Supplier]:
    """The same suppliers with who is one in several ledgers once, by its first row."""
    first = found.with_only_columns(func.min(Supplier.id)).order_by(None).group_by(WHOSE)
    return (
        select(Supplier)
        .options(joinedload(Supplier.party))
        .where(Supplier.id.in_(first))
        .order_by(Supplier.search_name, Supplier.id)
    )


def buyers_of(
    session: Session, some: Sequence[Supplier], anchor_id: int | None = None
) -> dict[int, list[str]]:
    """Supplier → the anchors that have it in their ledger, by name; only the one with `anchor_id` if it is given."""
    statement = select(WHOSE, Organisation.name).join(
        Organisation, Organisation.id == Supplier.recorded_by_id
    )
    if anchor_id is not None:
        statement = statement.where(Supplier.recorded_by_id == anchor_id)
    ids = [each.id for each in together(session, some)]
    by_whose: dict[str, list[str]] = {}
    for key, name in session.execute(
        statement.where(Supplier.id == any_(array_of(ids, BigInteger))).distinct().order_by(Organisation.name)
    ):
        by_whose.setdefault(key, []).append(name)
    return {each.id: by_whose.get(whose(each), []) for each in some}


def recorders(session: Session, some: Sequence[Supplier]) -> dict[int, str]:
    """Supplier → the name of the anchor in whose ledger it stands; none for parties of this house."""
    rows = session.execute(
        select(Supplier.id, Organisation.name)
        .join(Organisation, Organisation.id == Supplier.recorded_by_id)
        .where(Supplier.id == any_(array_of([each.id for each in some], BigInteger)))
    )
    return {supplier_id: name for supplier_id, name in rows}  # noqa: C416 (mypy knows no dict() of rows)


def together(session: Session, some: Sequence[Supplier]) -> Sequence[Supplier]:
    """These suppliers and all that are the same as one of them."""
    parties = {each.party_id for each in some if each.party_id is not None}
    numbers = {each.register_number for each in some if each.register_number}
    heads = {each.same_as_id or each.id for each in some}
    found = session.scalars(
        select(Supplier)
        .where(
            or_(
                Supplier.party_id == any_(array_of(parties, BigInteger)),
                Supplier.register_number == any_(array_of(numbers, Text)),
                Supplier.id == any_(array_of(heads | {each.id for each in some}, BigInteger)),
                Supplier.same_as_id == any_(array_of(heads, BigInteger)),
            )
        )
        .order_by(Supplier.id)
    ).all()
    wanted = {whose(each) for each in some}
    return [each for each in found if whose(each) in wanted]


def evidence_of(session: Session, supplier_ids: Sequence[int]) -> Sequence[SupplierEvidence]:
    """All evidence of these suppliers, latest first, with who checked it and the extract it came with."""
    return session.scalars(
        select(SupplierEvidence)
        .where(SupplierEvidence.supplier_id == any_(array_of(supplier_ids, BigInteger)))
        .options(
            joinedload(SupplierEvidence.checked_by),
            joinedload(SupplierEvidence.created_by),
            joinedload(SupplierEvidence.extract),
        )
        .order_by(SupplierEvidence.obtained_on.desc(), SupplierEvidence.id.desc())
    ).all()


def proofs_of(
    session: Session, supplier_ids: Sequence[int], variants: Sequence[Variant]
) -> list[tuple[int, Evidence]]:
    """The same evidence as far as a verdict needs it, by supplier: thousands of an import, so no objects are made.

    What came with an extract of another legal person than the supplier is by now does not count for it.
    """
    row, extract = SupplierEvidence, RegisterExtract
    found = session.execute(
        select(
            row.supplier_id, cast(row.variants, Text), row.id, row.grade, row.verdict, row.wijk, row.buurt,
            row.valid_from, row.obtained_on, row.expires_on, row.contract_reference,
            func.coalesce(extract.kvk_number, ""), func.coalesce(row.extract_id, 0),
        )
        .join(Supplier, Supplier.id == row.supplier_id)
        .outerjoin(extract, extract.id == row.extract_id)
        .where(
            row.supplier_id == any_(array_of(supplier_ids, BigInteger)),
            or_(row.extract_id.is_(None), extract.kvk_number == Supplier.register_number),
        )
        .order_by(row.obtained_on.desc(), row.id.desc())
    )  # fmt: skip
    verdict_of, told_of = {each.value: each for each in Verdict}, Told(variants)
    return [
        (supplier_id, Evidence(key, grade, verdict_of[verdict], told_of[told], *rest))
        for supplier_id, told, key, grade, verdict, *rest in found
    ]


def standings_of(session: Session, supplier_ids: Sequence[int]) -> Sequence[SupplierStanding]:
    """What is proven of these suppliers, latest first."""
    return session.scalars(
        select(SupplierStanding)
        .where(SupplierStanding.supplier_id.in_(supplier_ids))
        .order_by(SupplierStanding.from_on.desc())
    ).all()


def links_of(session: Session, supplier_id: int) -> Sequence[SupplierLink]:
    """Every decision about who a supplier is, latest first."""
    return session.scalars(
        select(SupplierLink)
        .where(SupplierLink.supplier_id == supplier_id)
        .options(
            joinedload(SupplierLink.actor), joinedload(SupplierLink.party), joinedload(SupplierLink.other)
        )
        .order_by(SupplierLink.id.desc())
    ).all()


def known_by_identity(session: Session, anchor_id: int, identities: Sequence[str]) -> dict[str, Supplier]:
    """Suppliers of one anchor's ledger by identity."""
    found = session.scalars(
        select(Supplier).where(
            Supplier.recorded_by_id == anchor_id, Supplier.identity == any_(array_of(identities, Text))
        )
    )
    return {each.identity: each for each in found}


def with_numbers(
    session: Session,
    *,
    kvk: Collection[str],
    branches: Collection[str],
    vat_ids: Collection[str],
    ibans: Collection[str],
) -> Sequence[Supplier]:
    """Every supplier of a ledger recorded with, or found to be, one of these."""
    return session.scalars(
        select(Supplier)
        .where(
            Supplier.recorded_by_id.is_not(None),
            or_(
                Supplier.kvk_number.in_(kvk), Supplier.register_number.in_(kvk), Supplier.branch_number.in_(branches),
                Supplier.vat_id.in_(vat_ids), Supplier.iban.in_(ibans),
            ),
        )
        .order_by(Supplier.id)
    ).all()  # fmt: skip


def names_by_number(session: Session, kind: str, values: Collection[str]) -> dict[str, list[str]]:
    """Number of a kind (branch, vat, iban) → the names suppliers carry it under."""
    column = {"branch": Supplier.branch_number, "vat": Supplier.vat_id, "iban": Supplier.iban}[kind]
    found: dict[str, list[str]] = {}
    for value, name in session.execute(select(column, Supplier.name).where(column.in_(values)).distinct()):
        found.setdefault(value or "", []).append(name)
    return found


def catch_alls(session: Session, values: Collection[str]) -> set[tuple[str, str]]:
    """Which of these numbers people said stand for many suppliers: (kind, number)."""
    latest = (
        select(SupplierCatchAll)
        .where(SupplierCatchAll.value == any_(array_of(values, Text)))
        .ext(distinct_on(SupplierCatchAll.kind, SupplierCatchAll.value))
        .order_by(SupplierCatchAll.kind, SupplierCatchAll.value, SupplierCatchAll.id.desc())
    )
    return {(each.kind, each.value) for each in session.scalars(latest) if each.holds}


def refused(session: Session, supplier_ids: Collection[int]) -> dict[int, set[str]]:
    """Supplier → the register numbers that people said it is not."""
    latest = (
        select(SupplierLink.supplier_id, SupplierLink.register_number, SupplierLink.holds)
        .where(
            SupplierLink.supplier_id == any_(array_of(supplier_ids, BigInteger)),
            SupplierLink.kind == "register",
        )
        .ext(distinct_on(SupplierLink.supplier_id, SupplierLink.register_number))
        .order_by(SupplierLink.supplier_id, SupplierLink.register_number, SupplierLink.id.desc())
    )
    found: dict[int, set[str]] = {}
    for key, number, holds in session.execute(latest):
        if not holds:
            found.setdefault(key, set()).add(number or "")
    return found


def names_under_code(session: Session, one: Supplier) -> int:
    """How many names the ledger has under this supplier's code: with more than one it says nothing of who it is."""
    if not one.code or one.recorded_by_id is None:
        return 1
    return (
        session.scalar(
            select(func.count()).where(
                Supplier.recorded_by_id == one.recorded_by_id, Supplier.code == one.code
            )
        )
        or 1
    )


def decided_loose(session: Session, supplier_ids: Collection[int]) -> set[int]:
    """Which of these a person loosened from a party last: no program links them to one again."""
    latest = (
        select(SupplierLink.supplier_id, SupplierLink.holds, SupplierLink.actor_id)
        .where(
            SupplierLink.supplier_id == any_(array_of(supplier_ids, BigInteger)), SupplierLink.kind == "party"
        )
        .ext(distinct_on(SupplierLink.supplier_id))
        .order_by(SupplierLink.supplier_id, SupplierLink.id.desc())
    )
    return {key for key, holds, _actor in session.execute(latest) if not holds}


def by_kvk(session: Session, number: str) -> Sequence[Supplier]:
    """Every supplier recorded with this KvK number."""
    return session.scalars(select(Supplier).where(Supplier.kvk_number == number).order_by(Supplier.id)).all()


def organisations_by_kvk(session: Session, numbers: Sequence[str]) -> dict[str, Organisation]:
    """Organisations of this house by KvK number."""
    found = session.scalars(
        select(Organisation).where(Organisation.kvk_number == any_(array_of(numbers, Text)))
    )
    return {each.kvk_number or "": each for each in found}


def proven_parties(session: Session, party_ids: Sequence[int], least: int) -> set[int]:
    """Which of these parties have evidence of at least this grade."""
    found = session.scalars(
        select(Supplier.party_id)
        .join(SupplierEvidence, SupplierEvidence.supplier_id == Supplier.id)
        .where(Supplier.party_id.in_(party_ids), SupplierEvidence.grade >= least)
    )
    return {party_id for party_id in found if party_id is not None}


def grades_now(session: Session, supplier_ids: Sequence[int], on: date) -> dict[int, SupplierStanding]:
    """What is proven of these suppliers on a day, by supplier; those without a row are unproven."""
    found = session.scalars(
        select(SupplierStanding).where(
            SupplierStanding.supplier_id.in_(supplier_ids), SupplierStanding.contract_reference == "",
            SupplierStanding.from_on <= on, SupplierStanding.until_on > on,
        )
    )  # fmt: skip
    return {each.supplier_id: each for each in found}


def said_apart(session: Session, supplier_id: int, other_id: int) -> bool:
    """Whether people said last that these two are not the same."""
    holds = session.scalar(
        select(SupplierLink.holds)
        .where(SupplierLink.supplier_id == supplier_id, SupplierLink.other_id == other_id)
        .order_by(SupplierLink.id.desc())
        .limit(1)
    )
    return holds is False
