"""Counts for reserved contracts as values: pure decisions.

Source: Aanbestedingswet 2012, art. 2.82 (Directive 2014/24/EU, art. 20). The law asks a main aim and a share; whether a
paper proves it, people decide. People are counted as heads; never by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from cwb.kernel.text import N_
from procurement.reserved import rules as reserved
from procurement.reserved.rules import FITS, Kind, Standing
from procurement.workplaces import errors

KIND = Kind(
    "workplaces", N_("Uw telling voor voorbehouden opdrachten is gecontroleerd"), errors.CountNotFound,
    errors.CountSettled, errors.CheckedBySelf, errors.NoteMissing,
)  # fmt: skip
"""What is its own of this kind of statement."""

LONGEST = timedelta(days=366)
"""How long a proof counts at most after the day of counting (a choice of the house: the law names no term)."""

WARNED = timedelta(days=60)
"""How long before its end a count asks to be renewed (a GVA or an audit takes weeks)."""

LEAST_AIM = 40
"""Characters in which the main aim is told."""

RESERVED = "2.82"
"""The reservation that asks for this, as `procurement.advice` names it."""

PROOFS: Mapping[str, str] = {
    "pso": N_("Certificaat, zoals PSO 30+"),
    "register": N_("Uitdraai doelgroepregister, zonder namen"),
    "accountant": N_("Verklaring van accountant of boekhouder"),
    "municipality": N_("Beschikking van de gemeente of het UWV, zonder namen"),
    "other": N_("Een ander stuk"),
}
"""Kinds of proof."""


@dataclass(frozen=True, slots=True)
class CountFacts:
    """What a cooperative states: heads at work, of them from the target group, of those lent out or hired in."""

    counted_on: date
    people: int
    target: int
    seconded: int
    aim: str
    proof: str
    proof_note: str
    valid_until: date


def meets(people: int, target: int, percent: int) -> bool:
    """Whether the share is at least so many percent; exact, a third person of ten is 30 percent."""
    return people > 0 and target * 100 >= percent * people


def share(people: int, target: int) -> Decimal:
    """The share in percent with two decimals, rounded down: what is shown never looks like more than it is."""
    if people <= 0:
        return Decimal(0)
    return (Decimal(target) * 100 / Decimal(people)).quantize(Decimal("0.01"), rounding=ROUND_DOWN)


def lacking(people: int, target: int, percent: int) -> int:
    """How many more people of the target group, hired besides, bring the share to the percentage."""
    short = percent * people - 100 * target
    return 0 if short <= 0 else -(-short // (100 - percent))


def standing(
    people: int, target: int, *, valid_until: date, accepted: bool | None, on: date, percent: int
) -> Standing:
    """How a count stands on a day: as `procurement.reserved` says, and below the share it opens nothing."""
    found = reserved.standing(valid_until=valid_until, accepted=accepted, on=on)
    return Standing.BELOW if found in FITS and not meets(people, target, percent) else found


def check_count(facts: CountFacts, today: date) -> None:
    """A count as it may be kept. One below the share may be kept too: it says what lacks.

    Raises:
        NobodyCounted, TargetTooMany, CountDayInvalid, AimTooShort, ProofMissing, ProofDayInvalid: at the field.
    """
    if facts.people < 1:
        raise errors.NobodyCounted(field="people")
    if facts.target > facts.people:
        raise errors.TargetTooMany(field="target", most=facts.people)
    if facts.seconded > facts.target:
        raise errors.TargetTooMany(field="seconded", most=facts.target)
    if not today - LONGEST < facts.counted_on <= today:
        raise errors.CountDayInvalid(field="counted_on", first=today - LONGEST + timedelta(days=1))
    if len(facts.aim.strip()) < LEAST_AIM:
        raise errors.AimTooShort(field="aim", least=LEAST_AIM)
    if facts.proof not in PROOFS or not facts.proof_note.strip():
        raise errors.ProofMissing(field="proof_note")
    last = facts.counted_on + LONGEST
    if not today < facts.valid_until <= last:
        raise errors.ProofDayInvalid(field="valid_until", last=last)
