"""Reading what is to be told before a signature: who handed in, and whether the ledger says the same."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from cwb.kernel.period import Period
from ledger.remarks.rules import Quarter, remarks
from ledger.rows.rules import gaps_of

WAITS = """
    line.kind = 'conflict'
    AND NOT EXISTS (SELECT FROM spend_decision WHERE line_id = line.id)
    AND NOT EXISTS (SELECT FROM spend_undo WHERE import_id = line.import_id)
    AND NOT EXISTS (SELECT FROM spend_line again WHERE again.replaces_id = line.id)
"""
"""SQL: a line waits for a person to say whether it counts."""

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
    )
