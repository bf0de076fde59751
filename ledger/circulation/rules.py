"""The measures of a local currency over a window, exact until they are written. Amounts are cents.

Volume is what members paid each other: no reversals and not what they reverse, wherever in the file. Stock is what
members hold. Formulas: docs/cli.md.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from ledger.circulation.errors import WindowInvalid
from ledger.flows.rules import CREDIT, Flows, Kind, Transfer
from ledger.lineage.rules import Proportional, Queues, Tally, ages, followed, steps
from ledger.loops.rules import loop_share
from ledger.share.rules import euro, ratio

DAY = 24 * 3600 * 10**6
YEAR = 365 * DAY
"""In microseconds; velocities are per year of 365 days."""
OLD = 90 * DAY
UNIT = "per year of 365 days"


@dataclass(frozen=True, slots=True)
class Window:
    """From an instant up to another; the transfers in it are those from place `first` up to `last`."""

    start: int
    end: int
    first: int
    last: int

    @property
    def length(self) -> int:
        """In microseconds."""
        return self.end - self.start


@dataclass(slots=True)
class Stock:
    """What members hold, and why it changed in the window. `area` is the stock summed over time (cents × µs)."""

    opening: int = 0
    closing: int = 0
    area: int = 0
    issued: int = 0
    redeemed: int = 0
    lapsed: int = 0
    to_funds: int = 0
    paid_outside: int = 0
    from_funds: int = 0
    balances: dict[str, int] = field(default_factory=dict)

    @property
    def residual(self) -> int:
        """What the flows do not explain; 0, or something is wrong."""
        explained = self.issued - self.redeemed - self.lapsed - self.to_funds - self.paid_outside
        return self.closing - self.opening - explained


def window_of(flows: Flows, start: int | None, end: int | None) -> Window:
    """The window asked for: up to, not including, `end`. Without it: from the first transfer to and with the last.

    Raises:
        WindowInvalid: it ends before it begins.
    """
    transfers = flows.transfers
    begin = start if start is not None else transfers[0].at
    until = end if end is not None else max(begin, transfers[-1].at)
    if until < begin:
        raise WindowInvalid(why="it ends before it begins")
    last = len(transfers) if end is None else bisect_left(transfers, until, key=_instant)
    return Window(begin, until, min(last, bisect_left(transfers, begin, key=_instant)), last)


def _instant(transfer: Transfer) -> int:
    return transfer.at


def stock_of(flows: Flows, window: Window) -> Stock:
    """The stock over the window."""
    stock, members = Stock(), 0
    balances: defaultdict[str, int] = defaultdict(int)
    since = window.start
    for place in range(window.last):
        transfer = flows.transfers[place]
        inside = (transfer.taker not in flows.outside) - (transfer.giver not in flows.outside)
        if place == window.first:
            stock.opening = members
        if place >= window.first:
            stock.area += members * (transfer.at - since)
            since = transfer.at
            if inside:
                _explain(stock, flows, place, inside)
        balances[transfer.giver] -= transfer.amount
        balances[transfer.taker] += transfer.amount
        members += inside * transfer.amount
    if window.first == window.last:
        stock.opening = members
    stock.area += members * (window.end - since)
    stock.balances = {name: cents for name, cents in balances.items() if name not in flows.outside}
    stock.closing = sum(stock.balances.values())
    return stock


def _explain(stock: Stock, flows: Flows, place: int, inside: int) -> None:
    """Why this transfer over the edge of the circle changed the stock; a reversal takes back what it reverses."""
    transfer = flows.transfers[place]
    undone = transfer.kind is Kind.REVERSAL
    kind = flows.transfers[flows.partner[place]].kind if undone else transfer.kind
    into = inside * transfer.amount
    other = transfer.giver if inside > 0 else transfer.taker
    if kind is Kind.ISSUE:
        stock.issued += into
    elif kind is Kind.REDEEM:
        stock.redeemed -= into
    elif kind is Kind.LAPSE:
        stock.lapsed -= into
    elif other in flows.issuers and kind not in {Kind.FEE, Kind.DEMURRAGE}:
        stock.paid_outside -= into
    else:
        stock.to_funds -= into
        if (inside > 0) is not undone:
            stock.from_funds += into


@dataclass(frozen=True, slots=True)
class Payments:
    """What members paid each other in the window."""

    count: int
    volume: int
    between: Mapping[tuple[str, str], int]
    apart: Mapping[Kind, int]
    payers: frozenset[str]


def payments_of(flows: Flows, window: Window) -> Payments:
    """The volume of the window, who paid whom; other kinds apart, and who ever paid before the window's end."""
    count = 0
    between: Counter[tuple[str, str]] = Counter()
    apart: Counter[Kind] = Counter()
    payers: set[str] = set()
    for place in range(window.last):
        transfer = flows.transfers[place]
        if transfer.kind is not Kind.PAYMENT or flows.partner[place] >= 0:
            if place >= window.first:
                apart[transfer.kind] += transfer.amount
        elif transfer.giver not in flows.outside and transfer.taker not in flows.outside:
            payers.add(transfer.giver)
            if place >= window.first:
                count += 1
                between[transfer.giver, transfer.taker] += transfer.amount
    return Payments(count, sum(between.values()), between, apart, frozenset(payers))


