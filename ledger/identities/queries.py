"""Reading who a supplier may be: by its own numbers, and by names that look alike. A person decides."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, any_, cast, column, exists, false, func, or_, select, table
from sqlalchemy.orm import Session, aliased, joinedload

from cwb.identity.models import Organisation
from cwb.kernel.kept import Kept
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import USER, Tasks, Waiting, rows
from ledger.extracts import queries as extracts
from ledger.extracts.models import RegisterBranch, RegisterExtract
from ledger.extracts.rules import Likeness, alike, comparable, likeness, really_different, same_name
from ledger.identities.rules import Side, clashes
from ledger.identities.rules import one_is_enough as _one_is_enough
from ledger.suppliers.errors import NumberNotLookedUp
from ledger.suppliers.models import Supplier, SupplierLink
from ledger.suppliers.queries import array_of, catch_alls, names_by_number, whose
from ledger.suppliers.rules import Known, numbers_of


class Candidate(NamedTuple):
    """Whom a supplier may be: an organisation of this house, a legal person of the register, or another supplier.

    `kind` is party, register or ledger; `ledger` whose ledger names it; `state` ended or shielded where there is no
    `place`. `by`: numbers they share. `bought`: of that name in a ledger, by year. `differs`: in what they contradict.
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
    differs: tuple[str, ...]
    bought: Sequence[tuple[int, Money]] = ()

    @property
    def alone(self) -> bool:
        """Whether one person may say that it is this one."""
        by_number = self.kind != "ledger" and any(not each.catch_all for each in self.by)
        return _one_is_enough(by_number=by_number, differs=self.differs)


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
    session: Session, supplier: Supplier, known: dict[str, list[Known]], most: int = 6, asked: str = ""
) -> list[Candidate]:
    """Whom a supplier may be: the number asked for, then those with a shared number, then names that look alike."""
    names, numbers = _register_names(session)
    near = [numbers[place] for place, _likeness in alike(supplier.name, names, most)]
    wanted = dict.fromkeys([*([asked] if asked else []), *known, *near])
    told = extracts.latest(session, wanted)
    found = [
        _legal_person(each, tuple(known.get(number, ())), supplier)
        for number in wanted
        if (each := told.get(number)) is not None and number != supplier.register_number
    ]
    found += [_party(each, supplier) for each in _parties(session, supplier, asked)]
    found += _others(session, supplier, {whose(supplier), *(each.key for each in found)}, 2 * most)
    return sorted(
        found,
        key=lambda each: (
            not asked or each.number != asked,
            each.kind != "party",
            not each.by,
            each.kind != "register",
            -each.names.score,
        ),
    )[:most]


def _others(session: Session, supplier: Supplier, seen: set[str], most: int) -> list[Candidate]:
    """Other suppliers of ledgers: with a number in common under whatever name, and with a name that looks alike.

    Neither joins them: a number in a ledger is typed by hand. Of whom somebody said no, only the name is told.
    """
    near = [key for key, _likeness in alike(supplier.name, _supplier_names(session), most)]
    rows = session.execute(
        select(Supplier, _said_apart(supplier))
        .where(
            Supplier.recorded_by_id.is_not(None), Supplier.id != supplier.id,
            or_(Supplier.id.in_(near), *_shares(supplier)),
        )
        .options(joinedload(Supplier.recorded_by))
        .order_by(Supplier.id.in_(near), Supplier.id)
        .limit(2 * most)
    ).all()  # fmt: skip
    shared = catch_alls(session, numbers_of(supplier).values())
    sums = bought(session, [each.id for each, _apart in rows])
    found = []
    for other, apart in rows:
        if whose(other) in seen:
            continue
        seen.add(whose(other))
        found.append(
            Candidate(
                f"s{other.public_id}", "ledger", other.name, other.recorded_by.name if other.recorded_by else "",
                other.kvk_number or "", _place(other), "", other.public_id,
                () if apart else _in_common(supplier, other, shared), likeness(supplier.name, other.name),
                clashes(side(supplier), side(other)), sums.get(other.id, ()),
            )
        )  # fmt: skip
    return found


