"""Lineage per unit: since when its holder has it, and how often it was paid on since it came into the circle.

Two answers to which units leave an account. *Proportional* (main): a part of all that is there, so 60 at hop 1 and 40
at hop 3 paying 50 send 30 at hop 2 and 20 at hop 4. *FIFO* (sensitivity): those that are there longest; of what came in
one transfer, those with fewest hops. A payment between members makes a hop and begins a new holding; clearing begins a
new holding; a move between accounts of one owner, a reversal and what is reversed leave both as they are. What comes
from outside begins at hop 0.
"""

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from fractions import Fraction
from operator import itemgetter

from ledger.flows.rules import Flows, Kind, Transfer

SCALE = 720720**3
"""Parts of a cent in the proportional answer: whole after the usual splits, else rounded down once per transfer."""

ROUNDS = 3
Sums = tuple[int, int, int, int, int]
"""Over the units of an account, in parts: since when, hops, and what is at hop 0, 1 and 2."""
_NOTHING: Sums = (0, 0, 0, 0, 0)

Lot = tuple[int, int, int]
"""Cents, since when (microseconds since the first transfer), hop."""


class Step(IntEnum):
    """What a transfer does to lineage."""

    NONE = 0
    IN = 1
    OUT = 2
    BACK = 3
    HOP = 4
    KEEP = 5
    RENEW = 6


def step(flows: Flows, place: int) -> Step:
    """What the transfer at this place does."""
    transfer, paired = flows.transfers[place], flows.partner[place] >= 0
    giver, taker = transfer.giver in flows.outside, transfer.taker in flows.outside
    if giver and taker:
        return Step.NONE
    if giver:
        return Step.BACK if transfer.kind is Kind.REVERSAL else Step.IN
    if taker:
        return Step.OUT
    if paired or transfer.kind is Kind.INTERNAL:
        return Step.KEEP
    return Step.HOP if transfer.kind is Kind.PAYMENT else Step.RENEW


@dataclass(slots=True)
class Tally:
    """What payments and redemptions of the window add up to, and what is there at its end.

    `held` is the sum of cents × microseconds held, over units that left by payment; `rounds` the cents of payments at
    hop 1, 2 and 3; `hops_*` sums of cents × hop.
    """

    paid: int = 0
    held: Fraction = Fraction(0)
    rounds: list[Fraction] = field(default_factory=lambda: [Fraction(0)] * ROUNDS)
    redeemed: int = 0
    hops_redeemed: Fraction = Fraction(0)
    hops_there: Fraction = Fraction(0)
    never_paid_on: Fraction = Fraction(0)
    lots: list[Lot] = field(default_factory=list)


class Proportional:
    """Well-mixed accounts: of each the cents, and the sums over them."""

    def __init__(self) -> None:
        self.cents: defaultdict[str, int] = defaultdict(int)
        self.sums: defaultdict[str, Sums] = defaultdict(lambda: _NOTHING)
        self._gone: dict[int, Sums] = {}
        self._held = self._redeemed = self._first = self._second = self._third = 0
        self.tally = Tally()

    def put(self, name: str, cents: int, more: Sums) -> None:
        """Units come in."""
        self.cents[name] += cents
        mine = self.sums[name]
        self.sums[name] = (
            mine[0] + more[0], mine[1] + more[1], mine[2] + more[2], mine[3] + more[3], mine[4] + more[4],
        )  # fmt: skip

    def take(self, name: str, cents: int) -> Sums:
        """Units leave: the same part of all."""
        there, sums = self.cents[name], self.sums[name]
        self.cents[name] = there - cents
        if cents == there:
            self.sums[name] = _NOTHING
            return sums
        since, hops, zero, one, two = sums
        taken = (
            since * cents // there, hops * cents // there, zero * cents // there, one * cents // there,
            two * cents // there,
        )  # fmt: skip
        self.sums[name] = (since - taken[0], hops - taken[1], zero - taken[2], one - taken[3], two - taken[4])
        return taken

    def move(self, transfer: Transfer, what: int, place: int, partner: int, now: int, counts: bool) -> None:
        """Follow one transfer; `counts` when it lies in the window."""
        cents, parts = transfer.amount, transfer.amount * SCALE
        if what == Step.IN:
            self.put(transfer.taker, cents, (parts * now, 0, parts, 0, 0))
            return
        if what == Step.BACK:
            self.put(transfer.taker, cents, self._gone.pop(partner))
            return
        taken = self.take(transfer.giver, cents)
        if what == Step.OUT:
            if partner >= 0:
                self._gone[place] = taken
            elif counts and transfer.kind is Kind.REDEEM:
                self.tally.redeemed += cents
                self._redeemed += taken[1]
            return
        since, hops, zero, one, two = taken
        if what == Step.HOP:
            if counts:
                self.tally.paid += cents
                self._held += parts * now - since
                self._first += zero
                self._second += one
                self._third += two
            taken = (parts * now, hops + parts, 0, zero, one)
        elif what == Step.RENEW:
            taken = (parts * now, hops, zero, one, two)
        self.put(transfer.taker, cents, taken)

    def finished(self) -> Tally:
        """The sums, in cents."""
        tally = self.tally
        tally.held = Fraction(self._held, SCALE)
        tally.rounds = [Fraction(each, SCALE) for each in (self._first, self._second, self._third)]
        tally.hops_redeemed = Fraction(self._redeemed, SCALE)
        tally.hops_there = Fraction(sum(each[1] for each in self.sums.values()), SCALE)
        tally.never_paid_on = Fraction(sum(each[2] for each in self.sums.values()), SCALE)
        return tally


