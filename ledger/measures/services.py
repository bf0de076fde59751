"""Measuring what is still to be measured, and writing down what it costs."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from ledger.books.queries import midnight
from ledger.circulation.rules import measured, payments_of, stock_of, window_of
from ledger.conditions.rules import Group
from ledger.flows.rules import Flows, arranged
from ledger.instruments import queries as instruments
from ledger.instruments.models import Instrument
from ledger.instruments.rules import Code
from ledger.measures import queries, rules
from ledger.measures.errors import BooksUnreadable, CostGone
from ledger.measures.gateway import code_hash
from ledger.measures.models import CirculationMeasure, CurrencyCost
from ledger.measures.rules import Cell, Window


def measure(session: Session, *, code: Code, at: datetime) -> list[CirculationMeasure]:
    """Measure each window that is over and was not measured: the year up to today, and whole quarters.

    Raises:
        BooksUnreadable: the books hold what the measures do not know.
    """
    found = instruments.instrument(session, code)
    first = queries.began(session, found)
    if first is None:
        return []
    due = rules.windows(local_date(first), local_date(at), queries.kept(session, found))
    made = [
        CirculationMeasure(
            instrument_code=code, live=found.live, window=each, found=figures_of(session, found, each),
            code=code_hash(), at=at,
        )
        for each in due
    ]  # fmt: skip
    session.add_all(made)
    session.flush()
    return made


def figures_of(session: Session, found: Instrument, window: Window) -> dict[str, Any]:
    """The figures of a window, without those of fewer than five.

    Raises:
        BooksUnreadable.
    """
    books = queries.books(session, found, midnight(window.until))
    flows, faults = arranged(rules.transfers_of(books.lines))
    if faults:
        raise BooksUnreadable(why=faults[0].what)
    start, end = (rules.micros(midnight(each)) for each in window)
    figures = measured(flows, start=start, end=end)
    beside = _beside(session, found, flows, books.owners, (start, end))
    told = min(beside["accounts"], beside["payers"]) >= rules.LEAST
    if not told:
        return {
            "version": rules.VERSION,
            "measured": None,
            "residual": figures["stock_flow_residual"],
            "beside": None,
        }
    beside["fees"] = queries.fees(session, found, window)
    return {
        "version": rules.VERSION,
        "measured": figures,
        "residual": figures["stock_flow_residual"],
        "beside": beside,
    }


def _beside(
    session: Session, found: Instrument, flows: Flows, owners: Mapping[str, int], window: tuple[int, int]
) -> dict[str, Any]:
    """What the file does not tell: who is at the most that they may hold, and what groups of holders did."""
    span = window_of(flows, *window)
    held: Counter[int] = Counter()
    own: Counter[int] = Counter()  # without what it put on paper
    paid: Counter[int] = Counter()
    received: Counter[int] = Counter()
    for name, cents in stock_of(flows, span).balances.items():
        if name in owners:
            held[owners[name]] += cents
            own[owners[name]] += cents if name.startswith("m") else 0
    for (giver, taker), cents in payments_of(flows, span).between.items():
        paid[owners[giver]] += cents
        received[owners[taker]] += cents
    groups: defaultdict[Group, list[queries.Holder]] = defaultdict(list)
    for each in queries.holders(session, found):
        if each.account_id in held:
            groups[each.group].append(each)
    cells = []
    for group, there in groups.items():
        has, gave, got = ([of[each.account_id] for each in there] for of in (held, paid, received))
        counts = [sum(cents > 0 for cents in each) for each in (has, gave, got)]
        fewest = min((each for each in counts if each), default=0)
        cells.append(Cell(group.value, len(there), sum(has), sum(gave), sum(got), fewest))
    cells.sort(key=lambda each: list(Group).index(Group(each.group)))
    known = [each for there in groups.values() for each in there]
    return {
        "accounts": len(known), "payers": sum(cents > 0 for cents in paid.values()),
        "at_ceiling": sum(each.ceiling is not None and own[each.account_id] >= each.ceiling > 0 for each in known),
        "groups": [
            {"group": each.group, "accounts": each.accounts, "held": each.held, "paid": each.paid,
             "received": each.received}
            for each in rules.shown(cells)
        ],
    }  # fmt: skip


def note_cost(
    session: Session, *, code: Code, on: date, amount: Money, minutes: int, what: str, actor: Actor, at: datetime
) -> CurrencyCost:  # fmt: skip
    """Write down what running an instrument took on a day, in euros and minutes of work.

    Raises:
        CostEmpty, CostInFuture, TextMissing: refused. InstrumentUnknown.
    """
    found = instruments.instrument(session, code)
    made = CurrencyCost(
        instrument_code=code, live=found.live, spent_on=on, amount=amount.minor, minutes=minutes, what=what,
        noted_by_id=actor.user_id, noted_at=at,
    )  # fmt: skip
    made.public_id = uuid7()
    session.add(made)
    session.flush()
    _note(session, "noted", made, actor, at)
    return made


def withdraw_cost(session: Session, *, public_id: UUID, actor: Actor, at: datetime) -> None:
    """Take a line off that was wrong; it stays in the books of what was written.

    Raises:
        CostUnknown, CostGone: refused.
    """
    found = queries.cost(session, public_id)
    if found.withdrawn_at is not None:
        raise CostGone
    found.withdrawn_at, found.withdrawn_by_id = at, actor.user_id
    session.flush()
    _note(session, "withdrawn", found, actor, at)


def _note(session: Session, act: str, found: CurrencyCost, actor: Actor, at: datetime) -> None:
    record(
        session, action=f"currency_cost.{act}", subject=f"currency_cost:{found.public_id}", actor_id=actor.user_id,
        facts={"instrument": found.instrument_code, "amount": found.amount, "minutes": found.minutes}, at=at,
    )  # fmt: skip
