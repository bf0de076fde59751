"""Conditions on an organisation for services reserved under article 2.82a: pure decisions.

Source: Aanbestedingswet 2012, art. 2.82a (Directive 2014/24/EU, art. 77), its wording not read in a source: which
answer meets it is told as uncertain, and people judge. Four things are asked: a public task, what happens with
profit, who has a say, and no contract so reserved from the same buyer in the three years before.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from cwb.kernel.text import N_
from procurement.missions import errors
from procurement.reserved.rules import Kind

RESERVED = "2.82a"
"""The reservation that asks for this, as `procurement.advice` names it."""

KIND = Kind(
    "missions", N_("Uw publieke taak is gecontroleerd"), errors.MissionNotFound, errors.MissionSettled,
    errors.CheckedBySelf, errors.NoteMissing,
)  # fmt: skip
"""What is its own of this kind of statement."""

LONGEST = timedelta(days=366)
"""How long a statement counts at most (a choice of the house: the law names no term)."""

YEARS_BETWEEN = 3
"""Years in which the same buyer gave no contract so reserved before (art. 77, not read in a source)."""

LEAST_AIM, LEAST_BASIS = 40, 10
"""Characters in which the public task, and where it is written, are told."""

PROFITS: Mapping[str, str] = {
    "reinvested": N_("Wij steken winst terug in ons doel"),
    "shared": N_("Wij verdelen winst onder wie meewerkt of meedoet"),
    "owners": N_("Wij keren winst uit aan eigenaren"),
}
CONTROLS: Mapping[str, str] = {
    "workers": N_("Werknemers hebben zeggenschap"),
    "participants": N_("Gebruikers of andere deelnemers hebben zeggenschap"),
    "none": N_("Geen van beide"),
}
"""Answers → their texts; the last of each closes these contracts."""

CLOSED = frozenset({"owners", "none"})
"""Answers with which nobody competes here."""


def since(at: datetime) -> datetime:
    """From when an earlier contract counts against one: three years before."""
    try:
        return at.replace(year=at.year - YEARS_BETWEEN)
    except ValueError:  # 29 February
        return at.replace(year=at.year - YEARS_BETWEEN, day=28)


def check_mission(
    *, aim: str, profit: str, control: str, basis: str, valid_until: date, today: date
) -> tuple[str, str]:
    """A statement as it may be kept; its two texts, trimmed.

    Raises:
        TextTooShort, NotMet, DayInvalid: at the field.
    """
    told, written = aim.strip(), basis.strip()
    if len(told) < LEAST_AIM:
        raise errors.TextTooShort(field="aim", least=LEAST_AIM)
    for field, answer, known in (("profit", profit, PROFITS), ("control", control, CONTROLS)):
        if answer in CLOSED or answer not in known:
            raise errors.NotMet(field=field)
    if len(written) < LEAST_BASIS:
        raise errors.TextTooShort(field="basis", least=LEAST_BASIS)
    if not today < valid_until <= today + LONGEST:
        raise errors.DayInvalid(field="valid_until", last=today + LONGEST)
    return told, written
