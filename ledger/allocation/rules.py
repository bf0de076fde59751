"""A stepped wedge drawn from a seed: every cluster gets its turn, chance decides when and with what.

Whoever has the seed and the clusters (first member and size) draws the same, in any language:

1. Rank of a thing: SHA-256 of the UTF-8 text "seed:thing", as lower-case hexadecimal; smaller comes first.
2. Clusters by size, largest first, then by name; cut into rows of as many clusters as there are waves. A row is in the
   order of the ranks of its clusters' names, the waves 1 to W in that of the ranks of "wave 1 of R" to "wave W of R"
   with the row's number R (from 1). The first cluster of the row gets the first wave of that order, and so on. So each
   wave has one cluster of each size, and a last row that is not full is as fair as the others.
3. Arms in the order of the ranks of "arm A", and so on. Clusters by wave, then by the rank of their name, get arms in
   turn.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from hashlib import sha256
from math import isqrt
from typing import NamedTuple

from cwb.kernel.canonical import digest
from ledger.allocation.errors import ArmsInvalid, ClustersInvalid, SampleInvalid, SeedInvalid, WavesInvalid

ARMS = ("A", "A+", "B")
"""What a cluster gets when its wave begins; before that it is in E (euro only)."""

MOST_WAVES = 12
POWER = Fraction(28, 10)
"""80 % power at 5 % two-sided: 1.96 + 0.84."""


class Cluster(NamedTuple):
    """A trading cluster by its first member, and how many members it has."""

    key: str
    size: int


class Place(NamedTuple):
    """When a cluster begins, and with what."""

    wave: int
    arm: str


def check_seed(seed: str) -> str:
    """A seed, cleaned.

    Raises:
        SeedInvalid.
    """
    if not 8 <= len(seed.strip()) <= 200:
        raise SeedInvalid(field="seed")
    return seed.strip()


def check_design(clusters: Sequence[Sequence[str]], waves: int, arms: Sequence[str]) -> None:
    """Clusters, waves and arms fit together.

    Raises:
        ClustersInvalid, WavesInvalid, ArmsInvalid.
    """
    members = [each for cluster in clusters for each in cluster]
    if len(clusters) < 2 or not all(clusters) or len(set(members)) < len(members):
        raise ClustersInvalid
    most = min(MOST_WAVES, len(clusters))
    if not 2 <= waves <= most:
        raise WavesInvalid(field="waves", most=most)
    if not arms or len(set(arms)) < len(arms) or not set(arms) <= set(ARMS):
        raise ArmsInvalid(field="arms")


def sized(clusters: Iterable[Sequence[str]]) -> list[Cluster]:
    """Clusters by their first members."""
    return [Cluster(min(members), len(members)) for members in clusters]


def frozen(clusters: Iterable[Sequence[str]]) -> str:
    """SHA-256 (hex) over the canonical JSON of the clusters, members and clusters sorted."""
    return digest(sorted(sorted(members) for members in clusters))


def rank(seed: str, thing: str) -> str:
    """The place of a thing in a draw."""
    return sha256(f"{seed}:{thing}".encode()).hexdigest()


def allocate(
    clusters: Iterable[Cluster], *, seed: str, waves: int, arms: Sequence[str] = ("A",)
) -> dict[str, Place]:
    """The wave (from 1) and arm of every cluster, as the draw of this seed has it."""
    ordered = sorted(clusters, key=lambda each: (-each.size, each.key))
    ranks = {each.key: rank(seed, each.key) for each in ordered}
    wave_of: dict[str, int] = {}
    for start in range(0, len(ordered), waves):
        row = sorted((each.key for each in ordered[start : start + waves]), key=ranks.__getitem__)
        number = start // waves + 1
        turns = sorted((rank(seed, f"wave {wave} of {number}"), wave) for wave in range(1, waves + 1))
        wave_of.update((key, wave) for key, (_, wave) in zip(row, turns, strict=False))
    if len(arms) == 1:
        return {key: Place(wave, arms[0]) for key, wave in wave_of.items()}
    drawn = sorted(arms, key=lambda arm: rank(seed, f"arm {arm}"))
    queue = sorted(wave_of, key=lambda key: (wave_of[key], ranks[key]))
    return {key: Place(wave_of[key], drawn[number % len(drawn)]) for number, key in enumerate(queue)}


def detectable(
    *, per_arm: int, sd: Fraction, cluster: Fraction = Fraction(1), rho: Fraction = Fraction(0)
) -> Fraction:
    """The smallest difference that 80 % of such trials would show: 2.8 × sd × √(2/n) × √(1 + (m − 1)ρ).

    `cluster`: m, members per cluster; `rho`: how alike they are. Rounded half-up to ten-thousandths.

    Raises:
        SampleInvalid.
    """
    for wrong, what in (
        (per_arm < 1, "n < 1"), (sd <= 0, "sd ≤ 0"), (cluster < 1, "m < 1"), (not 0 <= rho <= 1, "ρ < 0, ρ > 1"),
    ):  # fmt: skip
        if wrong:
            raise SampleInvalid(what=what)
    square = POWER**2 * sd**2 * Fraction(2, per_arm) * (1 + (cluster - 1) * rho) * 20_000**2
    doubled = isqrt(square.numerator // square.denominator)
    return Fraction((doubled + 1) // 2, 10_000)


def alike_size(sizes: Sequence[int]) -> Fraction:
    """Members per cluster as a member meets them: Σ size² ÷ Σ size."""
    return Fraction(sum(size * size for size in sizes), sum(sizes))
