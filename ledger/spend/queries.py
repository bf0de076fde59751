"""Reading purchase lines, and the figure of a period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Text, and_, case, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from cwb.identity.models import Organisation
from cwb.kernel.kept import Kept
from cwb.kernel.period import Period
from cwb.kernel.text import search_key
from cwb.places.rules import AreaPack
from ledger.declarations.queries import MARKS, Declared
from ledger.disclosure.rules import Purchase, public
from ledger.figure.rules import document
from ledger.share.rules import Standing
from ledger.spend.errors import LineUnknown
from ledger.spend.models import SpendImport, SpendLine
from ledger.spend.rules import Kind, Source
from ledger.suppliers.models import Supplier, SupplierStanding
from ledger.suppliers.queries import WHOSE

SEAT, BRANCH = aliased(SupplierStanding), aliased(SupplierStanding)


def _on_day(standing: Any) -> ColumnElement[bool]:
    return and_(
        standing.supplier_id == SpendLine.supplier_id, SpendLine.period_on >= standing.from_on,
        SpendLine.period_on < standing.until_on,
    )  # fmt: skip


SEAT_THEN = and_(_on_day(SEAT), SEAT.contract_reference == "")
BRANCH_THEN = and_(
    _on_day(BRANCH),
    SpendLine.contract_reference != "",
    BRANCH.contract_reference == SpendLine.contract_reference,
)


def proven(name: str, nothing: object) -> ColumnElement[Any]:
    """SQL: a fact of the standing that counts: of a local branch that carries out the contract, else the seat."""
    branch, seat = getattr(BRANCH, name), getattr(SEAT, name)
    return func.coalesce(
        case((BRANCH.standing == Standing.LOCAL.value, branch), else_=seat), literal(nothing)
    )


STANDING = proven("standing", Standing.UNKNOWN.value)
GRADE = proven("grade", 0)
EVIDENCE = proven("evidence_id", 0)
BRANCHED = func.coalesce(BRANCH.standing == Standing.LOCAL.value, literal(False))
_VARIANTS = case((BRANCH.standing == Standing.LOCAL.value, BRANCH.variants), else_=SEAT.variants)


def purchases(session: Session, period: Period, area: AreaPack) -> list[Purchase]:
    """What every anchor bought of every supplier in a period, net, with what was proven on each invoice date."""
    starts, ends = SpendLine.contract_starts_on, SpendLine.contract_ends_on
    dated = or_(
        and_(starts >= period.start, starts < period.end), and_(ends >= period.start, ends < period.end)
    )
    influence = case(
        (and_(starts.is_(None), ends.is_(None)), "unknown"),
        (func.coalesce(dated, literal(False)), "yes"),
        else_="no",
    )
    declared = Declared(session, period, area)
    keys = (
        SpendLine.anchor_id, WHOSE, SpendLine.category, SpendLine.exclusion, STANDING, GRADE, EVIDENCE, _VARIANTS,
        influence, declared.contract(SpendLine.contract_reference), BRANCHED,
    )  # fmt: skip
    rows = session.execute(
        select(*keys, func.sum(SpendLine.net_amount), func.sum(SpendLine.weight))
        .join(Supplier, Supplier.id == SpendLine.supplier_id)
        .outerjoin(SEAT, SEAT_THEN)
        .outerjoin(BRANCH, BRANCH_THEN)
        .where(SpendLine.period_on >= period.start, SpendLine.period_on < period.end, SpendLine.weight != 0)
        .group_by(*keys)
    )
    unknown = (Standing.UNKNOWN,) * len(area.variants)
    names = {id_: str(public_id) for id_, public_id, _ in anchors(session)}
    bought = [
        Purchase(
            anchor=names[anchor], supplier=supplier, verdict=str(evidence), category=category,
            standing=Standing(standing), grade=f"E{grade}",
            variants=tuple(Standing(each) for each in proven) if proven else unknown,
            amount=int(net), lines=int(count), exclusion=code, influence=influenced, contract=reference,
            branch=branch,
        )
        for anchor, supplier, category, code, standing, grade, evidence, proven, influenced, reference, branch,
        net, count in rows
    ]  # fmt: skip
    return declared.applied(bought)


def anchors(session: Session) -> Sequence[Row[int, UUID, str]]:
    """Every organisation with purchase lines: key, public id, name; by name."""
    reporting = exists().where(SpendLine.anchor_id == Organisation.id)
    return session.execute(
        select(Organisation.id, Organisation.public_id, Organisation.name)
        .where(Organisation.anchor_type.is_not(None), reporting)
        .order_by(Organisation.search_name)
    ).all()


def find_anchor(session: Session, text: str) -> str | None:
    """The public id of an anchor with lines, by KvK number or public id."""
    found = session.scalar(
        select(Organisation.public_id).where(
            Organisation.anchor_type.is_not(None),
            or_(Organisation.kvk_number == text, cast(Organisation.public_id, Text) == text.lower()),
        )
    )
    return None if found is None else str(found)


def quarters(session: Session) -> list[Period]:
    """The quarters from the first to the last line, latest first."""
    first, last = session.execute(
        select(func.min(SpendLine.period_on), func.max(SpendLine.period_on)).where(SpendLine.weight != 0)
    ).one()
    if first is None or last is None:
        return []
    found = [Period.quarter_of(last)]
    while found[-1].start > first:
        found.append(found[-1].previous_quarter())
    return found


def before(period: Period) -> Period | None:
    """The period a quarter or a year is compared with; None for any other span."""
    if str(period) == f"{period.start.year:04}":
        return Period.parse(f"{period.start.year - 1:04}")
    return period.previous_quarter() if "Q" in str(period) else None


_KEPT: Kept[dict[str, Any]] = Kept(64)


def export(session: Session, period: Period, area: AreaPack) -> dict[str, Any]:
    """The public export of a period with its figures (`ledger.figure.rules.document`), compared with the one before.

    Made anew whenever a line, a standing or a name it rests on has changed; else taken from memory. Do not change it.
    """
    named = anchors(session)
    key = (
        str(session.get_bind().engine.url), str(period), area.id, area.version,
        *fingerprint(session, Period(date.min, period.end)), *((str(public_id), name) for _, public_id, name in named),
    )  # fmt: skip

    def make() -> dict[str, Any]:
        first = session.scalar(select(func.min(SpendLine.period_on)).where(SpendLine.weight != 0))
        earlier = before(period)
        previous = export(session, earlier, area) if earlier and first and first < earlier.end else None
        return _document(session, period, area, named, previous if previous and previous["rows"] else None)

    return _KEPT.get(key, make)


def fingerprint(session: Session, span: Period) -> tuple[int, ...]:
    """Numbers that change whenever a line, a standing or a name that a figure rests on does."""
    inside = (SpendLine.period_on >= span.start, SpendLine.period_on < span.end, SpendLine.weight != 0)
    parts = (
        select(func.count()).select_from(SpendLine).where(*inside),
        select(func.sum(SpendLine.id)).where(*inside),
        select(func.count()).select_from(SupplierStanding),
        select(func.sum(SupplierStanding.id)),
        select(func.sum(Supplier.party_id)),
        select(func.count(Supplier.kvk_confirmed_on)),
        *MARKS,
    )
    found = session.execute(select(*(part.scalar_subquery() for part in parts))).one()
    return tuple(int(value or 0) for value in found)


def _document(
    session: Session, period: Period, area: AreaPack, named: Sequence[Row[int, UUID, str]],
    previous: dict[str, Any] | None,
) -> dict[str, Any]:  # fmt: skip
    shown = public(purchases(session, period, area))
    return document(
        shown,
        area={
            "id": area.id, "version": area.version, "name": area.full_name, "valid_from": area.valid_from.isoformat(),
            "variants": [{"id": each.id, "name": each.name, "why": each.why} for each in area.variants],
        },
        variants=[each.id for each in area.variants],
        period=str(period),
        anchors={str(public_id): name for _, public_id, name in named},
        categories={each.id: each.name for each in area.categories},
        facts=_papers(session, period),
        previous=previous,
    )  # fmt: skip


def _papers(session: Session, period: Period) -> dict[str, object]:
    """Which files and how many corrections a period rests on."""
    inside = and_(SpendLine.period_on >= period.start, SpendLine.period_on < period.end)
    corrections = session.scalar(select(func.count()).where(inside, SpendLine.kind == Kind.REVERSAL)) or 0
    vat = session.scalar(
        select(func.sum(SpendLine.irrecoverable_vat_amount)).where(inside, SpendLine.weight != 0)
    )
    used = exists().where(SpendLine.import_id == SpendImport.id, inside)
    files = session.scalars(select(SpendImport.checksum).where(used).order_by(SpendImport.checksum)).all()
    return {
        "restatement": corrections, "irrecoverable_vat_cents": int(vat or 0), "import_checksums": list(files),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are asked for; None leaves a filter out. `kind` "conflict" shows what waits for a decision."""

    period: Period | None = None
    anchor_id: int | None = None
    standing: Standing | None = None
    wijk: str | None = None
    category: str | None = None
    exclusion: str | None = None
    supplier_id: int | None = None
    kind: Kind | None = None
    text: str = ""


