"""Drawing lines from a seed, and what findings say of all lines.

Whoever has the seed and the lines (public id and amount in cents) draws the same: the order is that of
SHA-256("seed:id"), so it does not matter in which order the lines come. A simple random sample takes the first; a
monetary-unit sample lays points on the sum of all amounts (credit notes by their size) at equal distances from a start
that follows from the seed, so that a euro, not a line, has the same chance.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from heapq import nsmallest
from math import comb
from typing import NamedTuple

from cwb.kernel.text import N_
from ledger.samples.errors import (
    FindingUnknown,
    MethodUnknown,
    RightAmountMissing,
    RightAmountSame,
    SeedTooShort,
    SizeInvalid,
)

MOST = 500
"""As many lines as an auditor looks at."""

WHOLE = 10_000
CONFIDENCE = Fraction(95, 100)


class Method(StrEnum):
    """How lines are drawn."""

    RANDOM = "random"
    MONEY = "money"


METHODS: Mapping[Method, str] = {
    Method.RANDOM: N_("Elke regel heeft dezelfde kans"),
    Method.MONEY: N_("Elke euro heeft dezelfde kans"),
}


class Finding(StrEnum):
    """What an auditor found of a line."""

    RIGHT = "right"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_PLACE = "wrong_place"
    NO_PAPER = "no_paper"


FINDINGS: Mapping[Finding, str] = {
    Finding.RIGHT: N_("klopt"),
    Finding.WRONG_AMOUNT: N_("bedrag fout"),
    Finding.WRONG_PLACE: N_("plaats fout"),
    Finding.NO_PAPER: N_("geen stuk"),
}


class Line(NamedTuple):
    """A line that can be drawn: its public id, and its amount in cents."""

    key: str
    amount: int


class Hit(NamedTuple):
    """A drawn line; `hits`: how often, which is more than once only for large amounts of a monetary-unit sample."""

    line: Line
    hits: int


class Looked(NamedTuple):
    """A drawn line with what was found; None: not looked at yet."""

    hits: int
    finding: Finding | None


class Outcome(NamedTuple):
    """What a sample says.

    `rate`: wrong of what was looked at. `upper`: with 95 % certainty no more of all lines, or of all money, is wrong;
    in ten-thousandths, None while something is still to be looked at.
    """

    size: int
    looked: int
    wrong: int
    rate: Fraction | None
    upper: int | None


def check_plan(method: str, size: int, seed: str, *, lines: int) -> str:
    """The seed of a plan, cleaned.

    Raises:
        MethodUnknown, SizeInvalid, SeedTooShort.
    """
    if method not in METHODS:
        raise MethodUnknown(field="method")
    if not 1 <= size <= min(MOST, lines):
        raise SizeInvalid(field="size", most=min(MOST, lines))
    if len(seed.strip()) < 8:
        raise SeedTooShort(field="seed")
    return seed.strip()


def check_finding(finding: str, right_amount: int | None, booked: int | None = None) -> None:
    """A finding of the list; a wrong amount comes with the right one, in cents, which is not what was `booked`.

    Raises:
        FindingUnknown, RightAmountMissing, RightAmountSame.
    """
    if finding not in FINDINGS:
        raise FindingUnknown(field="finding")
    if (finding == Finding.WRONG_AMOUNT) != (right_amount is not None):
        raise RightAmountMissing(field="right_amount")
    if right_amount is not None and right_amount == booked:
        raise RightAmountSame(field="right_amount")


def population_hash(lines: Iterable[Line]) -> str:
    """SHA-256 over "id amount" of every line, in the order of the ids, each with a line end."""
    found = sha256()
    for line in sorted(lines):
        found.update(f"{line.key} {line.amount}\n".encode())
    return found.hexdigest()


def draw(lines: Sequence[Line], *, method: str, seed: str, size: int) -> list[Hit]:
    """The lines a seed draws, in the order in which they are drawn."""

    def rank(line: Line) -> str:
        return sha256(f"{seed}:{line.key}".encode()).hexdigest()

    if method == Method.RANDOM:
        return [Hit(line, 1) for line in nsmallest(size, lines, key=rank)]
    total = sum(abs(line.amount) for line in lines)
    if total == 0:
        return []
    start = int(sha256(f"{seed}:start".encode()).hexdigest(), 16) % total
    points = sorted((start + number * total // size) % total for number in range(size))
    found, passed, at = [], 0, 0
    for line in sorted(lines, key=rank):
        passed += abs(line.amount)
        first = at
        while at < size and points[at] < passed:
            at += 1
        if at > first:
            found.append(Hit(line, at - first))
    return found


def outcome(looked: Sequence[Looked]) -> Outcome:
    """What was found, and what that says of everything. A wrong line counts for all of its amount: on the safe side."""
    size = sum(each.hits for each in looked)
    seen = sum(each.hits for each in looked if each.finding is not None)
    wrong = sum(each.hits for each in looked if each.finding not in {None, Finding.RIGHT})
    done = seen == size and size > 0
    return Outcome(
        size, seen, wrong, Fraction(wrong, seen) if seen else None, upper(wrong, size) if done else None
    )


def counted(looked: Sequence[Looked]) -> dict[Finding, int]:
    """How often each kind of fault was found; kinds that were not found are left out."""
    faults = [each for each in Finding if each is not Finding.RIGHT]
    found = {kind: sum(each.hits for each in looked if each.finding is kind) for kind in faults}
    return {kind: number for kind, number in found.items() if number}


def upper(wrong: int, size: int, tail: Fraction = 1 - CONFIDENCE) -> int:
    """The exact upper bound (Clopper and Pearson, one-sided, 95 %) of the share that is wrong, in ten-thousandths.

    The smallest share at which so few wrong ones, or fewer, would be seen in no more than 5 % (`tail`) of such samples.
    """
    low, high = 0, WHOLE
    while low < high:
        middle = (low + high) // 2
        fewer = sum(comb(size, k) * middle**k * (WHOLE - middle) ** (size - k) for k in range(wrong + 1))
        if Fraction(fewer, WHOLE**size) <= tail:
            high = middle
        else:
            low = middle + 1
    return low
