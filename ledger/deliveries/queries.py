"""Reading where anchors stand with their quarters, from the lines themselves."""

from collections.abc import Sequence
from datetime import date
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
from ledger.deliveries.models import NothingBought
from ledger.deliveries.rules import State, due_on, finished, month, quarter_and_month, state_of
from ledger.handed.queries import handed
from ledger.handed.rules import Lack, Lacking, lack_of, settings, silent_months
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
            ~exists().where(
                NothingBought.anchor_id == Organisation.id, NothingBought.quarter_on == _START,
                NothingBought.month_on.is_(None),
            ),
        ),
    ),
)  # fmt: skip


class Entry(NamedTuple):
    """A quarter of an anchor; `lack`: what seems to be missing; `reason`: why nothing was bought, or not in a month.

    `silent`: the months without lines of which nobody said that nothing was bought.

    `nobody`: the anchor has no purchaser now, so nobody can hand in and nobody there is reminded.
    """

    anchor: Organisation
    quarter: Period
    due: date
    state: State
    lack: Lack | None
    reason: str
    nobody: bool
    silent: Sequence[date] = ()


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
    there = handed(session, Period(quarters[-1].start, quarters[0].end), anchor_id)
    said: dict[tuple[int, date], str] = {}
    for each in session.scalars(
        select(NothingBought).where(NothingBought.quarter_on >= quarters[-1].start).order_by(NothingBought.id)
    ):
        told = said.get((each.anchor_id, each.quarter_on), "")
        mine = f"{each.month_on:%Y-%m}: {each.reason}" if each.month_on else each.reason
        said[each.anchor_id, each.quarter_on] = f"{told}\n{mine}".strip()
    entries = []
    for quarter in quarters:
        for anchor, nobody in known.values():
            if local_date(anchor.created_at) >= quarter.end:
                continue
            found, due = there[anchor.id][quarter], due_on(quarter)
            lack = lack_of(quarter, found)
            state = state_of(
                delivered=any(found.months),
                lacks=lack is not None,
                nothing=found.bought_nothing,
                due=due,
                today=today,
            )
            entries.append(
                Entry(anchor, quarter, due, state, lack, said.get((anchor.id, quarter.start), ""), nobody,
                      silent_months(quarter, found))
            )  # fmt: skip
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
    said = exists().where(
        NothingBought.anchor_id == Organisation.id, NothingBought.quarter_on == quarter_on,
        NothingBought.month_on.is_(None),
    )  # fmt: skip
    found = session.execute(
        select(Organisation.id, quarter_on)
        .join(start, true())
        .where(Organisation.id.in_(anchor_ids), ~_handed_in(Organisation.id, quarter_on, end), ~said)
        .order_by(quarter_on.desc(), Organisation.search_name)
    )
    return [(anchor_id, day) for anchor_id, day in found]


def delivered(session: Session, anchor_id: int, span: Period) -> bool:
    """Whether an anchor handed in anything of a quarter, or of a month."""
    return bool(session.scalar(select(_handed_in(anchor_id, span.start, span.end))))


def find_nothing(session: Session, anchor_id: int, span: Period) -> NothingBought | None:
    """What an anchor said of a quarter, or of one month, in which it bought nothing."""
    quarter, month_on = quarter_and_month(span)
    return session.scalar(
        select(NothingBought).where(
            NothingBought.anchor_id == anchor_id, NothingBought.quarter_on == quarter.start,
            NothingBought.month_on.is_not_distinct_from(month_on),
        )
    )  # fmt: skip


def open_spans(entries: Sequence[Entry]) -> list[Period]:
    """Quarters of which an anchor neither handed in nor said anything, and the months that half ones lack."""
    found = []
    for each in entries:
        if each.state in {State.WAITING, State.LATE}:
            found.append(each.quarter)
        elif each.lack is not None and each.lack.by is Lacking.MONTHS:
            found += [month(start) for start in each.silent]
    return found
