"""Use cases of an experiment: plan it, register it as a second person, tell deviations, compute results."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from cwb.places.rules import AreaPack
from ledger.communities.rules import clusters_of
from ledger.experiment import queries, rules
from ledger.experiment.errors import AlreadyRegistered, CutTaken, NotRegistered, TransfersThere
from ledger.experiment.gateway import code_hash
from ledger.experiment.models import Experiment, ExperimentDeviation, ExperimentRegistration, ExperimentResult
from ledger.instruments import queries as instruments
from ledger.instruments.rules import Cause, Code
from ledger.issuing import services as issuing
from ledger.secondhop.rules import second_hop

ARMS = {"A": Code.NWE, "A+": Code.NWE, "B": Code.KRE}
"""Which instrument an arm of a plan uses; E is euros only."""
CAUSES = {
    "backing_below": Cause.SHORT, "members_at_ceiling_above": Cause.CEILING,
    "complaints_per_payment_above": Cause.COMPLAINTS, "loss_above": Cause.LOSS,
}  # fmt: skip
"""By which cause a stop rule stops issuing."""


def last_year(today: date) -> Period:
    """The four quarters that are over."""
    end = Period.quarter_of(today).start
    start = Period.quarter_of(end).previous_quarter()
    for _ in range(3):
        start = start.previous_quarter()
    return Period(start.start, end)


def draft_experiment(
    session: Session, *, design: rules.Design, area: AreaPack, actor_id: int, at: datetime
) -> Experiment:
    """Write a plan: who takes part and in which clusters follows from the purchases of the last four quarters.

    Raises:
        SeedInvalid, ClustersInvalid, WavesInvalid, ArmsInvalid, SpreadInvalid.
    """
    since = last_year(local_date(at))
    trade = queries.trade(session, since, area)
    links: Counter[tuple[str, str]] = Counter()
    for row in trade.rows:
        links[row.giver, row.taker] += row.amount
    found = clusters_of(trade.traders, links)
    plan = rules.plan_of(design, found.clusters, inside=found.inside, since=since)
    made = Experiment(plan=plan, drafted_by_id=actor_id, at=at)
    session.add(made)
    session.flush()
    _record(session, "experiment.drafted", made, actor_id, at, hash=made.checksum)
    return made


def register_experiment(
    session: Session, *, experiment: Experiment, actor_id: int, at: datetime
) -> ExperimentRegistration:
    """Seal a plan that somebody else drafted, with the hash of the code that will analyse it.

    Raises:
        AlreadyRegistered, TransfersThere, PlanOwn, BegunAlready.
    """
    session.execute(select(Experiment.id).where(Experiment.id == experiment.id).with_for_update())
    session.refresh(experiment, ["registration"])
    if experiment.registration is not None:
        raise AlreadyRegistered
    if queries.real_transfers(session):
        raise TransfersThere
    made = ExperimentRegistration(experiment=experiment, code=code_hash(), registered_by_id=actor_id, at=at)
    session.add(made)
    session.flush()
    _record(
        session, "experiment.registered", experiment, actor_id, at, hash=experiment.checksum, code=made.code
    )  # fmt: skip
    return made


def tell_deviation(
    session: Session,
    *,
    experiment: Experiment,
    since: date,
    reason: str,
    analysis: bool,
    actor_id: int,
    at: datetime,
) -> ExperimentDeviation:
    """Write down what is done otherwise than planned; `analysis`: it is the analysis as this machine has it now.

    Raises:
        NotRegistered, DeviationInFuture, TextTooShort.
    """
    if experiment.registration is None:
        raise NotRegistered
    made = ExperimentDeviation(
        experiment_id=experiment.id, since=since, reason=reason, code=code_hash() if analysis else None,
        told_by_id=actor_id, at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.refresh(experiment, ["deviations"])
    _record(session, "experiment.deviated", experiment, actor_id, at, deviation=made.id)
    return made


def compute_result(
    session: Session, *, experiment: Experiment, cut: str, area: AreaPack, actor_id: int, at: datetime
) -> ExperimentResult:
    """Compute what the registered analysis says of the data up to and with a quarter of the plan.

    Raises:
        NotRegistered, CutNotOver, AnalysisChanged, CutTaken.
    """
    if experiment.registration is None:
        raise NotRegistered
    plan, code = experiment.plan, code_hash()
    count = rules.check_cut(plan, cut, local_date(at))
    rules.check_code(experiment.registration.code, code, [each.code for each in experiment.deviations])
    if any(each.cut == cut for each in experiment.results):
        raise CutTaken
    landed = []
    for each in plan["periods"][:count]:
        trade = queries.trade(session, Period.parse(each), area)
        landed.append(second_hop(trade.rows, trade.traders, trade.places))
    seen = queries.seen(session, instruments_of(plan), at)
    found = {"cut": cut, "plan": experiment.checksum, "code": code, **rules.result_of(plan, landed, seen)}
    made = ExperimentResult(
        experiment_id=experiment.id, cut=cut, found=found, code=code, computed_by_id=actor_id, at=at
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.refresh(experiment, ["results"])
    _record(session, "experiment.computed", experiment, actor_id, at, cut=cut, hash=made.checksum)
    return made


def watch(session: Session, *, experiment: Experiment, at: datetime) -> list[Cause]:
    """Hold the stop rules of a plan that runs against its instruments; what is passed stops issuing.

    It stays so until a person decides.
    An instrument is looked at as it stands, so that a simulation rehearses it. Which causes stopped now.
    """
    plan, today = experiment.plan, local_date(at)
    if experiment.registration is None or not (
        Period.parse(plan["periods"][1]).start <= today < Period.parse(plan["periods"][-1]).end
    ):
        return []
    made = []
    for code in instruments_of(plan):
        found = instruments.find_instrument(session, code)
        if found is None:
            continue
        found = instruments.instrument(session, code, lock=True)
        passed = rules.stops(plan, queries.seen_of(session, found, at))
        made += [
            cause
            for rule, cause in CAUSES.items()
            if passed[rule] and issuing.stop(session, found=found, cause=cause, at=at)
        ]
    return made


def instruments_of(plan: Mapping[str, Any]) -> list[Code]:
    """The instruments that the arms of a plan use."""
    return sorted({ARMS[each] for each in plan["arms"] if each in ARMS})


def _record(
    session: Session, action: str, experiment: Experiment, actor_id: int, at: datetime, **facts: object
) -> None:
    record(
        session,
        action=action,
        subject=f"experiment:{experiment.public_id}",
        actor_id=actor_id,
        facts=facts,
        at=at,
    )
