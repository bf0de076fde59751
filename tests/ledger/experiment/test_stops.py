"""Stop rules of a running experiment, fed by the wallets: what is passed stops issuing until a person decides."""

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from cwb.identity.models import Party
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.experiment import queries, services
from ledger.experiment.jobs import watch_all
from ledger.experiment.models import Experiment
from ledger.experiment.rules import UNMEASURED, Design, plan_of
from ledger.grievances import services as grievances
from ledger.instruments import queries as instruments
from ledger.instruments import services as instrument_services
from ledger.instruments.rules import Cause, Code
from ledger.issuing.services import lift
from tests.ledger.wallets.conftest import build

DAY = timedelta(days=1)


@pytest.fixture
def circle(trade):
    return build(trade.session, trade.at, trade)


@pytest.fixture
def plan(circle):
    """Registered now; its first wave begins with the next quarter."""
    first = Period.quarter_of(Period.quarter_of(circle.at.date()).end)
    parties = circle.session.scalars(
        select(Party.public_id).where(Party.kind == "organisation").limit(3)
    ).all()
    design = Design(
        "Helpt het?", "Het helpt", "Kosten", first, 2, ("A",), "31415926", Fraction(1, 4), Fraction(0), 100
    )
    made = Experiment(
        plan=plan_of(design, [[str(each)] for each in parties], inside=None, since=first),
        drafted_by_id=circle.actor.user_id, at=circle.at,
    )  # fmt: skip
    circle.session.add(made)
    circle.session.flush()
    services.register_experiment(circle.session, experiment=made, actor_id=circle.other.user_id, at=circle.at)
    return made


def begun(plan, circle):
    return circle.at + (Period.parse(plan.plan["periods"][1]).start - circle.at.date() + DAY)


def causes(circle):
    circle.session.expire_all()
    found = instruments.instrument(circle.session, Code.NWE)
    return [Cause(each.cause) for each in instruments.open_stops(circle.session, found)]


def test_who_is_at_the_most_is_seen_and_stops_once_it_runs(circle, plan):
    circle.issue(circle.mine, "150.00")  # all that a resident may hold: one of two is full
    found = instruments.instrument(circle.session, Code.NWE)
    assert queries.seen_of(circle.session, found, circle.at).at_ceiling == Fraction(1, 2)
    watch_all(circle.session, circle.at)
    assert causes(circle) == []  # before the first wave
    at = begun(plan, circle)
    watch_all(circle.session, at)
    watch_all(circle.session, at)
    assert causes(circle) == [Cause.CEILING]
    stop = instruments.find_stop(circle.session, found, Cause.CEILING)
    lift(
        circle.session, public_id=stop.public_id, why="Een proef met twee houders.", actor=circle.actor, at=at
    )
    watch_all(circle.session, at + DAY)
    assert causes(circle) == []
    assert [each.id for each in queries.stops_since(circle.session, [Code.NWE], circle.at)] == [stop.id]


def test_a_fifth_is_no_more_than_a_fifth(circle, plan):
    assert (
        queries.seen_of(circle.session, instruments.instrument(circle.session, Code.NWE), circle.at).backing
        is None
    )
    circle.issue(circle.mine, "100.00")
    watch_all(circle.session, begun(plan, circle))
    assert causes(circle) == []


def test_backing_below_one_is_the_same_stop_as_a_short_count(circle, plan):
    circle.issue(circle.mine, "100.00")
    at = begun(plan, circle)
    instrument_services.count_backing(
        circle.session, code=Code.NWE, counted=Money(99_99), actor=circle.actor, at=at
    )
    found = instruments.instrument(circle.session, Code.NWE)
    assert queries.seen_of(circle.session, found, circle.at).backing == Fraction(9999, 10000)
    watch_all(circle.session, at)
    assert causes(circle) == [Cause.SHORT]


def test_results_count_real_money_alone(circle):
    circle.issue(circle.mine, "150.00")
    assert queries.seen(circle.session, [Code.NWE], circle.at) == UNMEASURED
    circle.go_live()
    mine = circle.open(circle.resident)
    circle.issue(mine, "150.00")
    assert queries.seen(circle.session, [Code.NWE], circle.at).at_ceiling == Fraction(1)
    assert queries.seen(circle.session, [Code.KRE], circle.at) == UNMEASURED


def test_too_many_complaints_stop_issuing(circle, plan):
    at = begun(plan, circle)
    for _ in range(5):
        one = grievances.file(
            circle.session,
            wallet=circle.mine,
            about="De kassa pakte mijn code niet.",
            actor=circle.actor,
            at=at,
        )
        watch_all(circle.session, at)
        grievances.answer(
            circle.session, public_id=one.public_id, answer="Het is hersteld.", is_right=True, actor=circle.other, at=at
        )  # fmt: skip
    assert causes(circle) == [Cause.COMPLAINTS]  # the fifth, not the fourth
    assert (
        queries.seen_of(circle.session, instruments.instrument(circle.session, Code.NWE), at).complaints == 5
    )