def lines(wanted: Wanted) -> Select[Any]:
    """Lines with what is proven of them (line, standing, grade), latest first; only those that count now.

    With `kind` the rows of that kind are shown instead.
    """
    again = aliased(SpendLine)
    replaced = exists().where(again.replaces_id == SpendLine.id, again.kind == Kind.REVERSAL)
    statement = (
        select(SpendLine, STANDING.label("standing"), GRADE.label("grade"))
        .join(Supplier, Supplier.id == SpendLine.supplier_id)
        .outerjoin(SEAT, SEAT_THEN)
        .outerjoin(BRANCH, BRANCH_THEN)
        .options(
            joinedload(SpendLine.supplier).joinedload(Supplier.party), joinedload(SpendLine.anchor),
            joinedload(SpendLine.coded_by),
        )
        .order_by(SpendLine.period_on.desc().nulls_first(), SpendLine.id.desc())
    )  # fmt: skip
    if wanted.kind is None:
        statement = statement.where(SpendLine.weight == 1, ~replaced)
    else:
        statement = statement.where(SpendLine.kind == wanted.kind)
    return statement.where(*_conditions(wanted))


def _conditions(wanted: Wanted) -> list[Any]:
    found: list[Any] = []
    if wanted.period is not None:
        found += [SpendLine.period_on >= wanted.period.start, SpendLine.period_on < wanted.period.end]
    if wanted.anchor_id is not None:
        found.append(SpendLine.anchor_id == wanted.anchor_id)
    if wanted.standing is not None:
        found += [wanted.standing.value == STANDING, SpendLine.exclusion.is_(None)]
    if wanted.wijk is not None:
        found += [proven("wijk", "") == wanted.wijk, SpendLine.exclusion.is_(None)]
    if wanted.category is not None:
        found.append(SpendLine.category == wanted.category)
    if wanted.exclusion is not None:
        found.append(SpendLine.exclusion == wanted.exclusion)
    if wanted.supplier_id is not None:
        found.append(SpendLine.supplier_id == wanted.supplier_id)
    if key := search_key(wanted.text):
        found.append(Supplier.search_name.contains(key, autoescape=True))
    return found


