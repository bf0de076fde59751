"""Reading the lines that a file may bring again."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, any_, select, text
from sqlalchemy.orm import Session

from ledger.suppliers.models import Supplier
from ledger.suppliers.queries import array_of, whose
from ledger.twins.rules import Counted, Found, Fresh, Pairing, Who

_COUNTED = text("""
    SELECT line.id, line.supplier_id, line.invoice_on, line.net_amount, line.document_key, line.identity, line.import_id
    FROM unnest(CAST(:days AS date[]), CAST(:amounts AS bigint[])) asked (day, amount)
    JOIN spend_line line ON line.anchor_id = :anchor_id AND line.invoice_on = asked.day
        AND line.net_amount = asked.amount AND line.kind IN ('booked', 'same', 'conflict')
    WHERE line.source = 'recorded'
        AND (line.import_id IS NULL OR line.import_id <> ALL(CAST(:undone AS bigint[])))
        AND (line.kind = 'booked'
            OR EXISTS (SELECT FROM spend_line again WHERE again.replaces_id = line.id AND again.kind = 'correction'))
    ORDER BY line.id
""")


class Twins:
    """Tells which lines of a file seem to count already, batch by batch.

    `span`: the days on which something is stored at all; None where nothing is looked for.
    """

    def __init__(
        self, session: Session, anchor_id: int, span: tuple[date, date] | None, undone: Sequence[int]
    ) -> None:
        self._session, self._anchor_id, self.span, self._undone = session, anchor_id, span, undone
        self._known: dict[int, Who] = {}
        self._pairing = Pairing(self._known.__getitem__)
        self.found = self._pairing.found

    def know(self, suppliers: Iterable[Supplier]) -> None:
        """Take in who these are."""
        if self.span is not None:
            self._known |= {
                each.id: Who(whose(each), each.search_name, each.code, each.kvk_number, each.vat_id)
                for each in suppliers
            }

    def pair(self, fresh: Sequence[Fresh | None], seen: Callable[[bytes], int]) -> Sequence[int | None]:
        """For each line (None: of no interest) the line it seems to be."""
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
        return self._pairing.pair(fresh, counted, seen)


def told(session: Session, found: Found) -> dict[str, Any]:
    """What was found, for storing and for pages: lines, cents, and the file most of them came with ("": with none)."""
    most = max(found.imports, key=lambda each: found.imports[each], default=None)
    name = session.scalar(text("SELECT file_name FROM spend_import WHERE id = :id"), {"id": most})
    return {"lines": found.lines, "sum": found.amount, "file": name or ""}
