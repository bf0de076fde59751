"""Reading what waits for a decision."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import case, exists, func, select, text
from sqlalchemy.orm import Session, aliased

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from ledger.conflicts.errors import ConflictUnknown
from ledger.conflicts.models import SpendDecision
from ledger.remarks.queries import BESIDE, WAITS
from ledger.spend.models import SpendImport, SpendLine, SpendUndo
from ledger.spend.rules import Kind
from ledger.suppliers.models import Supplier

_AGAIN = aliased(SpendLine)
_OPEN = (
    SpendLine.kind == Kind.CONFLICT,
    ~exists().where(SpendDecision.line_id == SpendLine.id),
    ~exists().where(SpendUndo.import_id == SpendLine.import_id),
    ~exists().where(_AGAIN.replaces_id == SpendLine.id),
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

    `twin`: they came again in another file with the same amount; else one side is an invoice made here. `counts_as` is
    the supplier of what counts, `counts_in` the file it came with (None: handed in here).
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
    counts_as: str
    counts_in: str | None


_WAITS = f"line.anchor_id = :anchor_id AND {WAITS}"
"""SQL: a line waits for a decision of an anchor."""

_CLASHES = f"""
    SELECT (array_agg(line.public_id ORDER BY line.id))[1], min(supplier.name), min(line.document_number),
        min(line.invoice_on), sum(line.net_amount)::bigint, count(*),
        CASE WHEN bool_and(line.source = first.source) THEN min(first.net_amount) ELSE
            (SELECT coalesce(sum(other.net_amount), 0)::bigint FROM spend_line first JOIN spend_line other
                ON other.anchor_id = first.anchor_id AND other.supplier_id = first.supplier_id
                    AND other.document_key = first.document_key AND other.weight <> 0
                WHERE first.id = line.same_as_id) END,
        bool_or(line.source = 'recorded'), bool_and(line.source = first.source), min(counted.name),
        (SELECT file_name FROM spend_import WHERE id = min(first.import_id))
    FROM spend_line line JOIN supplier ON supplier.id = line.supplier_id
    JOIN spend_line first ON first.id = line.same_as_id JOIN supplier counted ON counted.id = first.supplier_id
    WHERE {_WAITS} AND {{only}}
    GROUP BY line.same_as_id
    ORDER BY abs(sum(line.net_amount)) DESC, 1
    LIMIT :most
"""
_WITH_INVOICES = text(_CLASHES.format(only="line.source <> first.source"))
_OF_FILE = text(_CLASHES.format(only="line.source = first.source AND line.import_id = :import_id"))
_ONE = text(_CLASHES.format(only="line.same_as_id = :same_as_id"))


def clashes(session: Session, anchor_id: int, most: int = 100) -> list[Clash]:
    """The invoices of an anchor that stand with two amounts and wait for a decision, by money at stake."""
    found = session.execute(_WITH_INVOICES, {"anchor_id": anchor_id, "most": most})
    return [Clash(*row) for row in found]


def twins(session: Session, anchor_id: int, import_id: int, most: int = 100) -> list[Clash]:
    """The lines of a file that seem to count already and wait for a decision, by money at stake."""
    found = session.execute(_OF_FILE, {"anchor_id": anchor_id, "import_id": import_id, "most": most})
    return [Clash(*row) for row in found]


def clash(session: Session, anchor_id: int, public_id: UUID) -> Clash | None:
    """One of them by a line of it; None when it was decided, or a file taken back.

    Raises:
        ConflictUnknown: no such line, or another anchor's.
    """
    mine = SpendLine.public_id == public_id, SpendLine.anchor_id == anchor_id, SpendLine.kind == Kind.CONFLICT
    same_as = session.scalar(select(SpendLine.same_as_id).where(*mine))
    if same_as is None:
        raise ConflictUnknown
    found = session.execute(_ONE, {"anchor_id": anchor_id, "same_as_id": same_as, "most": 1}).one_or_none()
    return None if found is None else Clash(*found)._replace(public_id=public_id)


class Again(NamedTuple):
    """A file with lines that seem to count already: how many wait for a decision, and their sum in cents."""

    import_id: int
    public_id: UUID
    file_name: str
    lines: int
    amount: int


_FILES = text(f"""
    SELECT made.id, made.public_id, made.file_name, count(*), sum(line.net_amount)::bigint
    FROM spend_line line JOIN spend_line first ON first.id = line.same_as_id
    JOIN spend_import made ON made.id = line.import_id
    WHERE {_WAITS} AND line.source = first.source
    GROUP BY made.id ORDER BY made.id DESC
""")


def files(session: Session, anchor_id: int) -> list[Again]:
    """The files of an anchor with lines that seem to count already, latest first."""
    return [Again(*row) for row in session.execute(_FILES, {"anchor_id": anchor_id})]


def file(session: Session, anchor_id: int, public_id: UUID) -> Again | None:
    """One of them; None when all was decided, or it was taken back.

    Raises:
        ConflictUnknown: no such file, or another anchor's.
    """
    mine = SpendImport.public_id == public_id, SpendImport.anchor_id == anchor_id
    if session.scalar(select(SpendImport.id).where(*mine)) is None:
        raise ConflictUnknown
    return next((each for each in files(session, anchor_id) if each.public_id == public_id), None)


def open_twins(session: Session, anchor_id: int, public_id: UUID) -> list[int]:
    """The lines of a file that seem to count already and wait."""
    first = aliased(SpendLine)
    return list(
        session.scalars(
            select(SpendLine.id)
            .join(SpendImport, SpendImport.id == SpendLine.import_id)
            .join(first, first.id == SpendLine.same_as_id)
            .where(
                SpendLine.anchor_id == anchor_id, SpendImport.public_id == public_id,
                SpendLine.source == first.source, *_OPEN,
            )
            .order_by(SpendLine.id)
        )
    )  # fmt: skip


def open_lines(session: Session, anchor_id: int, public_id: UUID) -> list[int]:
    """The lines that wait together with this one."""
    same_as = (
        select(SpendLine.same_as_id)
        .where(SpendLine.public_id == public_id, SpendLine.anchor_id == anchor_id)
        .scalar_subquery()
    )
    return list(
        session.scalars(
            select(SpendLine.id)
            .where(SpendLine.anchor_id == anchor_id, SpendLine.same_as_id == same_as, *_OPEN)
            .order_by(SpendLine.id)
        )
    )


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
