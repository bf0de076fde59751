"""How many cooperatives of the register meet the demands that it can judge, and what a lower one would add. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from coops.experience.rules import ContractJob, JobFacts, MeansFacts, counts
from cwb.kernel.money import Money
from procurement.demands.rules import DemandFacts, Kind, Table

NOTHING: Mapping[int, Money | None] = {}
"""No advice on any demand."""

STEP = 100_000
"""Lower minimums are proposed in whole thousands of euro, in cents (a choice of the house)."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the register knows of the work that a cooperative did, in euro cents.

    `values`: of its earlier jobs that count for this lot, with what it delivered under contracts made here. `lists`:
    whether it wrote down any job; if not, the largest job of its profile may be another one (None: it says none).
    `turnover` of the newest year and `insured` per claim as it stated them; None: it did not.
    """

    largest: int | None = None
    values: Sequence[int] = ()
    lists: bool = False
    turnover: int | None = None
    insured: int | None = None


def known_of(
    jobs: Sequence[JobFacts], largest: int | None, cpv: str | None, table: Table, on: date,
    means: MeansFacts | None = None,
) -> Known:  # fmt: skip
    """What counts of a cooperative's jobs and means for a lot of this CPV code on a day; without one all count."""
    since = date(on.year - table.reference_years, on.month, min(on.day, 28))
    values = tuple(
        each.value_minor for each in jobs if counts(each, cpv or each.cpv, table.same_digits, since)
    )
    turnover, insured = (means.turnover, means.insured(on)) if means else (None, None)
    return Known(
        largest,
        values,
        lists=any(not isinstance(each, ContractJob) for each in jobs),
        turnover=turnover,
        insured=insured,
    )


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
    """Whether the register can judge a demand: it knows the value of earlier jobs."""
    return demand.kind is Kind.REFERENCE and demand.minimum_minor is not None and demand.asked


def _is_told(demand: DemandFacts, known: Sequence[Known]) -> bool:
    """Whether anybody stated the turnover or insurance that is asked; most say nothing, and then nobody is judged."""
    asks = (
        demand.kind in {Kind.TURNOVER, Kind.INSURANCE} and demand.minimum_minor is not None and demand.asked
    )
    return asks and any(reached(demand, each) is not None for each in known)


def reached(demand: DemandFacts, one: Known) -> int | None:
    """The highest minimum that a cooperative meets as often as the demand asks, 0 for none; None: nobody knows."""
    if demand.kind is Kind.TURNOVER:
        return one.turnover
    if demand.kind is Kind.INSURANCE:
        return one.insured
    best = sorted(one.values, reverse=True)
    if not one.lists and demand.number == 1:
        return max([*best[:1], *([one.largest] if one.largest is not None else [])], default=None)
    if demand.number <= len(best):
        return best[demand.number - 1]
    return 0 if one.lists else None


def meets(demand: DemandFacts, one: Known) -> bool:
    """Whether a cooperative is known to meet a judged demand."""
    most = reached(demand, one)
    return most is not None and (demand.minimum_minor or 0) <= most


def count(
    demands: Sequence[DemandFacts], known: Sequence[Known], advised: Mapping[int, Money | None] = NOTHING
) -> Count:
    """Count cooperatives by what is known of their work.

    `advised`: of each demand by its id, the highest minimum that needs no explanation; a stricter demand is lowered
    to it, another to the nearest cooperative.
    """
    judged = [each for each in demands if is_judged(each) or _is_told(each, known)]
    unknown = sum(any(reached(one, each) is None for one in judged) for each in known)
    meeting = sum(all(meets(one, each) for one in judged) for each in known)
    found = [each for one in judged if (each := _lower(one, judged, known, advised.get(one.id))) is not None]
    best = max(found, key=lambda each: (each.more, each.minimum.minor), default=None)
    return Count(meeting, unknown, judged, [each for each in demands if each not in judged], best)


def _lower(
    one: DemandFacts, judged: Sequence[DemandFacts], known: Sequence[Known], advised: Money | None
) -> Lower | None:
    """The demand lowered to the advice, or just so far that the nearest who fails only this one meets it."""
    others = [each for each in judged if each is not one]
    failing = [
        most
        for each in known
        if (most := reached(one, each)) is not None
        and not meets(one, each)
        and all(meets(other, each) for other in others)
    ]
    # of jobs everybody reads the value; a turnover is nobody else's to read, so it is not given away as a proposal
    nearest = max(failing, default=0) // STEP * STEP if one.kind is Kind.REFERENCE else 0
    strict = advised is not None and advised < Money(one.minimum_minor or 0)
    least = advised.minor if advised is not None and strict else nearest
    more = sum(most >= least for most in failing)
    return Lower(one, Money(least), more) if least > 0 and more else None
