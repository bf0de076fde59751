"""Reading what waits for a decision."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, case, exists, func, select, text
from sqlalchemy.orm import Session, aliased

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from ledger.conflicts.errors import ConflictUnknown
from ledger.conflicts.models import SpendDecision
from ledger.remarks.queries import BESIDE, WAITS
from ledger.repeats.queries import complete, stands
from ledger.spend.models import SpendImport, SpendLine
from ledger.spend.rules import Kind
from ledger.suppliers.models import Supplier

_AGAIN = aliased(SpendLine)
_OPEN = (
    SpendLine.kind == Kind.CONFLICT,
    ~exists().where(SpendDecision.line_id == SpendLine.id),
    text(stands("spend_line")),
    ~exists().where(_AGAIN.replaces_id == SpendLine.id),
    text(f"NOT {complete('spend_line')}"),
)
_INVOICE, _LINE = aliased(SpendLine, name="invoice"), aliased(SpendLine, name="counted")
_SELLER, _MINE = aliased(Supplier, name="seller"), aliased(Supplier, name="mine")


_BESIDE = (
    _SELLER.id == _INVOICE.supplier_id,
    _MINE.recorded_by_id == _INVOICE.anchor_id,
    _LINE.supplier_id == _MINE.id,
    text(BESIDE),
)
"""SQL: a line of a ledger counts beside an invoice made here with its number, by who may be the same supplier."""

tasks = Tasks(
    Waiting(
        N_("Aankopen die misschien dubbel zijn: %(num)s"), "conflicts.index", {Role.PURCHASER},
        rows(num=func.count()).having(func.count() > 0).where(SpendLine.anchor_id == ORGANISATION, *_OPEN), {},
    ),
    Waiting(
        N_("Facturen die misschien twee keer tellen: %(num)s"), "conflicts.index", {Role.PURCHASER},
        rows(num=func.count(_INVOICE.id.distinct())).having(func.count() > 0)
        .where(_INVOICE.anchor_id == ORGANISATION, *_BESIDE), {},
    ),
)  # fmt: skip
"""What waits for a purchaser."""


class Clash(NamedTuple):
    """Lines that are the same purchase as what counts, or not: cents each way.

    `twin`: they came again in another file with the same amount; `changed`: with another one, then `counting_lines` of
    its lines count; else one side is an invoice made here. `counts_as` is the supplier of what counts, `counts_in`
    the file it came with (None: handed in here).
    """

    public_id: UUID
    supplier: str
    document: str
    invoice_on: date | None
    waiting: int
    lines: int
    counting: int
    from_file: bool
    twin: bool
    changed: bool
    counts_as: str
    counts_in: str | None
    counting_lines: int = 1
    counting_on: date | None = None
    counting_document: str = ""

    @property
    def differs(self) -> tuple[str, ...]:
        """What the two do not say alike: "amount", "day", "number" (as it is written), "supplier"."""
        pairs = {
            "amount": (self.waiting, self.counting), "day": (self.invoice_on, self.counting_on),
            "number": (self.document, self.counting_document), "supplier": (self.supplier, self.counts_as),
        }  # fmt: skip
        return tuple(what for what, (one, other) in pairs.items() if one != other)


_WAITS = f"line.anchor_id = :anchor_id AND {WAITS}"
"""SQL: a line waits for a decision of an anchor."""

_TWIN = "(line.source = first.source AND line.net_amount = first.net_amount)"
"""SQL: a line came again with the same amount."""

_CHANGED = "(line.source = first.source AND line.net_amount <> first.net_amount)"
"""SQL: a line came again with another amount. Each file is decided about by itself."""

_PARTS = """(
    SELECT coalesce(sum(part.net_amount), 0)::bigint FROM spend_import brought
    CROSS JOIN jsonb_array_elements_text(brought.findings #> ARRAY['merged', min(line.same_as_id)::text]) merged
    JOIN spend_line part ON part.id = merged::bigint
    WHERE brought.id = min(line.import_id)
)"""
"""SQL: what counts of the other lines of an invoice that came as one."""

_CLASHES = f"""
    SELECT (array_agg(line.public_id ORDER BY line.id))[1], min(supplier.name), min(line.document_number),
        min(line.invoice_on), sum(line.net_amount)::bigint, count(*),
        CASE WHEN bool_and(line.source = first.source) THEN min(first.net_amount) + {_PARTS} ELSE
            (SELECT coalesce(sum(other.net_amount), 0)::bigint FROM spend_line first JOIN spend_line other
                ON other.anchor_id = first.anchor_id AND other.supplier_id = first.supplier_id
                    AND other.document_key = first.document_key AND other.weight <> 0
                WHERE first.id = line.same_as_id) END,
        bool_or(line.source = 'recorded'), bool_and({_TWIN}), bool_and({_CHANGED}), min(counted.name),
        (SELECT file_name FROM spend_import WHERE id = min(first.import_id)), 1, min(first.invoice_on),
        min(first.document_number)
    FROM spend_line line JOIN supplier ON supplier.id = line.supplier_id
    JOIN spend_line first ON first.id = line.same_as_id JOIN supplier counted ON counted.id = first.supplier_id
    WHERE {_WAITS} AND {{only}}
    GROUP BY line.same_as_id, {_CHANGED}, CASE WHEN {_CHANGED} THEN line.import_id END
    ORDER BY abs(sum(line.net_amount)) DESC, 1
    LIMIT :most
"""
_WITH_INVOICES = text(_CLASHES.format(only="line.source <> first.source"))
_OF_FILE = text(
    _CLASHES.format(
        only=f"line.import_id = :import_id AND CASE WHEN :changed THEN {_CHANGED} ELSE {_TWIN} END"
    )
)
_ONE = text(
    _CLASHES.format(
        only=f"""line.same_as_id = :same_as_id AND {_CHANGED} = :changed
            AND (NOT :changed OR line.import_id IS NOT DISTINCT FROM CAST(:import_id AS bigint))"""
    )
)


def clashes(session: Session, anchor_id: int, most: int = 100) -> list[Clash]:
    """The invoices of an anchor that stand with two amounts and wait for a decision, by money at stake."""
    found = session.execute(_WITH_INVOICES, {"anchor_id": anchor_id, "most": most})
    return [Clash(*row) for row in found]


def twins(
    session: Session, anchor_id: int, import_id: int, *, changed: bool = False, most: int = 100
) -> list[Clash]:
    """The lines of a file that seem to count already (`changed`: with another amount) and wait, by money at stake."""
    facts = {"anchor_id": anchor_id, "import_id": import_id, "changed": changed, "most": most}
    found = session.execute(_OF_FILE, facts)
    return [Clash(*row) for row in found]


def clash(session: Session, anchor_id: int, public_id: UUID) -> Clash | None:
    """One of them by a line of it; None when it was decided, or a file taken back.

    Raises:
        ConflictUnknown: no such line, or another anchor's.
    """
    first = _first(session, anchor_id, public_id)
    facts = {
        "anchor_id": anchor_id, "same_as_id": first.id, "changed": first.changed, "import_id": first.import_id,
        "most": 1,
    }  # fmt: skip
    row = session.execute(_ONE, facts).one_or_none()
    if row is None:
        return None
    found = Clash(*row)._replace(public_id=public_id)
    if first.changed:
        stand = standing(session, behind(session, [first.line_id]))
        found = found._replace(counting=sum(each.amount for each in stand), counting_lines=len(stand))
    return found


class _First(NamedTuple):
    """What a line that waits, of this import, is compared with."""

    id: int
    import_id: int | None
    changed: bool
    line_id: int


def _first(session: Session, anchor_id: int, public_id: UUID) -> _First:
    """What this line of an anchor waits behind.

    Raises:
        ConflictUnknown: no such line, or another anchor's.
    """
    mine = SpendLine.public_id == public_id, SpendLine.anchor_id == anchor_id, SpendLine.kind == Kind.CONFLICT
    first = aliased(SpendLine)
    changed = and_(SpendLine.source == first.source, SpendLine.net_amount != first.net_amount)
    found = session.execute(
        select(first.id, SpendLine.import_id, changed, SpendLine.id)
        .select_from(SpendLine)
        .join(first, first.id == SpendLine.same_as_id)
        .where(*mine)
    ).one_or_none()
    if found is None:
        raise ConflictUnknown
    return _First(*found)


class Standing(NamedTuple):
    """A line that counts now, in cents."""

    id: int
    amount: int


_STANDING = text("""
    WITH RECURSIVE here (id) AS (
        SELECT id FROM unnest(CAST(:lines AS bigint[])) id
        UNION
        SELECT line.id FROM spend_line line LEFT JOIN spend_decision said ON said.line_id = line.id
        WHERE line.same_as_id = ANY(CAST(:lines AS bigint[])) AND line.kind = 'conflict' AND said.same IS NOT FALSE
        UNION
        SELECT again.id FROM here JOIN spend_line again ON again.replaces_id = here.id AND again.kind = 'correction'
    )
    SELECT line.id, line.net_amount FROM here JOIN spend_line line ON line.id = here.id
    WHERE line.weight = 1
        AND NOT EXISTS (SELECT FROM spend_line gone WHERE gone.replaces_id = line.id AND gone.kind = 'reversal')
    ORDER BY line.id
""")


def standing(session: Session, line_ids: Sequence[int]) -> list[Standing]:
    """What counts now of these lines: themselves, their corrections, and what stands in their place."""
    return [Standing(*row) for row in session.execute(_STANDING, {"lines": list(line_ids)})]


_BEHIND = text("""
    SELECT line.same_as_id FROM spend_line line
    WHERE line.id = ANY(CAST(:lines AS bigint[])) AND line.same_as_id IS NOT NULL
    UNION
    SELECT merged::bigint FROM spend_line line JOIN spend_import made ON made.id = line.import_id
    CROSS JOIN jsonb_array_elements_text(made.findings #> ARRAY['merged', line.same_as_id::text]) merged
    WHERE line.id = ANY(CAST(:lines AS bigint[]))
    ORDER BY 1
""")


def behind(session: Session, line_ids: Sequence[int]) -> list[int]:
    """The lines that these wait behind, each once, with the other lines of an invoice that came as one."""
    return list(session.scalars(_BEHIND, {"lines": list(line_ids)}))


class Again(NamedTuple):
    """A file with lines that seem to count already: how many wait for a decision, and their sum in cents.

    `changed`: with another amount; what counts now is `counting` together (cents; of other lines the same as `amount`).
    """

    import_id: int
    public_id: UUID
    file_name: str
    lines: int
    amount: int
    changed: bool
    counting: int


_NAME = """
    CASE WHEN EXISTS (SELECT FROM spend_undo gone WHERE gone.import_id = made.id) THEN (
        SELECT string_agg(DISTINCT holder.file_name, ', ')
        FROM spend_repeat held JOIN spend_import holder ON holder.id = held.import_id
        WHERE held.line_id = ANY(array_agg(line.id))
            AND NOT EXISTS (SELECT FROM spend_undo gone WHERE gone.import_id = held.import_id)
    ) END
"""
"""SQL: where the file that brought the lines was taken back, the files that hold them still."""

_FILES = text(f"""
    SELECT made.id, made.public_id, coalesce({_NAME}, made.file_name), count(*),
        sum(line.net_amount)::bigint, {_CHANGED},
        sum(first.net_amount)::bigint + CASE WHEN {_CHANGED} THEN (
            SELECT coalesce(sum(part.net_amount), 0)::bigint
            FROM jsonb_each(made.findings -> 'merged') with_it (key, those)
            CROSS JOIN jsonb_array_elements_text(those) merged JOIN spend_line part ON part.id = merged::bigint
            WHERE with_it.key = ANY(array_agg(line.same_as_id::text))
        ) ELSE 0 END
    FROM spend_line line JOIN spend_line first ON first.id = line.same_as_id
    JOIN spend_import made ON made.id = line.import_id
    WHERE {_WAITS} AND line.source = first.source
    GROUP BY made.id, {_CHANGED} ORDER BY made.id DESC, {_CHANGED}
""")


def files(session: Session, anchor_id: int) -> list[Again]:
    """The files of an anchor with lines that seem to count already, latest first."""
    return [Again(*row) for row in session.execute(_FILES, {"anchor_id": anchor_id})]


def file(session: Session, anchor_id: int, public_id: UUID, *, changed: bool = False) -> Again | None:
    """One of them (`changed`: its lines with another amount); None when all was decided, or it was taken back.

    Raises:
        ConflictUnknown: no such file, or another anchor's.
    """
    mine = SpendImport.public_id == public_id, SpendImport.anchor_id == anchor_id
    if session.scalar(select(SpendImport.id).where(*mine)) is None:
        raise ConflictUnknown
    found = files(session, anchor_id)
    return next((each for each in found if each.public_id == public_id and each.changed == changed), None)


def open_twins(session: Session, anchor_id: int, public_id: UUID, *, changed: bool = False) -> list[int]:
    """The lines of a file that seem to count already (`changed`: with another amount) and wait."""
    first = aliased(SpendLine)
    amount = SpendLine.net_amount != first.net_amount if changed else SpendLine.net_amount == first.net_amount
    return list(
        session.scalars(
            select(SpendLine.id)
            .join(SpendImport, SpendImport.id == SpendLine.import_id)
            .join(first, first.id == SpendLine.same_as_id)
            .where(
                SpendLine.anchor_id == anchor_id, SpendImport.public_id == public_id,
                SpendLine.source == first.source, amount, *_OPEN,
            )
            .order_by(SpendLine.id)
        )
    )  # fmt: skip


def open_lines(session: Session, anchor_id: int, public_id: UUID) -> list[int]:
    """The lines that wait together with this one: with another amount only those of its file.

    Raises:
        ConflictUnknown: no such line, or another anchor's.
    """
    behind = _first(session, anchor_id, public_id)
    first = aliased(SpendLine)
    changed = and_(SpendLine.source == first.source, SpendLine.net_amount != first.net_amount)
    of_file = (SpendLine.import_id.is_not_distinct_from(behind.import_id),) if behind.changed else ()
    return list(
        session.scalars(
            select(SpendLine.id)
            .join(first, first.id == SpendLine.same_as_id)
            .where(
                SpendLine.anchor_id == anchor_id, SpendLine.same_as_id == behind.id,
                changed if behind.changed else ~changed, *of_file, *_OPEN,
            )
            .order_by(SpendLine.id)
        )
    )  # fmt: skip


class Beside(NamedTuple):
    """An invoice made here, and lines of a ledger that may be the same purchase and count beside it, in cents.

    `by` says why they may be: "party" or "number" (it is the same supplier), or only "name".
    """

    public_id: UUID
    seller: str
    document: str
    invoice_on: date
    invoiced: int
    booked_as: str
    recorded: int
    lines: int
    by: str


def beside(session: Session, anchor_id: int, public_id: UUID | None = None, most: int = 100) -> list[Beside]:
    """The invoices of an anchor that may count twice, or this one, by money at stake."""
    stake = func.sum(_LINE.net_amount)
    by = case(
        (func.bool_or(_MINE.party_id == _SELLER.party_id), "party"),
        (func.bool_or(_MINE.kvk_number == _SELLER.kvk_number), "number"),
        else_="name",
    )
    found = session.execute(
        select(
            _INVOICE.public_id, _SELLER.name, _INVOICE.document_number, _INVOICE.invoice_on, _INVOICE.net_amount,
            func.min(_MINE.name), stake, func.count(), by,
        )
        .where(_INVOICE.anchor_id == anchor_id, *_BESIDE, *([_INVOICE.public_id == public_id] if public_id else []))
        .group_by(_INVOICE.id, _SELLER.id)
        .order_by(func.abs(stake).desc(), _INVOICE.id)
        .limit(most)
    )  # fmt: skip
    return [Beside(*row)._replace(recorded=int(row[6])) for row in found]


def lines_beside(session: Session, anchor_id: int, public_id: UUID) -> list[int]:
    """The lines of a ledger that count beside this invoice."""
    wanted = _INVOICE.anchor_id == anchor_id, _INVOICE.public_id == public_id
    return list(session.scalars(select(_LINE.id).where(*wanted, *_BESIDE).order_by(_LINE.id)))
