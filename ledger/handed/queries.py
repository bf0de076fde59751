"""Reading what there is of each quarter of each anchor, from the lines themselves and what people said."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Date, Text, cast, column, func, select, table, text
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from cwb.kernel.period import Period
from ledger.handed.rules import Books, Handed, Silent, books_of, gap_of, month_starts, silent_in_whole
from ledger.rollups.models import SpendRollup

LOOKED_BACK = 12
"""So many quarters before a period are looked at for the day since which an anchor's purchases are known."""

_SAID, _TOLD = table("spend_nothing", column("id")), table("ledger_total", column("id"))
_NAMES = func.md5(
    func.string_agg(
        func.concat(Organisation.public_id, Organisation.name, Organisation.created_at),
        aggregate_order_by(text("'/'"), Organisation.id),
    )
)
MARKS = (
    select(func.count(_SAID.c.id)).scalar_subquery(),
    select(func.count(_TOLD.c.id)).scalar_subquery(),
    select(_NAMES).where(Organisation.anchor_type.is_not(None)).scalar_subquery(),
)
"""SQL: texts that change whenever what was said of a quarter does, or which anchors there are."""

_QUARTERS = text("""
    SELECT anchor.id, quarter, array(
            SELECT EXISTS (
                SELECT FROM spend_line line
                WHERE line.anchor_id = anchor.id AND line.period_on >= month::date
                    AND line.period_on < (month + interval '1 month')::date
                    AND line.weight = 1 AND line.source = 'recorded'
                    AND NOT EXISTS (
                        SELECT FROM spend_line again WHERE again.replaces_id = line.id AND again.kind = 'reversal'
                    )
            )
            FROM generate_series(quarter::timestamp, until - interval '1 month', '1 month') month ORDER BY month
        ),
        array(
            SELECT said.month_on FROM spend_nothing said
            WHERE said.anchor_id = anchor.id AND said.quarter_on = quarter AND said.month_on IS NOT NULL
        ),
        EXISTS (
            SELECT FROM spend_nothing said
            WHERE said.anchor_id = anchor.id AND said.quarter_on = quarter AND said.month_on IS NULL
        ),
        (party.created_at AT TIME ZONE 'Europe/Amsterdam')::date < until,
        (SELECT amount FROM ledger_total
            WHERE anchor_id = anchor.id AND quarter_on = quarter ORDER BY id DESC LIMIT 1),
        until > (cwb_now() AT TIME ZONE 'Europe/Amsterdam')::date
    FROM organisation anchor
    JOIN party ON party.id = anchor.id
    CROSS JOIN LATERAL (
        SELECT step::date AS quarter, (step + interval '3 months')::date AS until
        FROM generate_series(CAST(:start AS timestamp), CAST(:end AS timestamp) - interval '1 day', '3 months') step
    ) quarters
    WHERE anchor.anchor_type IS NOT NULL AND (CAST(:anchor_id AS bigint) IS NULL OR anchor.id = :anchor_id)
""")


def until(period: Period) -> ColumnElement[str]:
    """SQL: a text that changes when a quarter of a period is over."""
    now = func.date_trunc("quarter", func.timezone("Europe/Amsterdam", func.cwb_now()))
    return cast(func.least(cast(now, Date), period.end), Text)


Found = Mapping[int, Mapping[Period, Handed]]


def handed(session: Session, span: Period, anchor_id: int | None = None) -> Found:
    """What there is of each quarter of a span, of each anchor or of one."""
    first = span.start.replace(year=span.start.year - 1)
    sums = {
        (whose, quarter_on): int(net)
        for whose, quarter_on, net in session.execute(
            select(SpendRollup.anchor_id, SpendRollup.quarter_on, func.sum(SpendRollup.net_amount))
            .where(SpendRollup.quarter_on >= first, SpendRollup.quarter_on < span.end)
            .group_by(SpendRollup.anchor_id, SpendRollup.quarter_on)
        )
    }
    facts = {"start": span.start, "end": span.end, "anchor_id": anchor_id}
    found: dict[int, dict[Period, Handed]] = {}
    for whose, start, months, said, nothing, owes, declared, running in session.execute(_QUARTERS, facts):
        quarter = Period.quarter_of(start)
        found.setdefault(whose, {})[quarter] = Handed(
            months, sums.get((whose, start), 0), declared,
            sums.get((whose, start.replace(year=start.year - 1)), 0),
            [each in said for each in month_starts(quarter)], nothing, owes, running,
        )  # fmt: skip
    return found


def before(period: Period) -> Period:
    """The quarters that are looked at for a period, with its own."""
    first = Period.quarter_of(period.start)
    for _ in range(LOOKED_BACK):
        first = first.previous_quarter()
    return Period(first.start, period.end)


def books(found: Found, period: Period) -> dict[int, Books]:
    """Since when the purchases of each anchor are known up to a period."""
    return {whose: books_of(quarters, period.start) for whose, quarters in found.items()}


def deliveries(session: Session, found: Found, period: Period) -> list[dict[str, Any]]:
    """How whole a period is, as it stands in the export: each anchor with its gaps, and since when it is known.

    Who has purchases in a year owes all of it, also what was before it took part: a part of a year is no year.
    """
    named: Sequence[Any] = session.execute(
        select(Organisation.id, Organisation.public_id, Organisation.name)
        .where(Organisation.id.in_(list(found)))
        .order_by(Organisation.search_name, Organisation.id)
    ).all()
    known = books(found, period)
    rows = []
    for whose, public_id, name in named:
        mine = {quarter: there for quarter, there in found[whose].items() if quarter.start >= period.start}
        bought = any(any(there.months) for there in mine.values())
        gaps = [
            {"quarter": str(quarter), "by": gap.by, "months": list(gap.months)}
            for quarter, there in sorted(mine.items(), key=lambda each: each[0].start)
            if (gap := gap_of(quarter, replace(there, owes=there.owes or bought))) is not None
        ]
        since = known[whose].whole
        rows.append({
            "anchor": str(public_id), "name": name, "known_since": since and since.isoformat(), "gaps": gaps,
        })  # fmt: skip
    return rows


def silent(session: Session, period: Period) -> list[Silent]:
    """Of which buyers a whole quarter of a period has a month without a line. No figure changes by it."""
    found = {
        (whose, quarter): tuple(months)
        for whose, quarters in handed(session, period).items()
        for quarter, there in quarters.items()
        if (months := silent_in_whole(quarter, there))
    }
    if not found:
        return []
    named = session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.id.in_({whose for whose, _quarter in found}))
        .order_by(Organisation.search_name, Organisation.id)
    )
    return [
        Silent(name, str(quarter), months)
        for key, name in named
        for (whose, quarter), months in sorted(found.items(), key=lambda each: each[0][1].start)
        if whose == key
    ]
