"""The most that cancels out among many parties, in whole cents (multilateral set-off).

O_ij is what i owes j. Asked is X with 0 <= X <= O that leaves every party's net position as it was, and whose sum is
largest. The residual R = O - X is a flow of least cost: every party sends what it owes more than it is owed. A source
of liquidity is one node more: it lends to a party up to what that may borrow, and takes from a party up to what that
may hold; borrowed and held come out equal.

Which of the largest sums is chosen is fixed: first the largest total, then the least credit, then the oldest due dates,
then the order of the parties' names. The costs of the flow hold these in one whole number, each step outweighing all
that come after it: a cycle of the residual network passes each party once, so `parties` times the largest age is less
than one step.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ledger.netting.errors import AnswerWrong, TooMuchTogether

Ints = NDArray[np.int64]
Nodes = NDArray[np.int32]

MOST_TOGETHER = 2**61
"""Cents, of all obligations: every sum of them and of their differences fits 64 bits."""

OLDEST = 3650
"""Days: what is due longer counts as due so long."""

PATIENCE = 300
"""How often the check of the optimum may look at all arcs, before it says that it could not be shown."""


@dataclass(frozen=True, slots=True)
class Network:
    """Who owes whom. `debtor` and `creditor` point into `parties`, which are sorted; one row per pair and age.

    `age` is in days, 0 for the youngest debt. `borrow` and `hold` are per party.
    """

    parties: tuple[str, ...]
    debtor: Nodes
    creditor: Nodes
    amount: Ints
    age: Ints
    borrow: Ints
    hold: Ints

    @property
    def total(self) -> int:
        """All that is owed."""
        return int(self.amount.sum())

    @property
    def position(self) -> Ints:
        """Per party: what it is owed less what it owes."""
        return self.flow_into(self.amount)

    @property
    def net_internal_debt(self) -> int:
        """The least money from outside that settles everything."""
        return int(np.maximum(self.position, 0).sum())

    def flow_into(self, amounts: Ints) -> Ints:
        """Per party: what comes in less what goes out, when `amounts` move along the rows."""
        found = np.zeros(len(self.parties), np.int64)
        np.add.at(found, self.creditor, amounts)
        np.subtract.at(found, self.debtor, amounts)
        return found


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow of least cost asked: arcs with capacity and cost, and what each node has too much of."""

    tail: Nodes
    head: Nodes
    capacity: Ints
    cost: Ints
    supply: Ints


@dataclass(frozen=True, slots=True)
class Cleared:
    """The answer: per row of the network what is set off, per party what it borrowed (positive) or holds (negative).

    `proven`: our own check showed that no other answer is better; else it took too long to show.
    """

    network: Network
    amount: Ints
    credit: Ints
    proven: bool

    @property
    def total(self) -> int:
        """All that is set off."""
        return int(self.amount.sum())

    @property
    def credit_used(self) -> int:
        """What the source lent."""
        return int(np.maximum(self.credit, 0).sum())

    @property
    def share(self) -> Fraction | None:
        """Part of the obligations that is set off; None without any."""
        total = self.network.total
        return Fraction(self.total, total) if total else None


def network(
    names: Sequence[str],
    debtor: Sequence[int],
    creditor: Sequence[int],
    amount: Sequence[int],
    *,
    age: Sequence[int] | None = None,
    credit: Mapping[str, tuple[int, int]] | None = None,
) -> Network:
    """A network in its one order, from rows in any order; rows of one pair (and age) are summed.

    `debtor` and `creditor` point into `names`. `credit` says per name what it may borrow and hold; more than a party
    owes, or is owed, can never be used and is left out.

    Raises:
        TooMuchTogether: see `MOST_TOGETHER`.
    """
    if sum(amount) > MOST_TOGETHER:
        raise TooMuchTogether
    order = sorted(range(len(names)), key=names.__getitem__)
    place = np.empty(len(names), np.int32)
    place[order] = np.arange(len(names), dtype=np.int32)
    owing, owed = place[np.asarray(debtor, np.int32)], place[np.asarray(creditor, np.int32)]
    days = np.zeros(len(owing), np.int64) if age is None else np.minimum(np.asarray(age, np.int64), OLDEST)
    rows = np.lexsort((days, owed, owing))
    owing, owed, days = owing[rows], owed[rows], days[rows]
    cents = np.asarray(amount, np.int64)[rows]
    first = np.flatnonzero(_differs(owing) | _differs(owed) | _differs(days))
    if len(first):
        cents = np.add.reduceat(cents, first)
    owing, owed, days = owing[first], owed[first], days[first]
    owes, gets = np.zeros(len(names), np.int64), np.zeros(len(names), np.int64)
    np.add.at(owes, owing, cents)
    np.add.at(gets, owed, cents)
    lines = [(credit or {}).get(names[each], (0, 0)) for each in order]
    borrow, hold = (
        np.array([min(line[side], int(most)) for line, most in zip(lines, mosts, strict=True)], np.int64)
        for side, mosts in ((0, owes), (1, gets))
    )
    return Network(tuple(names[each] for each in order), owing, owed, cents, days, borrow, hold)