def gini(holdings: Iterable[int]) -> Fraction | None:
    """How unequally it is held: 0 all the same, towards 1 all with one. None when nothing is held."""
    ordered = sorted(holdings)
    whole = sum(ordered)
    if not whole:
        return None
    weighted = sum(place * cents for place, cents in enumerate(ordered, start=1))
    return Fraction(2 * weighted, len(ordered) * whole) - Fraction(len(ordered) + 1, len(ordered))


def top_share(holdings: Sequence[int]) -> Fraction | None:
    """What the tenth (rounded up) with most holds, as a part of all."""
    most = sorted(holdings, reverse=True)[: -(-len(holdings) // 10)]
    return part(sum(most), sum(holdings))


def part(some: int | Fraction, whole: int | Fraction) -> Fraction | None:
    """A part of a whole; None when there is no whole."""
    return Fraction(some) / whole if whole > 0 else None


def measured(
    flows: Flows, *, start: int | None = None, end: int | None = None, ceiling: int | None = None
) -> dict[str, object]:
    """All measures of the window, as they are written: amounts exact, else four decimals, None where undefined.

    Raises:
        WindowInvalid: it ends before it begins.
    """
    window = window_of(flows, start, end)
    stock, payments = stock_of(flows, window), payments_of(flows, window)
    done = steps(flows, window.last)
    mixed = followed(flows, done, window.first, Proportional())
    queues = followed(flows, done, window.first, Queues())
    inflow = stock.issued + stock.from_funds
    return {
        "transfers": sum(
            CREDIT not in (each.giver, each.taker) for each in flows.transfers[window.first : window.last]
        ),
        "days": ratio(Fraction(window.length, DAY)),
        "payments": payments.count,
        "volume": euro(payments.volume),
        "apart": {kind.value: euro(payments.apart.get(kind, 0)) for kind in Kind if kind is not Kind.PAYMENT},
        "reversed_payments": euro(payments.apart.get(Kind.PAYMENT, 0)),
        "average_stock": _euros(part(stock.area, window.length)),
        "velocity_unit": UNIT,
        "velocity_by_stock": ratio(part(payments.volume * YEAR, stock.area)),
        **_speeds(mixed, stock, window, ""),
        **_speeds(queues, stock, window, "_fifo"),
        "hops": {"proportional": _hops(mixed, stock), "fifo": _hops(queues, stock)},
        "rounds": {"proportional": _rounds(mixed), "fifo": _rounds(queues)},
        "leakage": None if flows.mutual else ratio(part(stock.redeemed + stock.paid_outside, inflow)),
        "stock_flow": _stock_flow(stock),
        "stock_flow_residual": euro(stock.residual),
        "loop_share": ratio(loop_share(payments.between)),
        "stuck": _stuck(stock, queues, flows, window, ceiling),
        "never_circulated": ratio(part(mixed.never_paid_on, stock.closing)),
        "never_circulated_fifo": ratio(part(queues.never_paid_on, stock.closing)),
        "held_by_who_never_paid": ratio(
            part(sum(c for name, c in stock.balances.items() if name not in payments.payers), stock.closing)
        ),
    }


def _euros(cents: Fraction | None) -> str | None:
    return None if cents is None else ratio(cents / 100)


def _speeds(tally: Tally, stock: Stock, window: Window, which: str) -> dict[str, str | None]:
    """By holding time; and the stock that would do all the paying at that speed, with its part of the stock.

    Volume ÷ (time × V_hold) is what was held, over time; V_conv ÷ V_hold is that over the stock summed over time.
    """
    return {
        f"velocity_by_holding_time{which}": ratio(part(tally.paid * YEAR, tally.held)),
        f"effective_stock{which}": _euros(part(tally.held, window.length)) if tally.held else None,
        f"effective_share{which}": ratio(part(tally.held, stock.area)) if tally.held else None,
    }


def _hops(tally: Tally, stock: Stock) -> dict[str, str | None]:
    """How often a unit was paid on, on average: those redeemed in the window, and those there at its end."""
    return {
        "at_redemption": ratio(part(tally.hops_redeemed, tally.redeemed)),
        "in_circulation": ratio(part(tally.hops_there, stock.closing)),
    }


def _rounds(tally: Tally) -> list[str | None]:
    """Per 100 first spent: what was spent at hop 1, 2 and 3."""
    return [ratio(part(100 * each, tally.rounds[0])) for each in tally.rounds]


def _stock_flow(stock: Stock) -> dict[str, str | None]:
    return {
        "opening": euro(stock.opening),
        "issued": euro(stock.issued),
        "redeemed": euro(stock.redeemed),
        "lapsed": euro(stock.lapsed),
        "net_to_funds": euro(stock.to_funds),
        "net_paid_outside": euro(stock.paid_outside),
        "closing": euro(stock.closing),
    }


def _stuck(
    stock: Stock, queues: Tally, flows: Flows, window: Window, ceiling: int | None
) -> dict[str, object]:
    """Where it does not move: at the ceiling, in lots of more than 90 days (FIFO), with few."""
    held = list(stock.balances.values())
    began = flows.transfers[0].at
    old = sum(cents for cents, age in ages(queues.lots, window.end - began) if age > OLD)
    return {
        "accounts": len(held),
        "at_ceiling": None if ceiling is None else sum(cents >= ceiling for cents in held),
        "older_than_90_days": euro(old),
        "older_than_90_days_share": ratio(part(old, stock.closing)),
        "top_tenth_share": ratio(top_share(held)),
        "gini": ratio(gini(held)),
    }
