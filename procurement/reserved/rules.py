"""How a statement for reserved contracts stands on a day: pure decisions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of statement: its name in addresses and the trail, the letter after a check, and what it refuses."""

    name: str
    letter: str
    missing: type[NotFound]
    settled: type[Conflict]
    own_check: type[Forbidden]
    no_note: type[RuleBroken]


class Standing(StrEnum):
    """How an organisation stands for a reserved contract on a day."""

    MISSING = "missing"
    EXPIRED = "expired"
    REFUSED = "refused"
    BELOW = "below"
    STATED = "stated"
    CHECKED = "checked"


FITS = frozenset({Standing.STATED, Standing.CHECKED})
"""Standings that let somebody compete: what was not checked yet, the buyer looks at."""

STANDINGS: Mapping[Standing, str] = {
    Standing.MISSING: N_("Niets ingevuld"),
    Standing.EXPIRED: N_("Verlopen"),
    Standing.REFUSED: N_("Afgekeurd"),
    Standing.BELOW: N_("Te laag aandeel"),
    Standing.STATED: N_("Ingevuld, nog niet gecontroleerd"),
    Standing.CHECKED: N_("Gecontroleerd"),
}
"""Standing → its text."""


def standing(*, valid_until: date, accepted: bool | None, on: date) -> Standing:
    """How a statement stands on a day. `accepted`: what the check said, None before it."""
    if accepted is False:
        return Standing.REFUSED
    if valid_until < on:
        return Standing.EXPIRED
    return Standing.CHECKED if accepted else Standing.STATED
