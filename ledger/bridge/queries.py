"""Reading the steps of the bridge: from the sums that are kept, and from the lines where people coded them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, joinedload

from cwb.identity.models import Organisation
from cwb.kernel.kept import Kept
from cwb.kernel.period import Period
from cwb.places.rules import AreaPack
from ledger.bridge.models import LedgerTotal
from ledger.bridge.rules import Bridge, Paid, Reasons, Step, declared
from ledger.disclosure.rules import EXCLUSIONS
from ledger.repeats.queries import stands
from ledger.rollups.queries import purchases, version
from ledger.share.rules import Share, Unit, share_of
from ledger.spend.models import SpendLine

_SUMS = text("""
    SELECT exclusion,
        CASE WHEN contract_starts_on IS NULL AND contract_ends_on IS NULL THEN 'unknown'
            WHEN contract_starts_on >= :start AND contract_starts_on < :end
                OR contract_ends_on >= :start AND contract_ends_on < :end THEN 'yes'
            ELSE 'no' END,
        sum(net_amount), sum(weight)
    FROM spend_rollup
    WHERE anchor_id = :anchor_id AND quarter_on >= :start AND quarter_on < :end
    GROUP BY 1, 2
""")
_CODERS = text("""
    SELECT DISTINCT line.exclusion, coder.name
    FROM spend_line line JOIN user_account coder ON coder.id = line.coded_by_id
    WHERE line.anchor_id = :anchor_id AND line.period_on >= :start AND line.period_on < :end
        AND line.exclusion IS NOT NULL AND line.weight = 1
        AND NOT EXISTS (SELECT FROM spend_line again WHERE again.replaces_id = line.id AND again.kind = 'reversal')
    ORDER BY 1, 2
""")
_REASONS = f"""
    WITH here AS (
        SELECT invoice.id, invoice.net_amount, invoice.kind,
            (SELECT sum(file.net_amount) FROM spend_line file
                WHERE file.same_as_id = invoice.id AND file.kind = 'conflict'
                    AND NOT EXISTS (SELECT FROM spend_line counts WHERE counts.replaces_id = file.id)
                    AND {stands("file")}) AS clash,
            EXISTS (SELECT FROM spend_line file WHERE file.same_as_id = invoice.id AND file.kind = 'same'
                AND {stands("file")}) AS in_file
        FROM spend_line invoice
        WHERE invoice.anchor_id = :anchor_id AND invoice.period_on >= :start AND invoice.period_on < :end
            AND invoice.source = 'invoice' AND invoice.weight = 1
            AND NOT EXISTS (
                SELECT FROM spend_line again WHERE again.replaces_id = invoice.id AND again.kind = 'reversal'
            )
    )
    SELECT
        coalesce(sum(net_amount) FILTER (WHERE clash IS NULL AND NOT in_file), 0),
        coalesce(sum(clash - net_amount) FILTER (WHERE clash IS NOT NULL), 0),
        (SELECT coalesce(sum(net_amount), 0) FROM spend_rollup WHERE anchor_id = :anchor_id AND quarter_on IS NULL)
    FROM here
"""
_PAID = """
    WITH mine AS (SELECT id, number FROM bank_account WHERE party_id = :anchor_id),
    entry AS MATERIALIZED (
        SELECT amount, replace(iban, ' ', '') AS iban, lower(btrim(name)) AS name
        FROM bank_entry
        WHERE account_id IN (SELECT id FROM mine) AND booked_on >= :start AND booked_on < :end AND currency = 'EUR'
            AND iban NOT IN (SELECT number FROM mine)
    ),
    sold AS MATERIALIZED (
        SELECT lower(name) AS name, iban, NULL::bigint AS party_id FROM supplier WHERE recorded_by_id = :anchor_id
        UNION ALL
        SELECT lower(name), iban, party_id FROM supplier here
        WHERE recorded_by_id IS NULL AND EXISTS (
            SELECT FROM spend_line line WHERE line.supplier_id = here.id AND line.anchor_id = :anchor_id
        )
    ),
    told AS (
        SELECT amount,
            iban <> '' AND iban IN (
                SELECT iban FROM sold WHERE iban IS NOT NULL
                UNION ALL SELECT number FROM bank_account WHERE party_id IN (SELECT party_id FROM sold)
                UNION ALL SELECT iban FROM organisation WHERE id IN (SELECT party_id FROM sold) AND iban IS NOT NULL
            )
                OR name <> '' AND name IN (SELECT name FROM sold) AS known
        FROM entry
    )
    SELECT coalesce(-sum(amount) FILTER (WHERE known AND amount < 0), 0),
        coalesce(sum(amount) FILTER (WHERE known AND amount > 0), 0),
        coalesce(-sum(amount) FILTER (WHERE NOT known AND amount < 0), 0),
        count(*) FILTER (WHERE known AND amount < 0), count(*)
    FROM told
