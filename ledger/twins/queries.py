"""Reading the lines that a file may bring again."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, String, any_, or_, select, text
from sqlalchemy.orm import Session

from ledger.repeats.queries import held
from ledger.suppliers.models import Supplier
from ledger.suppliers.queries import array_of, whose
from ledger.twins.rules import Counted, Found, Fresh, Pairing, Restating, Who, may_restate, names_one

_COUNTED = text(f"""
    SELECT line.id, line.supplier_id, line.invoice_on, line.net_amount, line.document_key, line.identity, line.import_id
    FROM unnest(CAST(:days AS date[]), CAST(:amounts AS bigint[])) asked (day, amount)
    JOIN spend_line line ON line.anchor_id = :anchor_id AND line.invoice_on = asked.day
        AND line.net_amount = asked.amount AND line.kind IN ('booked', 'same', 'conflict')
    WHERE line.source = 'recorded'
        AND (line.import_id IS NULL OR line.import_id <> ALL(CAST(:undone AS bigint[])) OR {held("line")})
        AND (line.kind = 'booked'
            OR EXISTS (SELECT FROM spend_line again WHERE again.replaces_id = line.id AND again.kind = 'correction'))
    ORDER BY line.id
""")

_STANDING = text(f"""
    SELECT line.id, line.supplier_id, line.invoice_on, line.net_amount, line.document_key, line.identity, line.import_id
    FROM unnest(CAST(:suppliers AS bigint[]), CAST(:days AS date[]), CAST(:documents AS text[]))
        asked (supplier_id, day, document)
    JOIN spend_line line ON line.supplier_id = asked.supplier_id AND line.document_key = asked.document
    WHERE line.anchor_id = :anchor_id AND line.invoice_on = asked.day AND line.source = 'recorded'
        AND line.kind IN ('booked', 'same', 'conflict')
        AND (line.import_id IS NULL OR line.import_id <> ALL(CAST(:undone AS bigint[])) OR {held("line")})
        AND CASE WHEN EXISTS (
            SELECT FROM spend_line again WHERE again.replaces_id = line.id AND again.kind = 'correction'
        ) THEN true ELSE line.kind = 'booked' AND NOT EXISTS (
            SELECT FROM spend_line again WHERE again.replaces_id = line.id AND again.kind = 'reversal'
        ) END
    ORDER BY line.id
