"""Reading suppliers and their evidence."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, Text, any_, case, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.types import TypeEngine

from cwb.identity.models import Organisation
from cwb.kernel.text import search_key
from ledger.suppliers.errors import SupplierUnknown
from ledger.suppliers.models import Supplier, SupplierEvidence, SupplierLink, SupplierStanding

WHOSE = case(
    (Supplier.party_id.is_not(None), func.concat("p", Supplier.party_id)),
    (Supplier.kvk_confirmed_on.is_not(None), func.concat("k", Supplier.kvk_number)),
    else_=func.concat("s", Supplier.id),
)
"""SQL: who a supplier is, under whichever name it stands: its party, else its confirmed KvK number, else itself."""


def array_of(values: Sequence[Any], kind: type[TypeEngine[Any]]) -> ColumnElement[Any]:
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


def suppliers(*, anchor_id: int | None = None, text: str = "", only_open: bool = False) -> Select[Supplier]:
    """Suppliers by name: of one anchor's ledger or of all; `only_open` leaves out those linked to a party."""
    statement = (
        select(Supplier)
        .options(joinedload(Supplier.party), joinedload(Supplier.recorded_by))
        .order_by(Supplier.search_name, Supplier.id)
    )
    if anchor_id is not None:
        statement = statement.where(Supplier.recorded_by_id == anchor_id)
    if only_open:
        statement = statement.where(Supplier.party_id.is_(None))
    if key := search_key(text):
        escaped = key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        statement = statement.where(
            or_(Supplier.search_name.like(f"%{escaped}%"), Supplier.kvk_number == text.strip())
        )
    return statement


def same_party(session: Session, one: Supplier) -> Sequence[Supplier]:
    """All suppliers that are the same party; only itself while it is linked to none."""
    if one.party_id is None:
        return [one]
    return session.scalars(
        select(Supplier).where(Supplier.party_id == one.party_id).order_by(Supplier.id)
    ).all()


def evidence_of(session: Session, supplier_ids: Sequence[int]) -> Sequence[SupplierEvidence]:
    """All evidence of these suppliers, latest first, with who checked it."""
    return session.scalars(
        select(SupplierEvidence)
        .where(SupplierEvidence.supplier_id == any_(array_of(supplier_ids, BigInteger)))
        .options(joinedload(SupplierEvidence.checked_by))
        .order_by(SupplierEvidence.obtained_on.desc(), SupplierEvidence.id.desc())
    ).all()


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
        .options(joinedload(SupplierLink.actor), joinedload(SupplierLink.party))
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


def suggestions(session: Session, one: Supplier) -> Sequence[Organisation]:
    """Organisations that may be this supplier: the same KvK number, or the same name. A person decides."""
    if one.party_id is not None:
        return []
    return session.scalars(
        select(Organisation)
        .where(
            or_(
                Organisation.search_name == one.search_name,
                func.coalesce(Organisation.kvk_number == one.kvk_number, False),
            )
        )
        .order_by(Organisation.search_name)
        .limit(5)
    ).all()


def grades_now(session: Session, supplier_ids: Sequence[int], on: date) -> dict[int, SupplierStanding]:
    """What is proven of these suppliers on a day, by supplier; those without a row are unproven."""
    found = session.scalars(
        select(SupplierStanding).where(
            SupplierStanding.supplier_id.in_(supplier_ids), SupplierStanding.contract_reference == "",
            SupplierStanding.from_on <= on, SupplierStanding.until_on > on,
        )
    )  # fmt: skip
    return {each.supplier_id: each for each in found}
