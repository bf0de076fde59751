"""Reading what is to be told before a signature: who handed in, and whether the ledger says the same."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from cwb.kernel.period import Period
from ledger.handed.queries import silent
from ledger.remarks.rules import Quarter, remarks
from ledger.repeats.queries import complete, stands
from ledger.rows.rules import gaps_of

WAITS = f"""
    line.kind = 'conflict'
    AND NOT EXISTS (SELECT FROM spend_decision WHERE line_id = line.id)
    AND {stands("line")}
    AND NOT EXISTS (SELECT FROM spend_line again WHERE again.replaces_id = line.id)
    AND NOT {complete("line")}
"""
"""SQL: a line waits for a person to say whether it counts."""

STANDS = """
    {line}.weight = 1
    AND NOT EXISTS (SELECT FROM spend_line gone WHERE gone.replaces_id = {line}.id AND gone.kind = 'reversal')
"""
"""SQL: a line counts, and was not taken off."""

BESIDE = f"""
    invoice.invoice_id IS NOT NULL AND invoice.document_key <> '' AND {STANDS.format(line="invoice")}
    AND seller.id = invoice.supplier_id AND mine.recorded_by_id = invoice.anchor_id
    AND (mine.party_id = seller.party_id OR mine.party_id IS NULL AND (
        mine.kvk_number = seller.kvk_number OR mine.kvk_number IS NULL AND mine.search_name = seller.search_name))
    AND counted.supplier_id = mine.id AND counted.document_key = invoice.document_key
    AND counted.anchor_id = invoice.anchor_id AND counted.source = 'recorded' AND {STANDS.format(line="counted")}
    AND NOT EXISTS (SELECT FROM spend_decision WHERE line_id IN (
        counted.id, counted.replaces_id, invoice.id, invoice.replaces_id))
"""
"""SQL: a line of a ledger (`counted`, of the supplier `mine`) counts beside an invoice made here (`invoice`, of the
supplier `seller`) with its number, by who may be the same supplier."""

_QUARTERS = text(f"""
    SELECT party.name, to_char(quarter, 'YYYY"-Q"Q'), coalesce(sums.net, 0), total.amount,
        EXISTS (
            SELECT FROM spend_line line
            WHERE line.anchor_id = anchor.id AND line.period_on >= quarter AND line.period_on < span.until
                AND line.weight = 1 AND line.source = 'recorded'
                AND NOT EXISTS (
                    SELECT FROM spend_line again WHERE again.replaces_id = line.id AND again.kind = 'reversal'
                )
        ),
        EXISTS (SELECT FROM spend_nothing said WHERE said.anchor_id = anchor.id AND said.quarter_on = quarter
                AND said.month_on IS NULL),
        (party.created_at AT TIME ZONE 'Europe/Amsterdam')::date < span.until,
        (
            SELECT count(*) FROM spend_line line
            WHERE line.anchor_id = anchor.id AND line.period_on >= quarter AND line.period_on < span.until AND {WAITS}
        ),
        (
            SELECT count(DISTINCT invoice.id)
            FROM spend_line invoice, supplier seller, supplier mine, spend_line counted
            WHERE invoice.anchor_id = anchor.id AND invoice.period_on >= quarter AND invoice.period_on < span.until
                AND {BESIDE}
        )
    FROM organisation anchor
    JOIN party ON party.id = anchor.id
    CROSS JOIN LATERAL (
        SELECT step::date AS quarter
        FROM generate_series(CAST(:start AS timestamp), CAST(:end AS timestamp) - interval '1 day', '3 months') step
    ) quarters
    CROSS JOIN LATERAL (SELECT (quarter + interval '3 months')::date AS until) span
    LEFT JOIN LATERAL (
        SELECT sum(net_amount) AS net FROM spend_rollup WHERE anchor_id = anchor.id AND quarter_on = quarter
    ) sums ON true
    LEFT JOIN LATERAL (
        SELECT amount FROM ledger_total WHERE anchor_id = anchor.id AND quarter_on = quarter ORDER BY id DESC LIMIT 1
    ) total ON true
    WHERE anchor.anchor_type IS NOT NULL
    ORDER BY quarter, party.search_name, anchor.id
""")


def to_tell(session: Session, period: Period, export: dict[str, Any]) -> list[dict[str, Any]]:
    """What who signs the export of a period should read first."""
    found = session.execute(_QUARTERS, {"start": period.start, "end": period.end})
    share = export["figures"]["local_supplier_share"]["total"]
    why = None if share["publishable"] else share["why"] or "insufficient"
    return remarks(
        (Quarter(name, quarter, int(net), total, *states) for name, quarter, net, total, *states in found),
        insufficient=why,
        gaps=gaps_of(export),
        silent=silent(session, period),
    )
