"""When a price raises a question, and where that question stands. Pure.

A hint is a question, never a verdict: a person asks, reads the explanation and judges (Aanbestedingswet 2.116). Dutch
law gives no number and no number of days; what it does give stands in `settings.toml` with how certain that is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from cwb.kernel.calendar import working_days_after
from cwb.kernel.text import N_


@dataclass(frozen=True, slots=True)
class Settings:
    """Dated: at how many percent below the mean of at least so many others, or below the estimate, a hint appears."""

    valid_from: date
    below_others_percent: int
    least_others: int
    below_estimate_percent: int
    least_working_days: int
    source: str
    certainty: str

    def first_day(self, on: date) -> date:
        """The earliest last day to answer for a question of this day."""
        return working_days_after(on, self.least_working_days)


class Against(StrEnum):
    """What a price lies far below."""

    OTHERS = "others"
    ESTIMATE = "estimate"
    FLOOR = "floor"


HINTS: Mapping[Against, str] = {
    Against.OTHERS: N_("%(percent)s procent onder het gemiddelde van de andere inschrijvingen"),
    Against.ESTIMATE: N_("%(percent)s procent onder uw raming"),
    Against.FLOOR: N_("%(percent)s procent te laag voor het loon dat u vroeg"),
}
"""What a hint says to the buyer."""

TOLD: Mapping[Against, str] = {
    Against.OTHERS: N_("veel lager dan de andere inschrijvingen"),
    Against.ESTIMATE: N_("veel lager dan de koper raamde"),
    Against.FLOOR: N_("te laag voor het laagste loon in deze opdracht"),
}
"""What it says to the bidder: no percentage, for with its own price that would betray the others."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A price lies so many whole percents below something."""

    against: Against
    percent: int


def hints(
    price: int, others: Sequence[int], estimate: int | None, settings: Settings, floor_percent: int = 0
) -> list[Hint]:
    """What makes a price ask for an explanation; all in euro cents.

    `others`: the other valid bids of the lot. `floor_percent`: how far its labour lies
    below the wage floor. At or beyond the percentage counts; percents are rounded half up.
    """
    found = []
    if len(others) >= settings.least_others:
        found.append((Against.OTHERS, Fraction(sum(others), len(others)), settings.below_others_percent))
    if estimate is not None and estimate > 0:
        found.append((Against.ESTIMATE, Fraction(estimate), settings.below_estimate_percent))
    made = []
    for against, measure, least in found:
        below = (measure - price) * 100 / measure
        if below >= least:
            made.append(Hint(against, int(below + Fraction(1, 2))))
    return [*made, *([Hint(Against.FLOOR, floor_percent)] if floor_percent else [])]


class Verdict(StrEnum):
    """What a buyer makes of an explanation."""

    EXPLAINED = "explained"
    UNEXPLAINED = "unexplained"
    UNLAWFUL = "unlawful"
    AIDED = "aided"


VERDICTS: Mapping[Verdict, str] = {
    Verdict.EXPLAINED: N_("De prijs is uitgelegd. De inschrijving doet mee."),
    Verdict.UNEXPLAINED: N_("De uitleg is niet genoeg. De inschrijving doet niet mee."),
    Verdict.UNLAWFUL: N_(
        "De prijs kan niet met de wet: milieu, loon of arbeid. De inschrijving doet niet mee."
    ),
    Verdict.AIDED: N_(
        "De prijs is laag door staatssteun, en niet bewezen is dat die mag. De inschrijving doet niet mee."
    ),
}
"""What may follow (Directive 2014/24, art. 69, paragraphs 3 and 4, of which Aanbestedingswet 2.116 is the Dutch form).

Not enough to account for the price: may be rejected. Low because social, labour or environmental law is not kept: must
be. Low because of State aid: only after asking, with time enough, and when it is not shown that the aid is allowed; the
European Commission is told.
"""

OUT: Mapping[Verdict, str] = {
    Verdict.UNEXPLAINED: "De prijs is abnormaal laag en niet genoeg uitgelegd (artikel 2.116).",
    Verdict.UNLAWFUL: "De prijs is zo laag omdat de wet over milieu, loon of arbeid niet is gevolgd (artikel 2.116).",
    Verdict.AIDED: "De prijs is zo laag door staatssteun, en niet is bewezen dat die mag (artikel 2.116).",
}
"""Verdicts that take a bid out, with what panel and letter read; the reasons themselves stand with the question."""


class State(StrEnum):
    """Where a question stands; only the last is an end."""

    ASKED = "asked"
    READY = "ready"
    JUDGED = "judged"
    CONFIRMED = "confirmed"


STATES: Mapping[State, tuple[str, str]] = {
    State.ASKED: (N_("wacht op de inschrijver"), "info"),
    State.READY: (N_("wacht op uw oordeel"), "warn"),
    State.JUDGED: (N_("wacht op een tweede persoon"), "warn"),
    State.CONFIRMED: (N_("klaar"), "good"),
}
"""State → text and tone."""


def state_of(*, is_heard: bool, is_judged: bool, is_confirmed: bool) -> State:
    """The state from what was done; without an answer the buyer judges once the term is over."""
    if is_confirmed:
        return State.CONFIRMED
    if is_judged:
        return State.JUDGED
    return State.READY if is_heard else State.ASKED
