"""The registered analysis of a stepped wedge, in whole numbers and fractions: nothing depends on a machine's rounding.

**Difference.** In each period, the mean over traders that have begun less the mean over those that have not; over the
periods weighted by n₁n₀/(n₁ + n₀). Periods in which all or none have begun say nothing. So a change that comes to
everybody at once is never taken for an effect.

**Chance.** The allocation is drawn again, by the registered rules, with the seeds "seed:redraw:1", "seed:redraw:2", … p
= (1 + how many of these show a difference as large, either way) ÷ (1 + how many were drawn).

**Interval.** Every effect τ that this test does not refute at 5 %: taking τ away from who had begun, the difference
that is left is not larger than in more than 95 % of the redraws. Outcomes are millionths, rounded half-up once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from ledger.allocation.rules import Cluster, allocate

ALPHA = Fraction(5, 100)
SCALE = 1_000_000


class Value(NamedTuple):
    """The outcome of one trader in one period (0: nobody has begun; the wave w begins in period w)."""

    cluster: str
    period: int
    share: Fraction


class Finding(NamedTuple):
    """What the registered analysis says. None where there was nothing to compare, or no end to the interval.

    `begun` and `waiting`: values compared.
    """

    difference: Fraction | None
    p: Fraction | None
    low: Fraction | None
    high: Fraction | None
    begun: int
    waiting: int


class Panel:
    """Sums of values by cluster and period, arranged so that a redraw costs one addition per cluster."""

    def __init__(self, values: Iterable[Value]) -> None:
        self.count: defaultdict[tuple[str, int], int] = defaultdict(int)
        total: defaultdict[tuple[str, int], int] = defaultdict(int)
        for each in values:
            self.count[each.cluster, each.period] += 1
            total[each.cluster, each.period] += _millionths(each.share)
        self.total: Mapping[tuple[str, int], int] = total
        self.periods = sorted({period for _, period in self.count})
        self.keys = sorted({key for key, _ in self.count})
        self.size = {at: sum(self.count.get((key, at), 0) for key in self.keys) for at in self.periods}
        self.unit = lcm(*self.size.values()) if self.size else 1

    def gains(self, of: Mapping[tuple[str, int], int]) -> dict[str, list[int]]:
        """Per cluster, for each wave that is one of the periods' places: what beginning there adds to the numerator."""
        whole = {at: sum(of.get((key, at), 0) for key in self.keys) for at in self.periods}
        found = {}
        for key in self.keys:
            line = [0]
            for at in reversed(self.periods):
                here = self.size[at] * of.get((key, at), 0) - whole[at] * self.count.get((key, at), 0)
                line.append(line[-1] + here * (self.unit // self.size[at]))
            found[key] = line[::-1]
        return found

    def starts(self, waves: Mapping[str, int]) -> dict[str, int]:
        """In which place among the periods each cluster of the panel begins."""
        return {key: sum(at < waves[key] for at in self.periods) for key in self.keys}

    def weight(self, starts: Mapping[str, int]) -> int:
        """The denominator: Σ n₁n₀/(n₁ + n₀) over the periods, times the unit."""
        found = 0
        for place, at in enumerate(self.periods):
            begun = sum(self.count.get((key, at), 0) for key in self.keys if starts[key] <= place)
            found += begun * (self.size[at] - begun) * (self.unit // self.size[at])
        return found

    def contrast(self, gains: Mapping[str, Sequence[int]], starts: Mapping[str, int]) -> Fraction:
        """The difference, in what `gains` counts, if the clusters had begun at these places."""
        return Fraction(sum(gains[key][starts[key]] for key in self.keys), self.weight(starts))


def redraws(clusters: Sequence[Cluster], *, seed: str, waves: int, number: int) -> list[dict[str, int]]:
    """The waves of as many allocations, drawn again by the registered rules."""
    return [
        {key: at.wave for key, at in allocate(clusters, seed=f"{seed}:redraw:{each}", waves=waves).items()}
        for each in range(1, number + 1)
    ]


def analyse(
    values: Iterable[Value],
    waves: Mapping[str, int],
    drawn: Sequence[Mapping[str, int]],
    *,
    interval: bool = True,
) -> Finding:
    """The difference of this allocation, against `drawn`, what the draw could have given as well."""
    panel = Panel(values)
    own = panel.starts(waves)
    had = {
        (key, at): number
        for (key, at), number in panel.count.items()
        if own[key] <= panel.periods.index(at)
    }  # fmt: skip
    begun = sum(had.values())
    waiting = sum(panel.count.values()) - begun
    if not panel.weight(own):
        return Finding(None, None, None, None, begun, waiting)
    totals = panel.gains(panel.total)
    seen = panel.contrast(totals, own)
    others = [starts for starts in map(panel.starts, drawn) if panel.weight(starts)]
    left = [panel.contrast(totals, starts) for starts in others]
    p = Fraction(1 + sum(abs(each) >= abs(seen) for each in left), 1 + len(left))
    low = high = None
    if interval:
        effects = panel.gains(had)
        low, high = _interval([
            _unrefuted(seen, each, panel.contrast(effects, starts))
            for each, starts in zip(left, others, strict=True)
        ])  # fmt: skip
    return Finding(
        seen / SCALE, p, None if low is None else low / SCALE, None if high is None else high / SCALE, begun, waiting
    )  # fmt: skip


def _unrefuted(seen: Fraction, left: Fraction, shared: Fraction) -> tuple[Fraction | None, Fraction | None]:
    """From where to where an effect τ keeps |left − τ·shared| ≥ |seen − τ|; None: without end."""
    ends = []
    for part, over in ((seen - left, 1 - shared), (seen + left, 1 + shared)):
        if not over:
            return None, None
        ends.append(part / over)
    return min(ends), max(ends)


def _interval(
    ends: Sequence[tuple[Fraction | None, Fraction | None]],
) -> tuple[Fraction | None, Fraction | None]:
    """The effects with p > 5 %: as far as enough redraws do not refute them, on each side."""
    need = int(ALPHA * (1 + len(ends)))
    if not 1 <= need <= len(ends):
        return None, None
    lows = sorted(low for low, _ in ends if low is not None)
    highs = sorted((high for _, high in ends if high is not None), reverse=True)
    without = len(ends) - len(lows)
    if without >= need:
        return None, None
    return lows[need - without - 1], highs[need - without - 1]


def _millionths(share: Fraction) -> int:
    return (2 * share.numerator * SCALE + share.denominator) // (2 * share.denominator)
