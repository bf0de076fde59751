"""What a plan says before the start, when to stop, and a result as it is published."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from cwb.kernel.period import Period
from ledger.allocation.rules import (
    Cluster,
    alike_size,
    allocate,
    check_design,
    check_seed,
    detectable,
    frozen,
    sized,
)
from ledger.experiment.errors import (
    AnalysisChanged,
    BegunAlready,
    CutNotOver,
    DeviationInFuture,
    PlanOwn,
    SpreadInvalid,
)
from ledger.inference.rules import Finding, Value, analyse, redraws
from ledger.secondhop.rules import Landed
from ledger.share.rules import euro, ratio

REDRAWS = 999
LEAST = 5
"""Of fewer traders nothing is shown."""

OUTCOME = (
    "share of all outgoing spend, euros included, that lands in the area at the second hop (ledger.secondhop)"
)
ANALYSIS = (
    "difference of means within periods, begun less waiting, weighted n1*n0/(n1+n0); p and 95 % interval by redrawing "
    "the registered allocation (ledger.inference); lower bounds are tested, upper bounds printed beside them"
)


class Design(NamedTuple):
    """What somebody chooses. `sd` and `rho`: how far traders differ, and how alike those of one cluster are."""

    title: str
    hypotheses: str
    secondary: str
    first: Period
    waves: int
    arms: tuple[str, ...]
    seed: str
    sd: Fraction
    rho: Fraction
    reserve: int


class Seen(NamedTuple):
    """What is measured of the stop rules; None: not measured (as long as the currency is a simulation)."""

    backing: Fraction | None = None
    at_ceiling: Fraction | None = None
    complaints: Fraction | None = None
    loss: int | None = None


UNMEASURED = Seen()


def periods(first: Period, waves: int) -> list[Period]:
    """The quarter before anybody begins, and the quarter in which each wave begins."""
    found = [first.previous_quarter(), first]
    while len(found) <= waves:
        found.append(Period.quarter_of(found[-1].end))
    return found


def plan_of(
    design: Design, clusters: Sequence[Sequence[str]], *, inside: Fraction | None, since: Period
) -> dict[str, Any]:
    """A plan as it is sealed: no names, amounts and shares as text.

    Raises:
        SeedInvalid, ClustersInvalid, WavesInvalid, ArmsInvalid, SpreadInvalid.
    """
    check_design(clusters, design.waves, design.arms)
    if not 0 < design.sd <= 1 or not 0 <= design.rho <= 1:
        raise SpreadInvalid(field="sd" if not 0 < design.sd <= 1 else "rho")
    sizes = [len(each) for each in clusters]
    per_arm = max(1, sum(sizes) // (len(design.arms) + 1))
    alike = alike_size(sizes)
    least = detectable(per_arm=per_arm, sd=design.sd, cluster=alike, rho=design.rho)
    return {
        "title": design.title, "hypotheses": design.hypotheses, "primary": OUTCOME, "secondary": design.secondary,
        "arms": ["E", *design.arms], "clusters": [list(each) for each in clusters], "clusters_hash": frozen(clusters),
        "clusters_from": str(since), "trade_inside_clusters": ratio(inside), "seed": check_seed(design.seed),
        "waves": design.waves, "periods": [str(each) for each in periods(design.first, design.waves)],
        "sample": {
            "traders": sum(sizes), "clusters": len(sizes), "per_arm": per_arm, "sd": ratio(design.sd),
            "rho": ratio(design.rho), "cluster_size": ratio(alike), "detectable": ratio(least),
        },
        "stop": {
            "backing_below": "1.0000", "members_at_ceiling_above": "0.2000", "complaints_per_payment_above": "0.0100",
            "loss_above": euro(design.reserve),
        },
        "analysis": ANALYSIS, "redraws": REDRAWS, "suppressed_below": LEAST,
    }  # fmt: skip


def waves_of(plan: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
    """When each trader begins, and with what."""
    given = allocate(units(plan), seed=plan["seed"], waves=plan["waves"], arms=tuple(plan["arms"][1:]))
    return {name: given[min(cluster)] for cluster in plan["clusters"] for name in cluster}


def units(plan: Mapping[str, Any]) -> list[Cluster]:
    """The clusters that are drawn."""
    return sized(plan["clusters"])


def check_second(drafted_by_id: int | None, actor_id: int) -> None:
    """Somebody else registers.

    Raises:
        PlanOwn.
    """
    if drafted_by_id == actor_id:
        raise PlanOwn


def check_before(plan: Mapping[str, Any], today: date) -> None:
    """A plan is registered before its first wave begins.

    Raises:
        BegunAlready.
    """
    if today >= Period.parse(plan["periods"][1]).start:
        raise BegunAlready


def check_cut(plan: Mapping[str, Any], cut: str, today: date) -> int:
    """How many periods a cut has: those up to and with it.

    Raises:
        CutNotOver: it is no cut of the plan, or not over.
    """
    if cut not in plan["periods"][1:] or Period.parse(cut).end > today:
        raise CutNotOver(field="cut")
    return int(plan["periods"].index(cut)) + 1


def check_deviation(since: date, today: date) -> None:
    """A deviation is told when it happened.

    Raises:
        DeviationInFuture.
    """
    if since > today:
        raise DeviationInFuture(field="since")


def check_code(registered: str, now: str, told: Iterable[str | None]) -> None:
    """Results come from the registered code, or from code that a deviation names.

    Raises:
        AnalysisChanged.
    """
    if now not in {registered, *told}:
        raise AnalysisChanged


def stops(plan: Mapping[str, Any], seen: Seen) -> dict[str, bool | None]:
    """Which stop rules are passed; None: not measured."""
    stop = plan["stop"]

    def over(value: Fraction | int | None, limit: str, of: int = 1) -> bool | None:
        return None if value is None else value > Fraction(stop[limit]) * of

    return {
        "backing_below": None if seen.backing is None else seen.backing < Fraction(stop["backing_below"]),
        "members_at_ceiling_above": over(seen.at_ceiling, "members_at_ceiling_above"),
        "complaints_per_payment_above": over(seen.complaints, "complaints_per_payment_above"),
        "loss_above": over(seen.loss, "loss_above", 100),
    }


def result_of(
    plan: Mapping[str, Any], landed: Sequence[Mapping[str, Landed]], seen: Seen = UNMEASURED
) -> dict[str, Any]:
    """The registered outcomes of as many periods as are given; of fewer than five traders nothing is shown."""
    home = {name: min(cluster) for cluster in plan["clusters"] for name in cluster}
    given = waves_of(plan)
    waves = {home[name]: wave for name, (wave, _) in given.items()}
    drawn = redraws(units(plan), seed=plan["seed"], waves=plan["waves"], number=plan["redraws"])
    rows = [
        (name, at, each) for at, period in enumerate(landed) for name, each in period.items() if name in home
    ]
    traders = {name for name, _, _ in rows}
    shown = len(traders) >= plan["suppressed_below"]
    primary = {}
    for bound in ("low", "high"):
        values = [Value(home[name], at, getattr(each, bound)) for name, at, each in rows]
        primary[bound] = _written(analyse(values, waves, drawn)) if shown else None
    by_arm: defaultdict[str, list[tuple[str, Landed]]] = defaultdict(list)
    for name, at, each in rows:
        by_arm[given[name][1] if given[name][0] <= at else "E"].append((name, each))
    return {
        "primary": primary, "traders": len(traders) if shown else None,
        "arms": {arm: _mean(by_arm[arm], plan["suppressed_below"]) for arm in plan["arms"]},
        "stop": stops(plan, seen),
    }  # fmt: skip


def _written(found: Finding) -> dict[str, Any]:
    return {
        "difference": ratio(found.difference), "p": ratio(found.p), "interval": [ratio(found.low), ratio(found.high)],
        "begun": found.begun, "waiting": found.waiting,
    }  # fmt: skip


def _mean(values: Sequence[tuple[str, Landed]], least: int) -> list[str | None] | None:
    """What landed of the spending in an arm, pooled, at least and at most; None for fewer than five traders."""
    if len({name for name, _ in values}) < least:
        return None
    spent = sum(each.spent for _, each in values)
    return [
        ratio(sum(getattr(each, bound) * each.spent for _, each in values) / spent)
        for bound in ("low", "high")
    ]