class Loose(NamedTuple):
    """What an anchor bought without naming a contract: how many lines, of how many suppliers, cents net, last day."""

    lines: int
    suppliers: int
    net: int
    last_on: date | None


def bought_loose(
    session: Session, anchor_id: int, *, cpv_group: str, category: str, since: date, until: date
) -> Loose:
    """Lines of one kind of work, after `since` and up to `until`, that name no contract and no tender.

    The kind is told by the leading digits of the CPV code, or by the category where a line has no code. What is
    reversed or recorded twice does not count.
    """
    row = session.execute(
        select(
            func.coalesce(func.sum(SpendLine.weight), 0),
            func.count(SpendLine.supplier_id.distinct()),
            func.coalesce(func.sum(SpendLine.net_amount), 0),
            func.max(SpendLine.period_on),
        ).where(
            SpendLine.anchor_id == anchor_id, SpendLine.weight != 0,
            SpendLine.period_on > since, SpendLine.period_on <= until,
            SpendLine.contract_reference == "", SpendLine.tender_reference == "",
            case(
                (SpendLine.cpv.is_not(None), SpendLine.cpv.startswith(cpv_group, autoescape=True)),
                else_=and_(SpendLine.category == category, SpendLine.category != ""),
            ),
        )
    ).one()  # fmt: skip
    return Loose(int(row[0]), int(row[1]), int(row[2]), row[3])