def _said_apart(supplier: Supplier) -> Any:
    """SQL: whether the last thing people said of this supplier and another is that they are not the same."""
    other = func.coalesce(Supplier.same_as_id, Supplier.id)
    mine = supplier.same_as_id or supplier.id
    said = (
        select(~SupplierLink.holds)
        .where(
            SupplierLink.kind == "same",
            or_(
                and_(SupplierLink.supplier_id == supplier.id, SupplierLink.other_id == other),
                and_(SupplierLink.supplier_id == Supplier.id, SupplierLink.other_id == mine),
            ),
        )
        .order_by(SupplierLink.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(said, false())


def _shares(supplier: Supplier) -> list[ColumnElement[bool]]:
    """SQL: another supplier has a number of this one, or its code in the ledger where no third name has that."""
    columns = {
        "kvk": Supplier.kvk_number, "branch": Supplier.branch_number, "vat": Supplier.vat_id, "iban": Supplier.iban,
    }  # fmt: skip
    found = [columns[kind] == value for kind, value in numbers_of(supplier).items()]
    if supplier.code:
        again = aliased(Supplier)
        names = (
            select(func.count())
            .where(again.recorded_by_id == supplier.recorded_by_id, again.code == supplier.code)
            .scalar_subquery()
        )
        found.append(
            and_(
                Supplier.recorded_by_id == supplier.recorded_by_id, Supplier.code == supplier.code, names == 2
            )
        )
    return found


def _in_common(one: Supplier, other: Supplier, shared: set[tuple[str, str]]) -> tuple[Known, ...]:
    mine, theirs = numbers_of(one), numbers_of(other)
    agrees = one.search_name == other.search_name
    found = [
        Known(kind, "", agrees, (kind, value) in shared)
        for kind, value in mine.items()
        if theirs.get(kind) == value
    ]
    if one.code and (one.recorded_by_id, one.code) == (other.recorded_by_id, other.code):
        found.append(Known("code", "", agrees))
    return tuple(found)


def bought(session: Session, supplier_ids: Sequence[int]) -> dict[int, list[tuple[int, Money]]]:
    """What was bought of suppliers under the name they have, by year, without what is excluded."""
    sums = table(
        "spend_rollup", column("supplier_id"), column("quarter_on"), column("net_amount"), column("exclusion")
    )
    year = func.extract("year", sums.c.quarter_on)
    rows = session.execute(
        select(sums.c.supplier_id, year, func.sum(sums.c.net_amount))
        .where(
            sums.c.supplier_id.in_(supplier_ids), sums.c.exclusion.is_(None), sums.c.quarter_on.is_not(None)
        )
        .group_by(sums.c.supplier_id, year)
        .order_by(year)
    )
    found: dict[int, list[tuple[int, Money]]] = {}
    for key, when, net in rows:
        found.setdefault(key, []).append((int(when), Money(int(net))))
    return found


def _place(one: Supplier | Organisation | RegisterBranch) -> str:
    return f"{one.street} {one.house_number}, {one.postcode} {one.city}".strip(" ,")


def side(one: Supplier | Organisation) -> Side:
    """A supplier as its ledger writes it, or an organisation of this house, as it is compared."""
    return Side((one.name,), one.kvk_number, one.vat_id, one.postcode)


def _of_register(extract: RegisterExtract) -> Side:
    seats = [each for each in extract.branches if each.main and not each.shielded]
    place = seats[-1].postcode if seats else ""
    return Side((extract.name, *extract.trade_names), extract.kvk_number, extract.vat_id, place)


def _party(one: Organisation, supplier: Supplier) -> Candidate:
    shares = one.kvk_number is not None and one.kvk_number in (supplier.register_number, supplier.kvk_number)
    return Candidate(
        f"p{one.public_id}", "party", one.name, "", one.kvk_number or "", _place(one), "", one.public_id,
        (Known("kvk", "", same_name(one.name, supplier.name)),) if shares else (), likeness(supplier.name, one.name),
        clashes(side(supplier), side(one)),
    )  # fmt: skip


def _legal_person(extract: RegisterExtract, by: tuple[Known, ...], supplier: Supplier) -> Candidate:
    seats = [each for each in extract.branches if each.main]
    state = "ended" if extract.ended_on else "shielded" if seats and seats[-1].shielded else ""
    names = max(
        (likeness(supplier.name, each) for each in (extract.name, *extract.trade_names)),
        key=lambda each: each.score,
    )
    return Candidate(
        f"k{extract.kvk_number}", "register", extract.name, "", extract.kvk_number,
        _place(seats[-1]) if seats and not state else "", state, extract.public_id, by, names,
        clashes(side(supplier), _of_register(extract)),
    )  # fmt: skip


def _parties(session: Session, one: Supplier, asked: str) -> Sequence[Organisation]:
    """Organisations of this house with the same number, the number asked for or the same name."""
    if one.party_id is not None:
        return []
    number = one.register_number or one.kvk_number
    return session.scalars(
        select(Organisation)
        .where(
            or_(
                Organisation.search_name == one.search_name,
                Organisation.kvk_number == any_(array_of({number, asked} - {None, ""}, Text)),
            )
        )
        .order_by(Organisation.kvk_number.is_distinct_from(asked), Organisation.search_name, Organisation.id)
        .limit(3)
    ).all()


_LATER = aliased(SupplierLink)

_WAITS = (
    SupplierLink.kind == "proposed",
    ~exists().where(
        _LATER.supplier_id == SupplierLink.supplier_id, _LATER.kind.in_(("party", "register", "same")),
        _LATER.id > SupplierLink.id,
    ),
)  # fmt: skip
"""SQL: what somebody said of who a supplier is, of which nothing came yet."""

tasks = Tasks(
    Waiting(
        N_("Kijk na wie %(title)s is"), "identities.who", {Role.PROGRAMME},
        rows(key=cast(Supplier.public_id, Text), title=Supplier.name)
        .join(SupplierLink, SupplierLink.supplier_id == Supplier.id)
        .where(*_WAITS, SupplierLink.actor_id.is_distinct_from(USER)),
        {"public_id": "key"},
    )
)  # fmt: skip


def proposals(session: Session, supplier: Supplier) -> Sequence[SupplierLink]:
    """What somebody said of who this supplier is, that waits for a second person; latest first."""
    return session.scalars(
        select(SupplierLink)
        .where(SupplierLink.supplier_id == supplier.id, *_WAITS)
        .options(
            joinedload(SupplierLink.actor), joinedload(SupplierLink.party), joinedload(SupplierLink.other)
        )
        .order_by(SupplierLink.id.desc())
    ).all()


def known(
    session: Session, suppliers: Sequence[Supplier]
) -> tuple[dict[str, RegisterExtract], dict[int, list[Known]]]:
    """The extracts that numbers of these suppliers point at, and for each supplier which number points where."""
    written = {
        "kvk": {each.kvk_number for each in suppliers if each.kvk_number},
        "branch": {each.branch_number for each in suppliers if each.branch_number},
        "vat": {each.vat_id for each in suppliers if each.vat_id},
        "iban": {each.iban for each in suppliers if each.iban},
    }
    pointed = extracts.numbers_of(
        session, branches=written["branch"], vat_ids=written["vat"], ibans=written["iban"]
    )
    found = extracts.latest(session, {*written["kvk"], *(n for those in pointed.values() for n in those)})
    pointed |= {("kvk", number): {number} for number in written["kvk"] if number in found}
    if not pointed:
        return found, {each.id: [] for each in suppliers}
    shared = catch_alls(session, {value for _kind, value in pointed})
    for kind in ("branch", "vat", "iban"):
        values = [value for which, value in pointed if which == kind]
        names = names_by_number(session, kind, values) if values else {}
        shared |= {(kind, value) for value, those in names.items() if really_different(those) > 1}
    told = {number: each.told() for number, each in found.items()}
    return found, {
        each.id: [
            Known(kind, number, told[number].agrees_with(each.name), (kind, value) in shared)
            for kind, value in numbers_of(each).items()
            for number in sorted(pointed.get((kind, value), ()))
        ]
        for each in suppliers
    }


def pointed_at(session: Session, supplier: Supplier) -> dict[str, list[Known]]:
    """The legal persons that a supplier's own numbers point at, each with those numbers."""
    found: dict[str, list[Known]] = {}
    for each in known(session, [supplier])[1][supplier.id]:
        found.setdefault(each.register_number, []).append(each)
    return found


def one_is_enough(
    session: Session, supplier: Supplier, who: str | Organisation | Supplier, actor_id: int
) -> bool:
    """Whether this person alone may say that a supplier is this legal person, organisation or other supplier.

    Raises:
        NumberNotLookedUp: nobody looked the number up.
    """
    mine = side(supplier)
    if isinstance(who, Supplier):
        return _one_is_enough(by_number=False, differs=clashes(mine, side(who)))
    own = supplier.kvk_given_by_id != actor_id
    if isinstance(who, Organisation):
        number = who.kvk_number
        return _one_is_enough(
            by_number=number is not None and own and number == supplier.kvk_number,
            differs=clashes(mine, side(who)), confirmed=number is not None and number == supplier.register_number,
        )  # fmt: skip
    extract = extracts.latest(session, [who]).get(who)
    if extract is None:
        raise NumberNotLookedUp(field="kvk_number")
    points = pointed_at(session, supplier).get(extract.kvk_number, ())
    by_number = any(not each.catch_all and (own or each.by != "kvk") for each in points)
    return _one_is_enough(by_number=by_number, differs=clashes(mine, _of_register(extract)))


def find_other(session: Session, text: str) -> Supplier | None:
    """The supplier with this public id; None for none or rubbish."""
    try:
        wanted = UUID(text)
    except ValueError:
        return None
    return session.scalar(select(Supplier).where(Supplier.public_id == wanted))