""")
"""Lines of these invoices that count; a line that a person corrected counts with its correction."""


class Twins:
    """Tells which lines of a file seem to count already, batch by batch; and which with another amount, at the end.

    `span`: the days on which something is stored at all; None where nothing is looked for.
    """

    def __init__(
        self, session: Session, anchor_id: int, span: tuple[date, date] | None, undone: Sequence[int]
    ) -> None:
        self._session, self._anchor_id, self.span, self._undone = session, anchor_id, span, undone
        self._known: dict[int, Who] = {}
        self._pairing = Pairing(self._known.__getitem__)
        self.found = self._pairing.found
        self._names: dict[int, tuple[int, ...]] = {}
        self._restating: Restating | None = None

    def know(self, suppliers: Iterable[Supplier]) -> None:
        """Take in who these are."""
        if self.span is not None:
            self._known |= {
                each.id: Who(whose(each), each.search_name, each.code, each.kvk_number, each.vat_id)
                for each in suppliers
            }

    def pair(self, fresh: Sequence[Fresh | None], seen: Callable[[bytes], int]) -> Sequence[int | None]:
        """For each line (None: of no interest) the line it seems to be.

        Below 0: its invoice counts with another amount, unless the file turns out to hold that too (`settled`).
        """
        asked = {(each.invoice_on, each.amount) for each in fresh if each}
        facts = {
            "anchor_id": self._anchor_id, "undone": list(self._undone),
            "days": [day for day, _ in asked], "amounts": [amount for _, amount in asked],
        }  # fmt: skip
        rows = self._session.execute(_COUNTED, facts) if asked else ()
        counted = [
            Counted(key, supplier_id, on, amount, document, identity.bytes, import_id)
            for key, supplier_id, on, amount, document, identity, import_id in rows
        ]
        strange = {each.supplier_id for each in counted} - self._known.keys()
        if strange:
            self.know(
                self._session.scalars(
                    select(Supplier).where(Supplier.id == any_(array_of(strange, BigInteger)))
                )
            )
        found = self._pairing.pair(fresh, counted, seen)
        left = {
            place: each
            for place, (each, twin) in enumerate(zip(fresh, found, strict=True))
            if each and twin is None and names_one(each.document_key)
        }
        if left:
            self._restating = self._restating or Restating(self._pairing, seen)
            for place, mark in self._restated(left, self._restating):
                found[place] = mark
        return found

    def settled(self, twin: int | None, amount: int) -> int | None:
        """What `pair` said of a line of this amount in cents, once all lines were seen."""
        return twin if self._restating is None else self._restating.settled(twin, amount)

    def _restated(self, left: Mapping[int, Fresh], restating: Restating) -> Iterator[tuple[int, int | None]]:
        """The marks of lines whose invoice counts with another amount, by their place."""
        self._name(each.supplier_id for each in left.values())
        asked = {
            (name, each.invoice_on, each.document_key)
            for each in left.values()
            for name in self._names[each.supplier_id]
        }
        facts = {
            "anchor_id": self._anchor_id, "undone": list(self._undone),
            "suppliers": [name for name, _, _ in asked], "days": [day for _, day, _ in asked],
            "documents": [document for _, _, document in asked],
        }  # fmt: skip
        standing: dict[tuple[int, date, str], list[Counted]] = defaultdict(list)
        for key, supplier_id, on, amount, document, identity, import_id in self._session.execute(
            _STANDING, facts
        ):
            one = Counted(key, supplier_id, on, amount, document, identity.bytes, import_id)
            standing[supplier_id, on, document].append(one)
        if not standing:
            return
        for place, each in left.items():
            on, document = each.invoice_on, each.document_key
            counted = [
                one
                for name in self._names[each.supplier_id]
                for one in standing.get((name, on, document), ())
                if may_restate(each.amount, one.amount)
            ]
            if counted:
                yield (
                    place,
                    restating.mark((self._known[each.supplier_id].whose, on, document), counted, each.amount),
                )

    def _name(self, suppliers: Iterable[int]) -> None:
        """Find under which names this ledger has these suppliers: each may be several rows."""
        new = {each for each in suppliers if each not in self._names}
        who = {each: self._known[each] for each in new}
        rows = self._session.scalars(
            select(Supplier).where(
                Supplier.recorded_by_id == self._anchor_id,
                or_(
                    Supplier.search_name == any_(array_of({each.name for each in who.values()}, String)),
                    Supplier.kvk_number
                    == any_(array_of({each.kvk_number for each in who.values() if each.kvk_number}, String)),
                    Supplier.id == any_(array_of(new, BigInteger)),
                ),
            )
        ).all() if new else []  # fmt: skip
        self.know(rows)
        by_key: dict[str, list[int]] = defaultdict(list)
        for row in rows:
            for key in self._known[row.id].keys:
                by_key[key].append(row.id)
        for each, mine in who.items():
            may = dict.fromkeys(name for key in mine.keys for name in by_key[key])
            self._names[each] = tuple(name for name in may if mine.may_be(self._known[name]))


def told(session: Session, found: Found) -> dict[str, Any]:
    """What was found, for storing and for pages: lines, cents, and the file most of them came with ("": with none).

    `changed` lines name an invoice that counts with another amount; `changed_sum` in cents.
    """
    most = max(found.imports, key=lambda each: found.imports[each], default=None)
    name = session.scalar(text("SELECT file_name FROM spend_import WHERE id = :id"), {"id": most})
    return {
        "lines": found.lines, "sum": found.amount, "file": name or "", "changed": found.changed,
        "changed_sum": found.changed_amount,
    }  # fmt: skip


class Lost(NamedTuple):
    """A line that counts and would count no more, in cents."""

    description: str
    amount: int


class Fewer(NamedTuple):
    """An invoice that counts with `old_lines` lines of `old_sum` cents and came again with fewer of `new_sum`."""

    supplier: str
    document: str
    new_lines: int
    new_sum: int
    old_lines: int
    old_sum: int
    lost: Sequence[Lost]

    @property
    def many(self) -> bool:
        """Whether not all lines that go are named."""
        return len(self.lost) < self.old_lines


class Replaced(NamedTuple):
    """What the answer "the new amount stands in its place" does: lines and cents that come, and that go.

    `fewer`: the invoices that come with fewer lines than they have now, by what they lose, `fewer_invoices` of them in
    all; at most `MOST_FEWER` are named, each with at most as many lines.
    """

    new_lines: int
    new_sum: int
    old_lines: int
    old_sum: int
    fewer_invoices: int
    fewer: Sequence[Fewer]


MOST_FEWER = 25
"""Invoices that are named of those which lose lines."""

_REPLACED = text("""
    WITH RECURSIVE pair (waits, root) AS (
        SELECT line.id, line.same_as_id FROM spend_line line WHERE line.id = ANY(CAST(:lines AS bigint[]))
        UNION
        SELECT line.id, merged::bigint FROM spend_line line JOIN spend_import made ON made.id = line.import_id
        CROSS JOIN jsonb_array_elements_text(made.findings #> ARRAY['merged', line.same_as_id::text]) merged
        WHERE line.id = ANY(CAST(:lines AS bigint[]))
    ), here (id, root) AS (
        SELECT root, root FROM pair
        UNION
        SELECT twin.id, twin.same_as_id FROM pair JOIN spend_line twin ON twin.same_as_id = pair.root
        LEFT JOIN spend_decision said ON said.line_id = twin.id
        WHERE twin.kind = 'conflict' AND said.same IS NOT FALSE
        UNION
        SELECT again.id, here.root FROM here JOIN spend_line again
            ON again.replaces_id = here.id AND again.kind = 'correction'
    ), goes AS (
        SELECT root.supplier_id, root.document_key, root.invoice_on, count(*) AS lines, sum(line.net_amount) AS net,
            jsonb_path_query_array(
                jsonb_agg(jsonb_build_array(line.description, line.net_amount)
                    ORDER BY abs(line.net_amount) DESC, line.id), '$[0 to 24]'
            ) AS named, min(root.document_number) AS document
        FROM here JOIN spend_line line ON line.id = here.id JOIN spend_line root ON root.id = here.root
        WHERE line.weight = 1 AND NOT EXISTS (
            SELECT FROM spend_line gone WHERE gone.replaces_id = line.id AND gone.kind = 'reversal')
        GROUP BY 1, 2, 3
    ), comes AS (
        SELECT root.supplier_id, root.document_key, root.invoice_on, count(*) AS lines, sum(line.net_amount) AS net
        FROM spend_line line JOIN spend_line root ON root.id = line.same_as_id
        WHERE line.id = ANY(CAST(:lines AS bigint[])) GROUP BY 1, 2, 3
    ), invoice AS (
        SELECT comes.supplier_id, comes.document_key, comes.lines AS new_lines, comes.net AS new_net,
            coalesce(goes.lines, 0) AS old_lines, coalesce(goes.net, 0) AS old_net, goes.named, goes.document
        FROM comes LEFT JOIN goes ON (goes.supplier_id, goes.document_key) = (comes.supplier_id, comes.document_key)
            AND goes.invoice_on IS NOT DISTINCT FROM comes.invoice_on
    ), whole AS (
        SELECT coalesce(sum(new_lines), 0)::bigint, coalesce(sum(new_net), 0)::bigint,
            coalesce(sum(old_lines), 0)::bigint, coalesce(sum(old_net), 0)::bigint,
            count(*) FILTER (WHERE old_lines > new_lines)
        FROM invoice
    )
    SELECT whole.*, supplier.name, invoice.document, invoice.new_lines, invoice.new_net::bigint,
        invoice.old_lines, invoice.old_net::bigint, invoice.named
    FROM whole LEFT JOIN invoice ON invoice.old_lines > invoice.new_lines
    LEFT JOIN supplier ON supplier.id = invoice.supplier_id
    ORDER BY invoice.old_net - invoice.new_net DESC NULLS LAST, invoice.document_key LIMIT :most
""")


def replaced(session: Session, line_ids: Sequence[int]) -> Replaced:
    """What goes and what comes when these lines, that wait with another amount, stand in the place of what counts."""
    found = session.execute(_REPLACED, {"lines": list(line_ids), "most": MOST_FEWER}).all()
    fewer = [
        Fewer(supplier, document, new_lines, new_sum, old_lines, old_sum, [Lost(*line) for line in named])
        for *_whole, supplier, document, new_lines, new_sum, old_lines, old_sum, named in found
        if supplier is not None
    ]
    new_lines, new_sum, old_lines, old_sum, invoices = found[0][:5]
    return Replaced(new_lines, new_sum, old_lines, old_sum, invoices, fewer)


_CHANGED = text("""
    SELECT line.id FROM spend_line line JOIN spend_line first ON first.id = line.same_as_id
    WHERE line.import_id = :import_id AND line.kind = 'conflict'
        AND line.source = first.source AND line.net_amount <> first.net_amount
    ORDER BY line.id
""")


def changed_lines(session: Session, import_id: int) -> Sequence[int]:
    """The lines that an import brought with another amount than their invoice counts with."""
    return session.scalars(_CHANGED, {"import_id": import_id}).all()
