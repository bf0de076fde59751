"""Testing a change of a contract against articles 2.163a to 2.163g of the Aanbestedingswet 2012: pure arithmetic.

The arithmetic is the machine's; whether a ground holds is for people. Numbers and articles are dated data
(`grounds.toml`), none of them verified by a lawyer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from procurement.changes import errors


class Kind(StrEnum):
    """An extension that the tender told of, or another change."""

    EXTENSION = "extension"
    CHANGE = "change"


class Ground(StrEnum):
    """Why a change needs no new procedure."""

    SMALL = "de_minimis"
    CLAUSE = "review_clause"
    ADDITIONAL = "additional"
    UNFORESEEN = "unforeseen"
    REPLACEMENT = "replacement"
    NOT_SUBSTANTIAL = "not_substantial"


GROUND_TEXTS: Mapping[Ground, tuple[str, str]] = {
    Ground.SMALL: (
        N_("Kleine wijziging"),
        N_(
            "Onder de drempel en onder het percentage, samen met eerdere kleine wijzigingen. De aard blijft gelijk."
        ),
    ),
    Ground.CLAUSE: (
        N_("Stond al in de stukken"),
        N_("Welke duidelijke, nauwkeurige en ondubbelzinnige bepaling? Noem de bladzijde."),
    ),
    Ground.ADDITIONAL: (
        N_("Noodzakelijk extra werk"),
        N_(
            "Waarom kan een ander dit niet doen, technisch of economisch? En waarom geeft dat veel last of kosten?"
        ),
    ),
    Ground.UNFORESEEN: (
        N_("Onvoorzien"),
        N_("Welke omstandigheid kon een zorgvuldige koper niet voorzien? De aard blijft gelijk."),
    ),
    Ground.REPLACEMENT: (
        N_("Vervanging van de leverancier"),
        N_(
            "Volgt de nieuwe leverancier op door een clausule, fusie, overname of faillissement? "
            "Voldoet hij aan de eisen?"
        ),
    ),
    Ground.NOT_SUBSTANTIAL: (
        N_("Niet wezenlijk"),
        N_(
            "Had het anderen aangetrokken of een andere winnaar gegeven? Verschuift het evenwicht? "
            "Wordt het veel ruimer?"
        ),
    ),
}
"""Ground → its name, and the question it asks."""


class Affects(StrEnum):
    """What changes."""

    VALUE = "value"
    DURATION = "duration"
    OBJECT = "object"
    SUPPLIER = "supplier"


AFFECTS_TEXTS = {
    Affects.VALUE: N_("De waarde"),
    Affects.DURATION: N_("De duur"),
    Affects.OBJECT: N_("De opdracht zelf"),
    Affects.SUPPLIER: N_("De leverancier"),
}


@dataclass(frozen=True, slots=True)
class GroundRow:
    """A ground as dated data; `percent` of the original value, None where nothing is counted."""

    id: str
    article: str
    notice: bool
    source: str
    certainty: str
    percent: int | None = None
    works_percent: int | None = None

    def share(self, *, is_works: bool) -> int | None:
        """The percentage that counts."""
        return self.works_percent if is_works and self.works_percent is not None else self.percent


@dataclass(frozen=True, slots=True)
class Past:
    """A change in force: its number, ground, difference in euro cents, new last day."""

    ground: Ground
    delta_minor: int
    ends_on: date


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the arithmetic says, in euro cents. `small_total` is this change with earlier small ones, netted.

    `small_limit` is the lower of the threshold and the percentage: the total must stay below it.
    """

    original: int
    delta: int
    small_total: int
    small_limit: int
    half_limit: int

    @property
    def is_small(self) -> bool:
        """Article 2.163b holds on its numbers: below, not at (Directive 2014/24/EU, art. 72(2))."""
        return self.small_total < self.small_limit

    @property
    def is_within_half(self) -> bool:
        """The increase is at most the percentage of articles 2.163d and 2.163e."""
        return self.delta <= self.half_limit

    def as_json(self) -> dict[str, Any]:
        """What is kept beside the change."""
        return {
            "original_minor": self.original, "delta_minor": self.delta, "small_total_minor": self.small_total,
            "small_limit_minor": self.small_limit, "half_limit_minor": self.half_limit, "is_small": self.is_small,
            "is_within_half": self.is_within_half,
        }  # fmt: skip


