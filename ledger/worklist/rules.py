"""What an answer about a supplier is worth: how far it raises the coverage, exactly."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from cwb.kernel.period import Period
from cwb.kernel.text import N_
from ledger.share.rules import MIN_COVERAGE, Standing


class Bought(NamedTuple):
    """What was bought of a supplier with one verdict, net, in cents: a unit of the measure."""

    whose: str
    supplier_id: int
    standing: Standing
    net: int


@dataclass(frozen=True, slots=True)
class Open:
    """A supplier with unproven purchases. `size` is what they count now, unit by unit; `net` what an answer makes them.

    A credit note that is its own unproven unit is netted once the supplier is proven, so `net` may be smaller.
    """

    whose: str
    supplier_id: int
    net: int
    size: int


@dataclass(frozen=True, slots=True)
class Work:
    """All that is open in a period, most money at stake first, and the sizes of what is and is not proven."""

    known: int
    unknown: int
    rows: Sequence[Open]

    @property
    def coverage(self) -> Fraction | None:
        """Which part of the spend is proven, local or not."""
        return _ratio(self.known, self.known + self.unknown)

    def after(self, answers: int) -> Fraction | None:
        """The same once the first so many suppliers are proven, whatever the answers are."""
        return next(reversed(self.steps(max(0, min(answers, len(self.rows)) - 1), answers)), self.coverage)

    def steps(self, start: int = 0, stop: int | None = None) -> list[Fraction | None]:
        """The coverage after each answer of a part of the list, all before it answered too."""
        return [_ratio(*each) for each in islice(self._sums(), start, stop)]

    def needed(self) -> int | None:
        """How many answers the gate of publication needs; None when all together are not enough."""
        if self.coverage is not None and self.coverage >= MIN_COVERAGE:
            return 0
        least, whole_of = MIN_COVERAGE.numerator, MIN_COVERAGE.denominator
        sums = enumerate(self._sums(), start=1)
        return next((n for n, (part, whole) in sums if whole and part * whole_of >= whole * least), None)

    def _sums(self) -> Iterator[tuple[int, int]]:
        """What is proven, and all there is, after each answer."""
        part, whole = self.known, self.known + self.unknown
        for each in self.rows:
            part, whole = part + abs(each.net), whole + abs(each.net) - each.size
            yield part, whole


def _ratio(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def work(rows: Iterable[Bought]) -> Work:
    """What is open among what was bought, each unit (supplier and verdict) once."""
    known = unknown = 0
    by_supplier: dict[str, list[Bought]] = {}
    for each in rows:
        if each.standing is Standing.UNKNOWN:
            unknown += abs(each.net)
            by_supplier.setdefault(each.whose, []).append(each)
        else:
            known += abs(each.net)
    found = [
        Open(whose, max(those, key=lambda e: (abs(e.net), -e.supplier_id)).supplier_id,
             sum(e.net for e in those), sum(abs(e.net) for e in those))
        for whose, those in by_supplier.items()
    ]  # fmt: skip
    found.sort(key=lambda each: (-each.size, each.whose))
    return Work(known, unknown, [each for each in found if each.size])


class Step(StrEnum):
    """What to do next about an unproven supplier."""

    DECIDE = "decide"
    LOOK_UP = "look_up"
    COPY = "copy"
    PLACE = "place"
    ASK = "ask"
    BEGUN = "begun"
    LATER = "later"
    RENEW = "renew"


STEP_TEXT = {
    Step.DECIDE: N_("Beslis wie dit is"),
    Step.LOOK_UP: N_("Zoek het nummer op"),
    Step.PLACE: N_("Maak het adres preciezer"),
    Step.COPY: N_("Neem het uittreksel over"),
    Step.ASK: N_("Vraag wie dit is"),
    Step.BEGUN: N_("De vestiging begon pas op %(day)s"),
    Step.LATER: N_("Het bewijs begint pas op %(day)s"),
    Step.RENEW: N_("Vernieuw het bewijs"),
}

BUYER_TEXT = {
    Step.DECIDE: N_("Het programma kijkt wie dit is"),
    Step.LOOK_UP: N_("Het programma zoekt het nummer op"),
    Step.PLACE: N_("Het programma maakt het adres preciezer"),
    Step.COPY: N_("Het programma zoekt het nummer op"),
    Step.ASK: N_("Geef het KvK-nummer"),
    Step.BEGUN: STEP_TEXT[Step.BEGUN],
    Step.LATER: STEP_TEXT[Step.LATER],
    Step.RENEW: N_("Het programma vernieuwt het bewijs"),
}
"""The same as its buyer reads it: only a number is the buyer's to give."""


class Proof(NamedTuple):
    """From when until when (exclusive) a place is proven, and whether a register says so."""

    from_on: date
    until_on: date
    registered: bool


def next_step(
    period: Period,
    proofs: Sequence[Proof],
    *,
    found: bool,
    pointed: bool,
    has_number: bool,
    register_on: bool,
) -> tuple[Step, date | None]:
    """What to do, and the day that goes with it. A place that is proven for a part of the period needs no number.

    `found` is it a legal person already, `pointed` does a looked-up number point at one, `register_on` can a number
    be looked up here.
    """
    first = min(proofs, default=None)
    if first is not None and first.from_on > period.start:
        return Step.BEGUN if first.registered else Step.LATER, first.from_on
    if first is not None and max(each.until_on for each in proofs) < period.end:
        return Step.RENEW, None
    return _who(found=found, pointed=pointed, has_number=has_number, register_on=register_on), None


def _who(*, found: bool, pointed: bool, has_number: bool, register_on: bool) -> Step:
    if found:
        return Step.PLACE
    if pointed:
        return Step.DECIDE
    if not has_number:
        return Step.ASK
    return Step.LOOK_UP if register_on else Step.COPY
