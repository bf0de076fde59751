"""LM3 = (R1 + R2 + R3) / R1, with bounds (nef, The Money Trail, 2002).

R1 is the money studied, less VAT. R2 is its part spent in the area, R3 what those recipients spent there again. Who
did not answer counts for nothing in lo and for all in hi; a recipient whose place is not proven likewise. There is
no way to put in a multiplier of somewhere else: every round is added up from recipients.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from ledger.multiplier.errors import (
    AnswerInvalid,
    FirstRoundMissing,
    RoundTooLarge,
    StudyOwn,
    StudyTextMissing,
)
from ledger.share.rules import Standing

VARIANT = "lm3-1"
"""Version of the formulas in this file; stands beside every multiplier."""

WHOLE = 10_000
"""An answered share is kept in ten-thousandths."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who got part of the money studied, in cents; `answer` in ten-thousandths, None for who was silent."""

    standing: Standing
    amount: int
    answer: int | None

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise FirstRoundMissing(field="amount")
        if self.answer is not None and not 0 <= self.answer <= WHOLE:
            raise AnswerInvalid(field="answer")


@dataclass(frozen=True, slots=True)
class Bounds:
    """A multiplier and its rounds, lowest and highest; `floor` is the multiplier with R3 = 0.

    `response` is the part of R2 (at its highest) whose recipients answered; None without any. `apart` is false when so
    few answered or were silent that the third round is not told: its bounds are then those of a round in which nobody
    answered. `told` is false when so few are near, or may be, that the second is not told either.
    """

    first: int
    second: tuple[int, int]
    third: tuple[Fraction, Fraction]
    response: Fraction | None
    asked: int
    answered: int
    apart: bool = True
    told: bool = True

    @property
    def floor(self) -> Fraction:
        """With nothing spent again: what is sure without any survey."""
        return Fraction(self.first + self.second[0], self.first)

    @property
    def lo(self) -> Fraction:
        """At least."""
        return (self.first + self.second[0] + self.third[0]) / Fraction(self.first)

    @property
    def hi(self) -> Fraction:
        """At most."""
        return (self.first + self.second[1] + self.third[1]) / Fraction(self.first)


def multiplier(first: int, recipients: Iterable[Recipient]) -> Bounds:
    """LM3 of an amount in cents and those who got it.

    Raises:
        FirstRoundMissing: nothing to study. RoundTooLarge: they got more than there was.
    """
    every = list(recipients)
    if first <= 0:
        raise FirstRoundMissing(field="first")
    if sum(each.amount for each in every) > first:
        raise RoundTooLarge(field="amount")
    second, low, high = (0, 0), Fraction(0), Fraction(0)
    answered = 0
    near = [each for each in every if each.standing is not Standing.NOT_LOCAL]
    for each in near:
        proven = each.standing is Standing.LOCAL
        second = second[0] + (each.amount if proven else 0), second[1] + each.amount
        spent = Fraction(each.amount * (WHOLE if each.answer is None else each.answer), WHOLE)
        high += spent
        if each.answer is not None:
            answered += each.amount
            low += spent if proven else 0
    response = Fraction(answered, second[1]) if second[1] else None
    return Bounds(
        first, second, (low, high), response, len(near), sum(each.answer is not None for each in near)
    )


FEWEST = 5
"""Of fewer answers no sum is told: it would give away what one of them said."""


def shown(first: int, recipients: Iterable[Recipient]) -> Bounds:
    """The same as everybody may read it: no round and no response that gives away what fewer than five got or said.

    The lowest bound of a round adds up those of who is proven near, the highest the others as well, and the third
    counts whole who was silent: each of these may be few. Then the bounds are those of who knows nothing of them.

    Raises:
        As `multiplier`.
    """
    every = list(recipients)
    found = multiplier(first, every)
    near = [each for each in every if each.standing is not Standing.NOT_LOCAL]
    kinds = [(each.standing, each.answer is not None) for each in near]
    local, unknown = (
        sum(kinds.count((each, spoke)) for spoke in (True, False))
        for each in (Standing.LOCAL, Standing.UNKNOWN)
    )
    said = [kinds.count((each, True)) for each in (Standing.LOCAL, Standing.UNKNOWN)]
    told = not (_few(local) or _few(unknown))
    second = (0 if _few(local) else found.second[0], found.second[1] if told else first)
    if told and not any(map(_few, (*said, len(near) - sum(said)))):
        return found
    return replace(
        found, second=second, third=(Fraction(0), Fraction(second[1])), response=None, apart=False, told=told
    )


def _few(count: int) -> bool:
    return 0 < count < FEWEST


def check_second(actor_id: int, filled_in: Collection[int | None]) -> None:
    """Refuse who filled in something of a study as the one who publishes it.

    Raises:
        StudyOwn: it is one of them.
    """
    if actor_id in filled_in:
        raise StudyOwn


def said(text: str, field: str, longest: int) -> str:
    """What was studied or who was asked, cleaned.

    Raises:
        StudyTextMissing: nothing, or too long.
    """
    if not 1 <= len(text.strip()) <= longest:
        raise StudyTextMissing(field=field)
    return text.strip()