def sums(session: Session, wanted: Wanted) -> tuple[int, int]:
    """How many lines and how much (cents) the filtered list holds."""
    part = lines(wanted).order_by(None).with_only_columns(SpendLine.net_amount).subquery()
    count, total = session.execute(select(func.count(), func.coalesce(func.sum(part.c.net_amount), 0))).one()
    return int(count), int(total)


def line(session: Session, public_id: UUID | str, *, anchor_id: int | None) -> SpendLine:
    """A line with its supplier and anchor; `anchor_id` None means of any anchor.

    Raises:
        LineUnknown: none, of another anchor, or the text is no id.
    """
    try:
        statement = select(SpendLine).where(SpendLine.public_id == UUID(str(public_id)))
    except ValueError:
        raise LineUnknown from None
    if anchor_id is not None:
        statement = statement.where(SpendLine.anchor_id == anchor_id)
    found = session.scalar(
        statement.options(
            joinedload(SpendLine.supplier), joinedload(SpendLine.anchor), joinedload(SpendLine.coded_by)
        )
    )
    if found is None:
        raise LineUnknown
    return found


def history(session: Session, one: SpendLine) -> Sequence[SpendLine]:
    """Everything recorded under the same identity: the line, its reversals and corrections, oldest first."""
    return session.scalars(
        select(SpendLine)
        .where(SpendLine.anchor_id == one.anchor_id, SpendLine.identity == one.identity)
        .where(SpendLine.ordinal == one.ordinal)
        .options(joinedload(SpendLine.supplier), joinedload(SpendLine.coded_by))
        .order_by(SpendLine.id)
    ).all()


def find_reversal(session: Session, line_id: int) -> SpendLine | None:
    """The row that took a line off, if any."""
    return session.scalar(
        select(SpendLine).where(SpendLine.replaces_id == line_id, SpendLine.kind == Kind.REVERSAL)
    )


def stored_counts(session: Session, anchor_id: int, identities: Sequence[str]) -> dict[str, int]:
    """How often each identity stands in an anchor's lines."""
    found = session.execute(
        select(SpendLine.identity, func.max(SpendLine.ordinal))
        .where(SpendLine.anchor_id == anchor_id, SpendLine.identity.in_(identities))
        .group_by(SpendLine.identity)
    )
    return {identity: int(count) for identity, count in found}


def by_document(
    session: Session, anchor_id: int, documents: Sequence[str], source: Source
) -> Sequence[SpendLine]:
    """Lines of one source with these document keys that were recorded first-hand, with their supplier."""
    return session.scalars(
        select(SpendLine)
        .where(
            SpendLine.anchor_id == anchor_id, SpendLine.document_key.in_(documents), SpendLine.source == source,
            SpendLine.kind.in_([Kind.BOOKED, Kind.SAME, Kind.CONFLICT]),
        )
        .options(joinedload(SpendLine.supplier))
        .order_by(SpendLine.id)
    ).all()  # fmt: skip


def period_of_document(session: Session, anchor_id: int, supplier_id: int, document: str) -> date | None:
    """The period day of the invoice a credit note names, if it is recorded."""
    return session.scalar(
        select(SpendLine.period_on)
        .where(
            SpendLine.anchor_id == anchor_id, SpendLine.supplier_id == supplier_id, SpendLine.document_key == document,
            SpendLine.kind != Kind.REVERSAL,
        )
        .order_by(SpendLine.id.desc())
        .limit(1)
    )  # fmt: skip


def uncoded(session: Session, supplier_id: int) -> Sequence[SpendLine]:
    """A supplier's lines that count now and have no exclusion code."""
    found = session.execute(lines(Wanted(supplier_id=supplier_id)).where(SpendLine.exclusion.is_(None)))
    return [row[0] for row in found]
