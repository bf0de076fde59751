"""How many cooperatives of the register meet the demands that it can judge, and what a lower one would add. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cwb.kernel.money import Money
from procurement.demands.rules import DemandFacts, Kind

NOTHING: Mapping[int, Money | None] = {}
"""No advice on any demand."""

STEP = 100_000
"""Lower minimums are proposed in whole thousands of euro, in cents (a choice of the house)."""


@dataclass(frozen=True, slots=True)
class Lower:
    """One demand lowered to `minimum`: so many more cooperatives then meet all demands."""

    demand: DemandFacts
    minimum: Money
    more: int


@dataclass(frozen=True, slots=True)
class Count:
    """Who meets the judged demands: how many do, how many the register knows too little about, and what helps most."""

    meeting: int
    unknown: int
    judged: Sequence[DemandFacts]
    unjudged: Sequence[DemandFacts]
    lower: Lower | None


def is_judged(demand: DemandFacts) -> bool:
    """Whether the register can judge a demand: of the value of one earlier job it knows the largest."""
    return demand.kind is Kind.REFERENCE and demand.minimum_minor is not None


def meets(demand: DemandFacts, largest_minor: int | None) -> bool:
    """Whether a cooperative whose largest job is known meets a judged demand."""
    return largest_minor is not None and (demand.minimum_minor or 0) <= largest_minor


def count(
    demands: Sequence[DemandFacts],
    largest: Sequence[int | None],
    advised: Mapping[int, Money | None] = NOTHING,
) -> Count:
    """Count cooperatives by their largest job, in euro cents; None where the profile does not say.

    `advised`: of each demand by its id, the highest minimum that needs no explanation; a stricter demand is lowered
    to it, another to the nearest cooperative.
    """
    judged = [each for each in demands if is_judged(each)]
    unknown = sum(each is None for each in largest) if judged else 0
    meeting = sum(all(meets(one, each) for one in judged) for each in largest)
    found = [
        each for one in judged if (each := _lower(one, judged, largest, advised.get(one.id))) is not None
    ]
    best = max(found, key=lambda each: (each.more, each.minimum.minor), default=None)
    return Count(meeting, unknown, judged, [each for each in demands if not is_judged(each)], best)


def _lower(
    one: DemandFacts, judged: Sequence[DemandFacts], largest: Sequence[int | None], advised: Money | None
) -> Lower | None:
    """The demand lowered to the advice, or just so far that the nearest who fails only this one meets it."""
    others = [each for each in judged if each is not one]
    failing = [
        each
        for each in largest
        if each is not None and not meets(one, each) and all(meets(other, each) for other in others)
    ]
    nearest = max(failing, default=0) // STEP * STEP
    strict = advised is not None and advised < Money(one.minimum_minor or 0)
    least = advised.minor if advised is not None and strict else nearest
    more = sum(each >= least for each in failing)
    return Lower(one, Money(least), more) if least > 0 and more else None
