"""Reading where anchors stand with their quarters, from the lines themselves."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Interval,
    case,
    cast,
    exists,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from cwb.identity.models import Mandate, Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, TODAY, Tasks, Waiting, rows
from ledger.bridge.models import LedgerTotal
from ledger.deliveries.models import NothingBought
from ledger.deliveries.rules import (
    Handed,
    Lack,
    State,
    due_on,
    finished,
    lack_of,
    month_starts,
    settings,
    state_of,
)
from ledger.rollups.models import SpendRollup
from ledger.spend.models import SpendLine
from ledger.spend.rules import Kind, Source

_AGAIN = aliased(SpendLine)


def _handed_in(anchor_id: Any, start: Any, end: Any) -> ColumnElement[bool]:
    """SQL: a line that the anchor handed in (no invoice made here) counts in a span."""
    return exists().where(
        SpendLine.anchor_id == anchor_id, SpendLine.period_on >= start, SpendLine.period_on < end,
        SpendLine.weight == 1, SpendLine.source == Source.RECORDED,
        ~exists().where(_AGAIN.replaces_id == SpendLine.id, _AGAIN.kind == Kind.REVERSAL),
    )  # fmt: skip


_END = cast(func.date_trunc("quarter", cast(TODAY, Date)), Date)
_START = cast(_END - cast(literal("3 months"), Interval), Date)
_ROWS = sorted(settings.rows, key=lambda row: row.valid_from)
_DAYS = case(*((row.valid_from <= _END, row.days) for row in reversed(_ROWS)), else_=_ROWS[0].days)

tasks = Tasks(
    Waiting(
        N_("Lever uw inkoop van %(number)s aan"),
        "deliveries.index",
        {Role.PURCHASER},
        rows(
            number=func.to_char(_START, 'YYYY"-Q"Q'),
            due_at=func.timezone("Europe/Amsterdam", cast(_END, Date) + cast(_DAYS + 1, Integer)),
        ).where(
            Organisation.id == ORGANISATION, Organisation.anchor_type.is_not(None), Organisation.created_at < _END,
            ~_handed_in(Organisation.id, _START, _END),
            ~exists().where(NothingBought.anchor_id == Organisation.id, NothingBought.quarter_on == _START),
        ),
    ),
)  # fmt: skip


class Entry(NamedTuple):
    """A quarter of an anchor; `lack`: what seems to be missing; `reason`: why nothing was bought.

    `nobody`: the anchor has no purchaser now, so nobody can hand in and nobody there is reminded.
    """

    anchor: Organisation
    quarter: Period
    due: date
    state: State
    lack: Lack | None
    reason: str
    nobody: bool


def calendar(session: Session, today: date, *, anchor_id: int | None = None) -> list[Entry]:
    """Where each anchor, or one, stands with the latest quarters that are over; latest first.

    An anchor that came later does not owe a quarter from before. Quarters from before the latest stay as long as
    nothing came of them and nobody said that nothing was bought.
    """
    quarters = finished(today)
    purchaser = exists().where(
        Mandate.organisation_id == Organisation.id, Mandate.role == Role.PURCHASER, Mandate.ended_at.is_(None)
    )
    known = {
        anchor.id: (anchor, not has_purchaser)
        for anchor, has_purchaser in session.execute(
            select(Organisation, purchaser)
            .where(
                Organisation.anchor_type.is_not(None), Organisation.id == anchor_id if anchor_id is not None else true()
            )
            .order_by(Organisation.search_name)
        )
    }  # fmt: skip
    handed = _handed(session, quarters, list(known))
    said = {
        (each.anchor_id, each.quarter_on): each.reason
        for each in session.scalars(
            select(NothingBought).where(NothingBought.quarter_on >= quarters[-1].start)
        )
    }
    entries = []
    for quarter in quarters:
        for anchor, nobody in known.values():
            if local_date(anchor.created_at) >= quarter.end:
                continue
            there, due = handed[anchor.id, quarter], due_on(quarter)
            lack, reason = lack_of(quarter, there), said.get((anchor.id, quarter.start))
            state = state_of(
                delivered=any(there.months),
                lacks=lack is not None,
                nothing=reason is not None,
                due=due,
                today=today,
            )
            entries.append(Entry(anchor, quarter, due, state, lack, reason or "", nobody))
    for owing, start in _never_handed(session, list(known), quarters[-1].start):
        quarter = Period.quarter_of(start)
        due, (anchor, nobody) = due_on(quarter), known[owing]
        state = state_of(delivered=False, nothing=False, due=due, today=today)
        entries.append(Entry(anchor, quarter, due, state, None, "", nobody))
    return entries


def _never_handed(session: Session, anchor_ids: Sequence[int], before: date) -> list[tuple[int, date]]:
    """Which anchors owe which quarters from before a day, latest first."""
    months = cast(literal("3 months"), Interval)
    start = func.generate_series(
        func.date_trunc("quarter", func.timezone("Europe/Amsterdam", Organisation.created_at)),
        cast(before, DateTime) - months, months,
    ).table_valued("at").render_derived()  # fmt: skip
    quarter_on, end = cast(start.c.at, Date), cast(start.c.at + months, Date)
    said = exists().where(NothingBought.anchor_id == Organisation.id, NothingBought.quarter_on == quarter_on)
    found = session.execute(
        select(Organisation.id, quarter_on)
        .join(start, true())
        .where(Organisation.id.in_(anchor_ids), ~_handed_in(Organisation.id, quarter_on, end), ~said)
        .order_by(quarter_on.desc(), Organisation.search_name)
    )
    return [(anchor_id, day) for anchor_id, day in found]


def _handed(
    session: Session, quarters: Sequence[Period], anchor_ids: Sequence[int]
) -> dict[tuple[int, Period], Handed]:
    """What there is of each quarter of these anchors."""
    months = [
        _handed_in(Organisation.id, start, end)
        for each in quarters
        for start, end in pairwise((*month_starts(each), each.end))
    ]
    there = session.execute(select(Organisation.id, *months).where(Organisation.id.in_(anchor_ids))).all()
    first = quarters[-1].start
    sums: dict[tuple[int, date | None], int] = {
        (anchor_id, quarter_on): int(net)
        for anchor_id, quarter_on, net in session.execute(
            select(SpendRollup.anchor_id, SpendRollup.quarter_on, func.sum(SpendRollup.net_amount))
            .where(
                SpendRollup.anchor_id.in_(anchor_ids),
                SpendRollup.quarter_on >= first.replace(year=first.year - 1),
                SpendRollup.quarter_on < quarters[0].end,
            )
            .group_by(SpendRollup.anchor_id, SpendRollup.quarter_on)
        )
    }
    told = {
        (each.anchor_id, each.quarter_on): each.amount
        for each in session.scalars(
            select(LedgerTotal).where(LedgerTotal.quarter_on >= first).order_by(LedgerTotal.id)
        )
    }
    found = {}
    for anchor_id, *months_there in there:
        for place, quarter in enumerate(quarters):
            found[anchor_id, quarter] = Handed(
                months_there[3 * place : 3 * place + 3], sums.get((anchor_id, quarter.start), 0),
                told.get((anchor_id, quarter.start)),
                sums.get((anchor_id, quarter.start.replace(year=quarter.start.year - 1)), 0),
            )  # fmt: skip
    return found


def delivered(session: Session, anchor_id: int, quarter: Period) -> bool:
    """Whether an anchor handed in a quarter."""
    return bool(session.scalar(select(_handed_in(anchor_id, quarter.start, quarter.end))))


def find_nothing(session: Session, anchor_id: int, quarter: Period) -> NothingBought | None:
    """What an anchor said of a quarter in which it bought nothing."""
    return session.scalar(
        select(NothingBought).where(
            NothingBought.anchor_id == anchor_id, NothingBought.quarter_on == quarter.start
        )
    )


def open_quarters(entries: Sequence[Entry]) -> list[Period]:
    """Quarters of which an anchor neither handed in nor said anything."""
    return [each.quarter for each in entries if each.state in {State.WAITING, State.LATE}]