class Queues:
    """First in, first out. Of each account the lots, longest there first."""

    def __init__(self) -> None:
        self.lots: defaultdict[str, deque[Lot]] = defaultdict(deque)
        self._gone: dict[int, list[Lot]] = {}
        self.tally = Tally()
        self._rounds = [0] * ROUNDS
        self._held = self._redeemed = 0

    def put(self, name: str, lots: list[Lot]) -> None:
        """Lots come in, among those that are there by since when."""
        mine = self.lots[name]
        for lot in lots:
            if mine and mine[-1][1] > lot[1]:
                mine.insert(bisect_right(mine, lot[1], key=itemgetter(1)), lot)
            else:
                mine.append(lot)

    def take(self, name: str, cents: int) -> list[Lot]:
        """Lots leave, the last of them in part."""
        mine, taken = self.lots[name], []
        while cents:
            lot = mine.popleft()
            if lot[0] > cents:
                mine.appendleft((lot[0] - cents, lot[1], lot[2]))
                lot = (cents, lot[1], lot[2])
            taken.append(lot)
            cents -= lot[0]
        return taken

    def move(self, transfer: Transfer, what: int, place: int, partner: int, now: int, counts: bool) -> None:
        """Follow one transfer; `counts` when it lies in the window."""
        if what == Step.IN:
            self.put(transfer.taker, [(transfer.amount, now, 0)])
            return
        if what == Step.BACK:
            self.put(transfer.taker, self._gone.pop(partner))
            return
        taken = self.take(transfer.giver, transfer.amount)
        if what == Step.OUT:
            if partner >= 0:
                self._gone[place] = taken
            elif counts and transfer.kind is Kind.REDEEM:
                self.tally.redeemed += transfer.amount
                self._redeemed += sum(cents * hop for cents, _, hop in taken)
            return
        if what == Step.HOP:
            if counts:
                self._count(transfer.amount, taken, now)
            taken = _renewed(taken, now, 1)
        elif what == Step.RENEW:
            taken = _renewed(taken, now, 0)
        self.put(transfer.taker, taken)

    def _count(self, amount: int, taken: list[Lot], now: int) -> None:
        self.tally.paid += amount
        for cents, since, hop in taken:
            self._held += cents * (now - since)
            if hop < ROUNDS:
                self._rounds[hop] += cents

    def finished(self) -> Tally:
        """The sums, and every lot."""
        tally = self.tally
        tally.held = Fraction(self._held)
        tally.rounds = [Fraction(each) for each in self._rounds]
        tally.hops_redeemed = Fraction(self._redeemed)
        tally.lots = [lot for mine in self.lots.values() for lot in mine]
        tally.hops_there = Fraction(sum(cents * hop for cents, _, hop in tally.lots))
        tally.never_paid_on = Fraction(sum(cents for cents, _, hop in tally.lots if not hop))
        return tally


def _renewed(lots: list[Lot], now: int, further: int) -> list[Lot]:
    """The same units with their new holder: one lot per hop, as they came in together."""
    if len(lots) == 1:
        cents, _, hop = lots[0]
        return [(cents, now, hop + further)]
    by_hop: dict[int, int] = {}
    for cents, _, hop in lots:
        by_hop[hop] = by_hop.get(hop, 0) + cents
    return [(by_hop[hop], now, hop + further) for hop in sorted(by_hop)]


def steps(flows: Flows, last: int) -> bytes:
    """What each transfer up to the place `last` does."""
    return bytes([step(flows, place) for place in range(last)])


def followed(flows: Flows, done: bytes, first: int, book: Proportional | Queues) -> Tally:
    """Follow the transfers that do this, from the beginning; count those from the place `first`."""
    move: Callable[[Transfer, int, int, int, int, bool], None] = book.move
    began = flows.transfers[0].at if flows.transfers else 0
    for place, (what, transfer, partner) in enumerate(
        zip(done, flows.transfers, flows.partner, strict=False)
    ):
        if what:
            move(transfer, what, place, partner, transfer.at - began, place >= first)
    return book.finished()


def ages(lots: list[Lot], now: int) -> Iterator[tuple[int, int]]:
    """Cents and how long they are there, of each lot."""
    return ((cents, now - since) for cents, since, _ in lots)
