"""Reading purchase lines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    any_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from cwb.identity.models import Organisation
from cwb.kernel.period import Period
from cwb.kernel.text import search_key
from ledger.repeats.queries import apart, came_to_count, held, stands
from ledger.rollups.queries import Narrowed, totals
from ledger.share.rules import Standing
from ledger.spend.errors import LineUnknown
from ledger.spend.models import SpendImport, SpendLine, SpendUndo
from ledger.spend.rules import Invoiced, Kind, Source, Stored
from ledger.suppliers.models import Supplier, SupplierStanding
from ledger.suppliers.queries import array_of

MOST_NAMED = 100
"""So many suppliers a list is narrowed to by their lines; more are found on the way."""

FIRST = (Kind.BOOKED, Kind.SAME, Kind.CONFLICT)
"""Kinds of rows that record something for the first time."""

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


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are asked for; None leaves a filter out, `exclusion` "" is D1. `kind` "conflict": what waits."""

    period: Period | None = None
    anchor_id: int | None = None
    standing: Standing | None = None
    wijk: str | None = None
    category: str | None = None
    exclusion: str | None = None
    supplier_id: int | None = None
    kind: Kind | None = None
    text: str = ""

    @property
    def narrowed(self) -> Narrowed:
        """The same of the sums."""
        facts = {name: getattr(self, name) for name in Narrowed.__dataclass_fields__}
        return Narrowed(**facts)


_STANDS = text(stands("spend_line"))


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
        statement = statement.where(SpendLine.kind == wanted.kind, _STANDS)
    return statement.where(*_conditions(wanted))


def _conditions(wanted: Wanted) -> list[Any]:
    found: list[Any] = []
    if wanted.period is not None:
        found += [SpendLine.period_on >= wanted.period.start, SpendLine.period_on < wanted.period.end]
    if wanted.anchor_id is not None:
        found.append(SpendLine.anchor_id == wanted.anchor_id)
    if wanted.standing is not None:
        found += [wanted.standing.value == STANDING, SpendLine.exclusion.is_(None)]
    if wanted.wijk is not None:  # few suppliers: sought by them, not by every line of the period
        there = SpendLine.supplier_id.in_(select(SupplierStanding.supplier_id).filter_by(wijk=wanted.wijk))
        found += [there, proven("wijk", "") == wanted.wijk, SpendLine.exclusion.is_(None)]
    if wanted.category is not None:
        found.append(SpendLine.category == wanted.category)
    if wanted.exclusion is not None:
        found.append(SpendLine.exclusion == (wanted.exclusion or None))
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
            func.coalesce(func.sum(SpendLine.weight), 0), func.count(SpendLine.supplier_id.distinct()),
            func.coalesce(func.sum(SpendLine.net_amount), 0), func.max(SpendLine.period_on),
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
    """How many lines and how much (cents) the filtered list holds: from the sums that are kept."""
    if wanted.kind is None:
        return totals(session, wanted.narrowed)[:2]
    part = lines(wanted).order_by(None).with_only_columns(SpendLine.net_amount).subquery()
    count, total = session.execute(select(func.count(), func.coalesce(func.sum(part.c.net_amount), 0))).one()
    return int(count), int(total)


def listing(session: Session, wanted: Wanted) -> tuple[Select[Any], tuple[int, int]]:
    """The statement of a filtered list, and how many lines and how much (cents) it holds.

    The sums know whose lines are asked for: when these are few suppliers, the database need not look for them.
    """
    statement = lines(wanted)
    if wanted.kind is not None:
        return statement, sums(session, wanted)
    narrow = wanted.standing or wanted.wijk or wanted.category or wanted.exclusion or wanted.text
    count, net, few = totals(session, wanted.narrowed, MOST_NAMED if narrow else 0)
    if few is not None:
        statement = statement.where(SpendLine.supplier_id == any_(array_of(few, BigInteger)))
    return statement, (count, net)


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
        .filter_by(anchor_id=one.anchor_id, identity=one.identity, ordinal=one.ordinal)
        .options(joinedload(SpendLine.supplier), joinedload(SpendLine.coded_by))
        .order_by(SpendLine.id)
    ).all()