"""
"""Payments by the day they were booked, without those between own accounts; a supplier is known by account or name.

A supplier is one of the ledger of the anchor, or a party of this house whose invoices the anchor approved here.
"""

_EXPLAINED = text(f"SELECT * FROM ({_REASONS}) reasons CROSS JOIN ({_PAID}) paid")


_OWN: Kept[Share] = Kept(64)


def own_share(session: Session, anchor: Organisation, period: Period, area: AreaPack) -> Share:
    """The local supplier share of one anchor from all it bought, before small groups are hidden from others.

    Kept until a line, a standing or a declaration changes a sum of the period.
    """

    def made() -> Share:
        return share_of(
            Unit(f"{each.supplier}/{each.verdict}", each.standing, each.amount, each.amount)
            for each in purchases(session, period, area)
            if each.anchor == str(anchor.public_id) and each.exclusion is None
        )

    key = str(session.get_bind().engine.url), str(period), anchor.id, area.version, *version(session, period)
    return _OWN.get(key, made)


def _span(anchor_id: int, period: Period) -> dict[str, object]:
    return {"anchor_id": anchor_id, "start": period.start, "end": period.end}


def latest(history: Sequence[LedgerTotal]) -> list[LedgerTotal]:
    """Of every total that was typed (`history`) the latest of each quarter, in order."""
    newest = {each.quarter_on: each for each in reversed(history)}
    return [newest[day] for day in sorted(newest)]


def history(session: Session, anchor_id: int, period: Period) -> Sequence[LedgerTotal]:
    """Every total that was typed for the quarters of a period, latest first, with who typed it."""
    return session.scalars(
        select(LedgerTotal)
        .where(
            LedgerTotal.anchor_id == anchor_id, LedgerTotal.quarter_on >= period.start,
            LedgerTotal.quarter_on < period.end,
        )
        .options(joinedload(LedgerTotal.actor))
        .order_by(LedgerTotal.id.desc())
    ).all()  # fmt: skip


def lines_since(session: Session, anchor_id: int, period: Period) -> datetime | None:
    """When the first line of an anchor in a period was recorded; None while there is none."""
    return session.scalar(
        select(func.min(SpendLine.recorded_at)).where(
            SpendLine.anchor_id == anchor_id,
            SpendLine.period_on >= period.start,
            SpendLine.period_on < period.end,
        )
    )


def bridge(session: Session, anchor_id: int, period: Period, ledger: Sequence[LedgerTotal]) -> Bridge:
    """The steps of an anchor in a period, from the `totals` of its ledger."""
    facts = _span(anchor_id, period)
    off: dict[str, list[int]] = {code: [0, 0] for code in EXCLUSIONS}
    third, third_lines, by_status = 0, 0, {"yes": 0, "no": 0, "unknown": 0}
    for code, status, net, lines in session.execute(_SUMS, facts):
        if code is None:
            third, third_lines = third + int(net), third_lines + int(lines)
            by_status[status] += int(net)
        else:
            off[code][0] += int(net)
            off[code][1] += int(lines)
    coders: dict[str, list[str]] = {}
    for code, name in session.execute(_CODERS, facts):
        coders.setdefault(code, []).append(name)
    return Bridge(
        declared([each.amount for each in ledger], period),
        [Step(code, net, lines, tuple(coders.get(code, ()))) for code, (net, lines) in off.items() if net or lines],
        third, third_lines, **by_status,
    )  # fmt: skip


def reasons(session: Session, anchor_id: int, period: Period) -> Reasons:
    """Where a difference may come from, and what the bank accounts of the anchor paid in the period."""
    found = session.execute(_EXPLAINED, _span(anchor_id, period)).one()
    only_here, clashes, undated, known, back, others, count, entries = map(int, found)
    return Reasons(only_here, clashes, undated, Paid(known, back, others, count) if entries else None)