def assess(
    *, original: Money, past: Sequence[Past], delta: Money, threshold: Money, is_works: bool,
    rows: Mapping[str, GroundRow],
) -> Assessment:  # fmt: skip
    """The arithmetic of a change. `threshold` is the European one for this kind of purchase on the day."""
    small, half = rows[Ground.SMALL], rows[Ground.ADDITIONAL]
    before = sum(each.delta_minor for each in past if each.ground is Ground.SMALL)
    return Assessment(
        original=original.minor, delta=delta.minor, small_total=max(abs(delta.minor), abs(before + delta.minor)),
        small_limit=min(threshold.minor, original.minor * (small.share(is_works=is_works) or 0) // 100),
        half_limit=original.minor * (half.share(is_works=is_works) or 0) // 100,
    )  # fmt: skip


def check_ground(ground: Ground, affects: Sequence[Affects], found: Assessment) -> None:
    """Refuse what is plainly outside the numbers of the chosen ground; whether it holds, people decide.

    Raises:
        GroundUnfit: another supplier on another ground.
        OutsideSmall, OutsideHalf: says the sum and the limit.
    """
    if Affects.SUPPLIER in affects and ground is not Ground.REPLACEMENT:
        raise errors.GroundUnfit(field="ground")
    if ground is Ground.SMALL and not found.is_small:
        raise errors.OutsideSmall(
            field="ground", total=Money(found.small_total), limit=Money(found.small_limit)
        )
    if ground in {Ground.ADDITIONAL, Ground.UNFORESEEN} and not found.is_within_half:
        raise errors.OutsideHalf(field="ground", total=Money(found.delta), limit=Money(found.half_limit))


def check_told(affects: Sequence[Affects], delta: Money, ends_on: date | None) -> None:
    """What is told to change is what changes: readers of the open data see only these words.

    `ends_on` is another last day, None: the last day stays.

    Raises:
        NothingChanges: nothing was chosen.
        AmountMissing, ValueUntold: the value is told without an amount, or the other way round.
        EndMissing, DurationUntold: the same of the duration and the last day.
    """
    if not affects:
        raise errors.NothingChanges(field="affects")
    if Affects.VALUE in affects and not delta.minor:
        raise errors.AmountMissing(field="delta")
    if delta.minor and Affects.VALUE not in affects:
        raise errors.ValueUntold(field="affects")
    if Affects.DURATION in affects and ends_on is None:
        raise errors.EndMissing(field="ends_on")
    if ends_on is not None and Affects.DURATION not in affects:
        raise errors.DurationUntold(field="affects")


def present(price: Money, ends_on: date, past: Sequence[Past]) -> tuple[Money, date]:
    """The value and last day of a contract now: the sum over its changes, and the end of the last of them."""
    total = sum((Money(each.delta_minor) for each in past), price)
    return total, past[-1].ends_on if past else ends_on


class State(StrEnum):
    """Where a change stands."""

    PROPOSED = "proposed"
    REFUSED = "refused"
    APPROVED = "approved"
    DECLINED = "declined"
    IN_FORCE = "in_force"


WAITING = frozenset({State.PROPOSED, State.APPROVED})
"""A change in these states waits for somebody: no other begins."""

STATE_TEXTS = {
    State.PROPOSED: (N_("wacht op een tweede persoon"), "warn"),
    State.REFUSED: (N_("mag niet zonder nieuwe procedure"), "bad"),
    State.APPROVED: (N_("wacht op de leverancier"), "warn"),
    State.DECLINED: (N_("leverancier tekende niet"), "neutral"),
    State.IN_FORCE: (N_("geldt"), "good"),
}


def state_of(*, approved: bool | None, accepted: bool | None, is_effective: bool) -> State:
    """The state from what was decided and signed."""
    if is_effective:
        return State.IN_FORCE
    if approved is None:
        return State.PROPOSED
    if not approved:
        return State.REFUSED
    return State.DECLINED if accepted is False else State.APPROVED