def find_reversal(session: Session, line_id: int) -> SpendLine | None:
    """The row that took a line off, if any."""
    return session.scalar(
        select(SpendLine).where(SpendLine.replaces_id == line_id, SpendLine.kind == Kind.REVERSAL)
    )


def stored_days(session: Session, anchor_id: int) -> tuple[date, date] | None:
    """The first and the last invoice day of an anchor's lines; None when it has none at all."""
    mine = SpendLine.anchor_id == anchor_id, SpendLine.kind.in_(FIRST)
    some = session.scalar(select(exists().where(*mine)))
    first = session.scalar(select(func.min(SpendLine.invoice_on)).where(*mine)) if some else None
    last = session.scalar(select(func.max(SpendLine.invoice_on)).where(*mine)) if some else None
    return (first or date.max, last or date.min) if some else None


def undone(session: Session, anchor_id: int) -> Sequence[int]:
    """The imports of an anchor that were taken back."""
    return session.scalars(
        select(SpendUndo.import_id).join(SpendImport, SpendImport.id == SpendUndo.import_id)
        .where(SpendImport.anchor_id == anchor_id)
    ).all()  # fmt: skip


_STORED = f"""
    SELECT asked.place, max(line.ordinal), coalesce(array_agg(line.id ORDER BY line.ordinal) FILTER (
        WHERE line.import_id IS NULL OR line.import_id <> ALL(CAST(:undone AS bigint[])) OR {held("line")}), '{{{{}}}}')
    FROM unnest(CAST(:identities AS uuid[]), CAST(:days AS date[]), CAST(:amounts AS bigint[]))
        WITH ORDINALITY asked (identity, day, amount, place)
    JOIN spend_line line ON line.anchor_id = :anchor_id AND line.identity = asked.identity AND {{day}}
        AND line.net_amount = asked.amount AND line.kind IN ('booked', 'same', 'conflict')
    GROUP BY 1
"""
_STORED_ON_DAYS = _STORED.format(day="line.invoice_on = asked.day")
_STORED_UNDATED = _STORED.format(day="line.invoice_on IS NULL")


def stored(
    session: Session, anchor_id: int, asked: Mapping[bytes, tuple[date | None, int]], taken_back: Sequence[int] = ()
) -> tuple[dict[bytes, Stored], dict[bytes, list[int]]]:  # fmt: skip
    """Which of these identities (each with its day and amount) an anchor's lines have, and which lines stand of each.

    What was taken back does not stand, unless a further file holds it.
    """
    found: dict[bytes, Stored] = {}
    lines: dict[bytes, list[int]] = {}
    same: dict[tuple[int, int], Stored] = {}
    dated = [identity for identity, (day, _) in asked.items() if day is not None]
    undated = [identity for identity, (day, _) in asked.items() if day is None]
    for statement, mine in ((_STORED_ON_DAYS, dated), (_STORED_UNDATED, undated)):
        if mine:
            facts = {
                "anchor_id": anchor_id, "undone": list(taken_back), "days": [asked[each][0] for each in mine],
                "amounts": [asked[each][1] for each in mine], "identities": [identity.hex() for identity in mine],
            }  # fmt: skip
            for place, top, standing in session.execute(text(statement), facts):
                active = len(standing)
                found[mine[place - 1]] = same.setdefault((active, top), Stored(active, top))
                lines[mine[place - 1]] = standing
    return found, lines


def invoices_here(session: Session, anchor_id: int) -> list[Invoiced]:
    """The invoices made in this house for an anchor, oldest first."""
    rows = session.execute(
        select(
            SpendLine.id, SpendLine.document_key, SpendLine.net_amount, Supplier.party_id, Supplier.kvk_number
        )
        .join(Supplier, Supplier.id == SpendLine.supplier_id)
        .where(SpendLine.anchor_id == anchor_id, SpendLine.invoice_id.is_not(None), SpendLine.kind.in_(FIRST))
        .order_by(SpendLine.id)
    )
    return [Invoiced(*row) for row in rows]


