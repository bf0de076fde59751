"""Use cases of lines that come again: remember which file holds them too."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from ledger.repeats.queries import stands, turns
from ledger.repeats.rules import BY_HAND, Handed, again
from ledger.rollups import services as rollups

_KEEP = f"""
    INSERT INTO spend_repeat (import_id, line_id, row_number)
    SELECT :import_id, found.id, asked.row_number
    FROM unnest(CAST(:identities AS uuid[]), CAST(:days AS date[]), CAST(:amounts AS bigint[]), CAST(:nth AS int[]),
        CAST(:numbers AS int[])) asked (identity, day, amount, nth, row_number)
    CROSS JOIN LATERAL (
        SELECT line.id FROM spend_line line
        WHERE line.anchor_id = :anchor_id AND line.identity = asked.identity AND {{day}}
            AND line.net_amount = asked.amount AND line.kind IN ('booked', 'same', 'conflict') AND {stands("line")}
        ORDER BY line.ordinal OFFSET asked.nth - 1 LIMIT 1
    ) found
    ON CONFLICT DO NOTHING
"""
_KEEP_FOUND = text("""
    INSERT INTO spend_repeat (import_id, line_id, row_number)
    SELECT :import_id, line_id, row_number
    FROM unnest(CAST(:lines AS bigint[]), CAST(:numbers AS int[])) found (line_id, row_number)
    ON CONFLICT DO NOTHING
""")
_KEEP_DATED = text(_KEEP.format(day="line.invoice_on = asked.day"))
_KEEP_UNDATED = text(_KEEP.format(day="line.invoice_on IS NULL"))
_CHANGED = text("""
    INSERT INTO spend_change (quarter_on, import_id, at)
    SELECT quarter_on, import_id, cwb_now() FROM (
        SELECT DISTINCT date_trunc('quarter', line.period_on::timestamp)::date AS quarter_on, held.import_id
        FROM spend_repeat held JOIN spend_line line ON line.id = held.line_id
        WHERE line.import_id = :import_id AND held.import_id <> 0
            AND NOT EXISTS (SELECT FROM spend_undo gone WHERE gone.import_id = held.import_id)
    ) rests
""")

_KEPT = """
    anchor_id, supplier_id, source, identity, ordinal, document_number, document_key, invoice_on, period_on, currency,
    description, cpv, category, exclusion, coded_by_id, contract_reference, contract_starts_on, contract_ends_on,
    tender_reference, invoice_id, import_id, row_number
"""
REPLACE = f"""
    INSERT INTO spend_line (public_id, kind, weight, net_amount, irrecoverable_vat_amount, replaces_id, reason,
        actor_id, recorded_at, {_KEPT})
    SELECT
        (lpad(to_hex((extract(epoch FROM cwb_now()) * 1000)::bigint), 12, '0') || '7'
            || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid,
        '{{kind}}', {{weight}}, {{sign}} * net_amount, {{sign}} * irrecoverable_vat_amount, id, :reason,
        :actor_id, :at, {_KEPT}
    FROM spend_line line WHERE {{only}}
"""
"""SQL: a row in the place of each of these lines. Public ids are UUIDv7, as `cwb.kernel.ids` makes them."""
_BY_ID = "id = ANY(CAST(:lines AS bigint[]))"
_TAKE_OFF = text(REPLACE.format(kind="reversal", weight=-1, sign=-1, only=_BY_ID))
_COUNT = text(REPLACE.format(kind="correction", weight=1, sign=1, only=_BY_ID))
_SETTLED = "samen met andere regels de factuur die hier is gemaakt"


def settle(session: Session, *, anchor_id: int, actor_id: int | None, at: datetime) -> None:
    """Let each invoice made here count once, after files of an anchor came or went (`ledger.repeats.queries.turns`).

    Either it counts, or lines of the ledger that are together its amount, or that a person was asked about.
    """
    found = turns(session, anchor_id)
    if not found:
        return
    after = rollups.mark(session)
    facts = {"reason": _SETTLED, "actor_id": actor_id, "at": at}
    session.execute(_TAKE_OFF, {**facts, "lines": [line for _, gone in found for line in gone]})
    session.execute(_COUNT, {**facts, "lines": [made for made, _ in found]})
    rollups.fold(session, anchor_id=anchor_id, after=after)


class Repeats:
    """Remembers which lines of a file (`import_id` None: handed in without one) an anchor's ledger has already."""

    def __init__(self, session: Session, anchor_id: int, import_id: int | None) -> None:
        self._session, self._anchor_id = session, anchor_id
        self._import_id = BY_HAND if import_id is None else import_id

    def told(
        self, batch: Sequence[Handed], identities: Sequence[bytes], ordinals: Sequence[int | None],
        seen: Callable[[bytes], int], known: Mapping[bytes, Sequence[int]],
    ) -> Callable[[], None]:  # fmt: skip
        """The act that writes down the rows of a batch that are there already: those without an ordinal (`again`).

        `known`: the lines that stand of identities that this batch is the first to have; others are looked for.
        """
        asked: list[tuple[TextClause, Mapping[str, object]]] = []
        lines, numbers, found = [], [], []
        for each in again(identities, ordinals, seen):
            there = known.get(identities[each.place], ())
            if each.nth <= len(there):
                lines.append(there[each.nth - 1])
                numbers.append(batch[each.place].number)
            else:
                found.append(each)
        if lines:
            asked.append((_KEEP_FOUND, {"import_id": self._import_id, "lines": lines, "numbers": numbers}))
        dated = [each for each in found if batch[each.place].invoice_on is not None]
        undated = [each for each in found if batch[each.place].invoice_on is None]
        for statement, some in ((_KEEP_DATED, dated), (_KEEP_UNDATED, undated)):
            if some:
                rows = [batch[each.place] for each in some]
                facts = {
                    "import_id": self._import_id, "anchor_id": self._anchor_id,
                    "identities": [identities[each.place].hex() for each in some],
                    "days": [row.invoice_on for row in rows], "amounts": [row.amount for row in rows],
                    "nth": [each.nth for each in some], "numbers": [row.number for row in rows],
                }  # fmt: skip
                asked.append((statement, facts))
        return partial(self._write, asked)

    def _write(self, asked: Sequence[tuple[TextClause, Mapping[str, object]]]) -> None:
        for statement, facts in asked:
            self._session.execute(statement, facts)


def rests_on_others(session: Session, import_id: int) -> None:
    """A file was taken back: quarters of its lines rest from now on the files that hold them too."""
    session.execute(_CHANGED, {"import_id": import_id})
