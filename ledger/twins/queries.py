"""Reading the lines that a file may bring again."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

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