def holds_invoice(session: Session, invoice_id: int) -> bool:
    """Whether an invoice made here was recorded."""
    there = exists().where(SpendLine.invoice_id == invoice_id, SpendLine.kind.in_(FIRST))
    return bool(session.scalar(select(there)))


def recorded_as(session: Session, anchor_id: int, seller: Organisation, document: str) -> Sequence[SpendLine]:
    """Lines of an anchor's own ledger that count and may be this seller's document, with their supplier."""
    if not document:
        return []
    named = and_(Supplier.party_id.is_(None), Supplier.kvk_number == seller.kvk_number)
    return session.scalars(
        select(SpendLine)
        .join(Supplier, Supplier.id == SpendLine.supplier_id)
        .where(
            SpendLine.anchor_id == anchor_id, SpendLine.document_key == document,
            SpendLine.source == Source.RECORDED, text(came_to_count("spend_line")),
            or_(Supplier.party_id == seller.id, named), _STANDS,
        )
        .options(contains_eager(SpendLine.supplier))
        .order_by(SpendLine.id)
    ).all()  # fmt: skip


def recorded_documents(
    session: Session, anchor_id: int, documents: Sequence[tuple[int, str]]
) -> Sequence[SpendLine]:
    """Lines of an anchor's own ledger of these suppliers and documents."""
    if not documents:
        return []
    return session.scalars(
        select(SpendLine).where(
            tuple_(SpendLine.supplier_id, SpendLine.document_key).in_(documents), SpendLine.anchor_id == anchor_id,
            SpendLine.source == Source.RECORDED, SpendLine.kind.in_(FIRST), _STANDS, text(f"NOT {apart('spend_line')}"),
        )
    ).all()  # fmt: skip


_DAYS_OF_DOCUMENTS = text("""
    SELECT asked.supplier_id, asked.document_key, original.period_on
    FROM unnest(CAST(:suppliers AS bigint[]), CAST(:documents AS text[])) asked (supplier_id, document_key)
    JOIN LATERAL (
        SELECT period_on FROM spend_line line
        WHERE line.supplier_id = asked.supplier_id AND line.document_key = asked.document_key
            AND line.anchor_id = :anchor_id AND line.kind <> 'reversal'
        ORDER BY line.id DESC LIMIT 1
    ) original ON original.period_on IS NOT NULL
""")


def days_of_documents(
    session: Session, anchor_id: int, documents: Iterable[tuple[int, str]]
) -> dict[tuple[int, str], date]:
    """Supplier and document → the period day of that invoice, where it is recorded."""
    asked = [each for each in documents if each[1]]
    if not asked:
        return {}
    facts = {"suppliers": [each[0] for each in asked], "documents": [each[1] for each in asked]}
    rows = session.execute(_DAYS_OF_DOCUMENTS, {"anchor_id": anchor_id, **facts})
    return {(supplier_id, document): day for supplier_id, document, day in rows}


class Reporting(NamedTuple):
    """Which parties and which KvK numbers are those of reporting anchors."""

    parties: frozenset[int]
    numbers: frozenset[str]


def reporting(session: Session, suppliers: Sequence[Supplier]) -> Reporting:
    """Of these suppliers: who is a reporting anchor, or has the number of one."""
    parties = [each.party_id for each in suppliers if each.party_id is not None]
    named = Organisation.kvk_number == any_(
        array_of([each.kvk_number for each in suppliers if each.kvk_number], Text)
    )
    rows = session.execute(
        select(Organisation.id, Organisation.kvk_number).where(
            Organisation.anchor_type.is_not(None),
            or_(Organisation.id == any_(array_of(parties, BigInteger)), named),
        )
    ).all()
    return Reporting(frozenset(key for key, _ in rows), frozenset(number for _, number in rows if number))


def uncoded(session: Session, supplier_id: int) -> Sequence[SpendLine]:
    """A supplier's lines that count now and have no exclusion code."""
    found = session.execute(lines(Wanted(supplier_id=supplier_id)).where(SpendLine.exclusion.is_(None)))
    return [row[0] for row in found]
