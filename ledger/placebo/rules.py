"""Traders that are invented and on whom nothing has an effect, led through the whole registered analysis.

Each run: traders in neighbourhoods that trade together, with habits of their own, habits of the neighbourhood and a
change over time that comes to all; clusters from the rows before the start; an allocation; the primary outcome per
period; the test. What it finds, it finds by chance.
"""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import NamedTuple

from ledger.allocation.rules import allocate, sized
from ledger.communities.rules import clusters_of
from ledger.inference.rules import ALPHA, Finding, Value, analyse, redraws
from ledger.samples.rules import WHOLE, upper
from ledger.secondhop.rules import Row, second_hop
from ledger.share.rules import Standing

TRADERS = 48
NEIGHBOURHOOD = 4
WAVES = 4
REDRAWS = 199
PLACES = {"here": Standing.LOCAL, "elsewhere": Standing.NOT_LOCAL}
"""Where invented traders buy beside each other; nothing is known of "nowhere"."""


class Placebo(NamedTuple):
    """How often something was found where nothing was; `low`, `high`: 95 % interval (Clopper and Pearson)."""

    runs: int
    found: int
    low: Fraction
    high: Fraction

    @property
    def rate(self) -> Fraction:
        """Of all runs."""
        return Fraction(self.found, self.runs)

    @property
    def covers(self) -> bool:
        """Whether the interval holds the 5 % that were promised."""
        return self.low <= ALPHA <= self.high


def placebo(runs: int, seed: str) -> Placebo:
    """The rate over as many runs."""
    found = 0
    for number in range(1, runs + 1):
        p = one_run(f"{seed}:{number}").p
        found += p is not None and p <= ALPHA
    tail = (1 - Fraction(95, 100)) / 2
    low, high = WHOLE - upper(runs - found, runs, tail), upper(found, runs, tail)
    return Placebo(runs, found, Fraction(low, WHOLE), Fraction(high, WHOLE))


def one_run(seed: str) -> Finding:
    """Invent traders, and analyse them as registered."""
    chance = Random(f"placebo:{seed}")  # noqa: S311 # invents traders; guards nothing
    names = [f"trader {number:02d}" for number in range(TRADERS)]
    habits = {name: chance.random() / 2 for name in names}
    shared = [chance.random() / 4 for _ in range(0, TRADERS, NEIGHBOURHOOD)]
    places = {**PLACES, **dict.fromkeys(names, Standing.LOCAL)}
    values: list[Value] = []
    clusters: list[tuple[str, ...]] = []
    home: dict[str, str] = {}
    for period in range(WAVES + 1):
        rows = list(_rows(chance, names, habits, shared, period / 20))
        if not clusters:
            links: Counter[tuple[str, str]] = Counter()
            for row in rows:
                links[row.giver, row.taker] += row.amount
            clusters = list(clusters_of(names, links).clusters)
            home = {name: cluster[0] for cluster in clusters for name in cluster}
        landed = second_hop(rows, names, places)
        values += [Value(home[name], period, each.low) for name, each in landed.items()]
    units = sized(clusters)
    waves = min(WAVES, len(units))
    given = {key: place.wave for key, place in allocate(units, seed=seed, waves=waves).items()}
    drawn = redraws(units, seed=seed, waves=waves, number=REDRAWS)
    return analyse(values, given, drawn, interval=False)


def _rows(
    chance: Random, names: list[str], habits: dict[str, float], shared: list[float], later: float
) -> Iterator[Row]:
    """What invented traders buy in a period: two purchases next door, at times one further away, the rest outside."""
    for place, name in enumerate(names):
        start = place - place % NEIGHBOURHOOD
        for step in (1, 2):
            yield Row(
                name, names[start + (place - start + step) % NEIGHBOURHOOD], chance.randrange(10_000, 90_000)
            )
        if chance.random() < 0.2:
            yield Row(name, chance.choice(names), chance.randrange(1_000, 20_000))
        whole = chance.randrange(50_000, 500_000)
        here = int(
            whole * min(0.9, habits[name] + shared[place // NEIGHBOURHOOD] + later + chance.random() / 10)
        )
        doubt = (whole - here) // 5
        yield Row(name, "here", here)
        yield Row(name, "nowhere", doubt)
        yield Row(name, "elsewhere", whole - here - doubt)
