"""Reading who a supplier may be: by its own numbers, and by names that look alike. A person decides."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from cwb.identity.models import Organisation
from cwb.kernel.kept import Kept
from ledger.extracts import queries as extracts
from ledger.extracts.models import RegisterBranch, RegisterExtract
from ledger.extracts.rules import Likeness, alike, comparable, likeness
from ledger.suppliers.models import Supplier
from ledger.suppliers.queries import whose
from ledger.suppliers.rules import Known


class Candidate(NamedTuple):
    """Whom a supplier may be: an organisation of this house, a legal person of the register, or another supplier.

    `kind` is party, register or ledger; `ledger` whose ledger names it; `state` ended or shielded where there is no
    `place`. `by`: numbers they share.
    """

    key: str
    kind: str
    name: str
    ledger: str
    number: str
    place: str
    state: str
    public_id: UUID
    by: tuple[Known, ...]
    names: Likeness


Names = Sequence[tuple[int, str]]

_SUPPLIER_NAMES: Kept[Names] = Kept(4)
_REGISTER_NAMES: Kept[tuple[Names, Sequence[str]]] = Kept(4)


def _supplier_names(session: Session) -> Names:
    """Key and comparable name of every supplier of a ledger; kept until one is added."""
    stamp = session.scalar(select(func.max(Supplier.id)))

    def read() -> Names:
        rows = session.execute(
            select(Supplier.id, Supplier.name)
            .where(Supplier.recorded_by_id.is_not(None))
            .order_by(Supplier.id)
        )
        return [(key, comparable(name)) for key, name in rows]

    return _SUPPLIER_NAMES.get((str(session.get_bind().engine.url), stamp), read)


def _register_names(session: Session) -> tuple[Names, Sequence[str]]:
    """Place and comparable name of every legal person that was looked up, with their numbers by place."""
    stamp = session.scalar(select(func.max(RegisterExtract.id)))

    def read() -> tuple[Names, Sequence[str]]:
        rows = extracts.names(session)
        names = [(at, comparable(n)) for at, (_k, name, trade) in enumerate(rows) for n in (name, *trade)]
        return names, [number for number, _name, _trade in rows]

    return _REGISTER_NAMES.get((str(session.get_bind().engine.url), stamp), read)


def candidates(
    session: Session, supplier: Supplier, known: dict[str, list[Known]], most: int = 6
) -> list[Candidate]:
    """Whom a supplier may be, those with a shared number first, then names that look alike."""
    names, numbers = _register_names(session)
    near = [numbers[place] for place, _likeness in alike(supplier.name, names, most)]
    told = extracts.latest(session, {*known, *near})
    found = [
        _legal_person(each, tuple(known.get(number, ())), supplier.name)
        for number in dict.fromkeys([*known, *near])
        if (each := told.get(number)) is not None and number != supplier.register_number
    ]
    found += [
        Candidate(
            f"p{each.public_id}", "party", each.name, "", each.kvk_number or "", _place(each), "", each.public_id, (),
            likeness(supplier.name, each.name),
        )
        for each in _parties(session, supplier)
    ]  # fmt: skip
    others = session.scalars(
        select(Supplier)
        .where(Supplier.id.in_([key for key, _l in alike(supplier.name, _supplier_names(session), 2 * most)]))
        .options(joinedload(Supplier.recorded_by))
        .order_by(Supplier.id)
    )
    seen = {whose(supplier), *(each.key for each in found)}
    for other in others:
        if whose(other) in seen:
            continue
        seen.add(whose(other))
        found.append(
            Candidate(
                f"s{other.public_id}", "ledger", other.name, other.recorded_by.name if other.recorded_by else "",
                other.kvk_number or "", _place(other), "", other.public_id, (), likeness(supplier.name, other.name),
            )
        )  # fmt: skip
    return sorted(
        found,
        key=lambda each: (each.kind != "party", not each.by, each.kind != "register", -each.names.score),
    )[:most]


def _place(one: Supplier | Organisation | RegisterBranch) -> str:
    return f"{one.street} {one.house_number}, {one.postcode} {one.city}".strip(" ,")


def _legal_person(extract: RegisterExtract, by: tuple[Known, ...], name: str) -> Candidate:
    seats = [each for each in extract.branches if each.main]
    state = "ended" if extract.ended_on else "shielded" if seats and seats[-1].shielded else ""
    names = max(
        (likeness(name, each) for each in (extract.name, *extract.trade_names)), key=lambda each: each.score
    )
    return Candidate(
        f"k{extract.kvk_number}", "register", extract.name, "", extract.kvk_number,
        _place(seats[-1]) if seats and not state else "", state, extract.public_id, by, names,
    )  # fmt: skip


def _parties(session: Session, one: Supplier) -> Sequence[Organisation]:
    """Organisations of this house with the same number or the same name."""
    if one.party_id is not None:
        return []
    number = one.register_number or one.kvk_number
    return session.scalars(
        select(Organisation)
        .where(
            or_(
                Organisation.search_name == one.search_name,
                func.coalesce(Organisation.kvk_number == number, False),
            )
        )
        .order_by(Organisation.search_name, Organisation.id)
        .limit(3)
    ).all()


def find_other(session: Session, text: str) -> Supplier | None:
    """The supplier with this public id; None for none or rubbish."""
    try:
        wanted = UUID(text)
    except ValueError:
        return None
    return session.scalar(select(Supplier).where(Supplier.public_id == wanted))