def _differs(values: NDArray[np.int32] | Ints) -> NDArray[np.bool_]:
    """Where a value is another than the one before it; the first always is."""
    found = np.ones(len(values), np.bool_)
    found[1:] = values[1:] != values[:-1]
    return found


def flow_of(net: Network) -> Flow:
    """The flow that the residual of the largest set-off is."""
    parties = len(net.parties)
    source = np.int32(parties)
    lends, takes = (np.flatnonzero(each).astype(np.int32) for each in (net.borrow, net.hold))
    step = (parties + 1) * int(net.age.max(initial=0)) + 1
    return Flow(
        np.concatenate((net.debtor, lends, np.full(len(takes), source, np.int32))),
        np.concatenate((net.creditor, np.full(len(lends), source, np.int32), takes)),
        np.concatenate((net.amount, net.borrow[lends], net.hold[takes])),
        np.concatenate((net.age + 2 * step, np.full(len(lends), step), np.zeros(len(takes), np.int64))),
        np.append(-net.position, 0),
    )


def cleared(net: Network, flow: Flow, answer: Ints) -> Cleared:
    """What a flow says, after our own check of it.

    Raises:
        AnswerWrong: more than is owed, a net position that moved, credit beyond its limit, or not the most.
    """
    if len(answer) != len(flow.capacity) or bool(((answer < 0) | (answer > flow.capacity)).any()):
        raise AnswerWrong(why="meer dan er open staat of mag")
    rows = len(net.amount)
    amount, rest = net.amount - answer[:rows], answer[rows:]
    credit = np.zeros(len(net.parties), np.int64)
    lends = np.flatnonzero(net.borrow)
    credit[lends] += rest[: len(lends)]
    credit[np.flatnonzero(net.hold)] -= rest[len(lends) :]
    if bool((net.flow_into(amount) + credit).any()) or int(credit.sum()):
        raise AnswerWrong(why="een saldo verschuift")
    if bool(((credit > net.borrow) | (-credit > net.hold)).any()):
        raise AnswerWrong(why="krediet boven de grens")
    best = is_least(flow, answer)
    if best is False:
        raise AnswerWrong(why="er kan meer")
    return Cleared(net, amount, credit, proven=best is True)


def is_least(flow: Flow, answer: Ints) -> bool | None:
    """Whether no flow costs less: there are prices at which no arc that has room left is worth using.

    The prices are the shortest ways through the residual network, found by looking, round by round, only at arcs that
    leave a node whose price fell. Prices that go on falling after as many rounds as there are nodes fall around a
    circle: then a cheaper flow exists (False). None: it would take too long to show.
    """
    more, less = answer < flow.capacity, answer > 0
    tail = np.concatenate((flow.tail[more], flow.head[less]))
    order = np.argsort(tail, kind="stable")
    head = np.concatenate((flow.head[more], flow.tail[less]))[order]
    cost = np.concatenate((flow.cost[more], -flow.cost[less]))[order]
    nodes = len(flow.supply)
    counts = np.bincount(tail, minlength=nodes)
    starts = np.cumsum(counts) - counts
    price = np.zeros(nodes, np.int64)
    fell = np.flatnonzero(counts)
    looks = 0
    for _ in range(nodes + 1):
        leaving = counts[fell]
        looks += int(leaving.sum())
        if not looks or looks > PATIENCE * (len(head) + nodes):
            return None if looks else True
        arcs = np.repeat(starts[fell] - np.cumsum(leaving) + leaving, leaving) + np.arange(int(leaving.sum()))
        before = price.copy()
        np.minimum.at(price, head[arcs], np.repeat(price[fell], leaving) + cost[arcs])
        fell = np.flatnonzero(price < before)
        if not len(fell):
            return True
    return False
