"""Strongly connected components: who is reached by the money that he paid."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction


def components(arcs: Iterable[tuple[str, str]]) -> dict[str, int]:
    """The number of the component of each party: two parties share one when money can go from each to the other.

    Tarjan's search, without recursion.
    """
    after: defaultdict[str, list[str]] = defaultdict(list)
    for giver, taker in arcs:
        after[giver].append(taker)
        after[taker]
    search = _Search(after)
    for root in after:
        if root not in search.seen:
            search.go(root)
    return search.found


class _Search:
    """One search in depth: when a party was seen, and the first party that it comes back to."""

    def __init__(self, after: Mapping[str, list[str]]) -> None:
        self.after = after
        self.seen: dict[str, int] = {}
        self.lowest: dict[str, int] = {}
        self.found: dict[str, int] = {}
        self._open: list[str] = []
        self._work: list[tuple[str, Iterator[str]]] = []

    def _enter(self, party: str) -> None:
        self.seen[party] = self.lowest[party] = len(self.seen)
        self._open.append(party)
        self._work.append((party, iter(self.after[party])))

    def go(self, root: str) -> None:
        """All that can be reached from here."""
        self._enter(root)
        while self._work:
            party, rest = self._work[-1]
            if (other := next(rest, None)) is None:
                self._leave(party)
            elif other not in self.seen:
                self._enter(other)
            elif other not in self.found:
                self.lowest[party] = min(self.lowest[party], self.seen[other])

    def _leave(self, party: str) -> None:
        self._work.pop()
        if self._work:
            above = self._work[-1][0]
            self.lowest[above] = min(self.lowest[above], self.lowest[party])
        if self.lowest[party] == self.seen[party]:
            while party not in self.found:
                self.found[self._open.pop()] = self.seen[party]


def loop_share(volumes: Mapping[tuple[str, str], int]) -> Fraction | None:
    """Which part of the volume stays inside components; None without volume."""
    whole = sum(volumes.values())
    if not whole:
        return None
    of = components(volumes)
    return Fraction(
        sum(amount for (giver, taker), amount in volumes.items() if of[giver] == of[taker]), whole
    )
