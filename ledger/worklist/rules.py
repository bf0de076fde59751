"""What an answer about a supplier is worth: how far it raises the coverage, exactly."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

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
        return self._after(self.rows[:answers])

    def steps(self) -> list[Fraction | None]:
        """The coverage after the first answer, after two, and so on."""
        gained = accumulate(abs(each.net) for each in self.rows)
        settled = accumulate(each.size for each in self.rows)
        return [
            _ratio(self.known + more, self.known + self.unknown + more - less)
            for more, less in zip(gained, settled, strict=True)
        ]

    def needed(self) -> int | None:
        """How many answers the gate of publication needs; None when all together are not enough."""
        if self.coverage is not None and self.coverage >= MIN_COVERAGE:
            return 0
        enough = (
            n for n, each in enumerate(self.steps(), start=1) if each is not None and each >= MIN_COVERAGE
        )
        return next(enough, None)

    def _after(self, answered: Sequence[Open]) -> Fraction | None:
        more, less = sum(abs(each.net) for each in answered), sum(each.size for each in answered)
        return _ratio(self.known + more, self.known + self.unknown + more - less)


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
    PLACE = "place"
    ASK = "ask"


STEP_TEXT = {
    Step.DECIDE: N_("Beslis wie dit is"),
    Step.LOOK_UP: N_("Zoek het nummer op"),
    Step.PLACE: N_("Maak het adres preciezer"),
    Step.ASK: N_("Vraag wie dit is"),
}


def next_step(*, found: bool, pointed: bool, has_number: bool) -> Step:
    """What to do: `found` is it a legal person already, `pointed` does a looked-up number point at one."""
    if found:
        return Step.PLACE
    if pointed:
        return Step.DECIDE
    return Step.LOOK_UP if has_number else Step.ASK
