"""A count that is missing or short stops issuing; a person lets it go on, once, after a whole count."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.money import Money
from cwb.kernel.words import ReasonTooShort
from cwb.notifications.models import Mail
from ledger.instruments import queries as instruments
from ledger.instruments.errors import IssuingStopped
from ledger.instruments.models import IssuingStop
from ledger.instruments.rules import Cause, Code
from ledger.instruments.services import count_backing
from ledger.issuing import errors, rules, services
from ledger.issuing.jobs import watch
from ledger.wallets.services import set_credit
from tests.conftest import AT
from tests.ledger.wallets.conftest import build

DAY = timedelta(days=1)
WHY = "Het geld stond er een dag later."


def count(circle, cents, days=0):
    count_backing(
        circle.session, code=Code.NWE, counted=Money(cents), actor=circle.actor, at=circle.at + days * DAY
    )


def open_stops(circle, code=Code.NWE):
    circle.session.expire_all()
    found = instruments.instrument(circle.session, code)
    return [Cause(each.cause) for each in instruments.open_stops(circle.session, found)]


def lift(circle, cause, days=0, code=Code.NWE, why=WHY):
    found = instruments.find_stop(circle.session, instruments.instrument(circle.session, code), cause)
    services.lift(
        circle.session, public_id=found.public_id, why=why, actor=circle.actor, at=circle.at + days * DAY
    )


def test_a_count_is_due_every_day_and_weekly_while_it_is_a_simulation():
    assert rules.count_missing(None, AT.date(), live=False)
    for live, days in ((True, 1), (False, 7)):
        assert not rules.count_missing(AT - days * DAY, AT.date(), live=live)
        assert rules.count_missing(AT - (days + 1) * DAY, AT.date(), live=live)


def test_what_was_not_counted_in_time_stops_until_somebody_decides(circle):
    watch(circle.session, circle.at)
    assert open_stops(circle) == []  # nothing is out
    circle.issue(circle.mine, "100.00")
    count(circle, 100_00)
    watch(circle.session, circle.at + 7 * DAY)
    assert open_stops(circle) == []
    mails = circle.session.query(Mail).count()
    for days in (8, 9):
        watch(circle.session, circle.at + days * DAY)
    assert open_stops(circle) == [Cause.MISSING]
    assert circle.session.query(IssuingStop).count() == 1
    assert circle.session.query(Mail).count() >= mails
    with pytest.raises(IssuingStopped):
        circle.issue(circle.mine, "1.00")
    with pytest.raises(errors.CountFirst):
        lift(circle, Cause.MISSING, 9)
    count(circle, 100_00, 9)
    with pytest.raises(ReasonTooShort):
        lift(circle, Cause.MISSING, 9, why="Goed")
    lift(circle, Cause.MISSING, 9)
    circle.issue(circle.mine, "1.00")
    with pytest.raises(errors.StopLifted):
        lift(circle, Cause.MISSING, 9)


def test_each_stop_is_decided_by_itself_and_a_short_count_by_a_whole_one(circle):
    circle.issue(circle.mine, "100.00")
    count(circle, 99_99)
    watch(circle.session, circle.at + 9 * DAY)
    assert open_stops(circle) == [Cause.SHORT, Cause.MISSING]
    count(circle, 99_99, 9)
    with pytest.raises(errors.CountFirst):
        lift(circle, Cause.SHORT, 9)
    count(circle, 100_00, 9)
    lift(circle, Cause.SHORT, 9)
    with pytest.raises(IssuingStopped):
        circle.issue(circle.mine, "1.00")
    lift(circle, Cause.MISSING, 9)
    circle.issue(circle.mine, "1.00")


def test_a_stop_rule_that_somebody_decided_on_is_quiet_for_a_month(circle):
    found = instruments.instrument(circle.session, Code.NWE, lock=True)
    facts = {"found": found, "cause": Cause.CEILING}
    assert services.stop(circle.session, at=circle.at, **facts)
    assert not services.stop(circle.session, at=circle.at, **facts)
    lift(circle, Cause.CEILING)
    assert not services.stop(circle.session, at=circle.at + 29 * DAY, **facts)
    assert services.stop(circle.session, at=circle.at + 30 * DAY, **facts)


def test_mutual_credit_that_stopped_draws_no_more_but_what_one_has_is_paid(circle, trade):
    one, other = (circle.open(each, Code.KRE) for each in (trade.seller, trade.partner))
    for each in (one, other):
        set_credit(
            circle.session,
            code=Code.KRE,
            wallet_code=each.code,
            yearly_sales=Money.of("12000.00"),
            **circle.facts(),
        )
    circle.pay(one, other, "40.00", uuid4())
    found = instruments.instrument(circle.session, Code.KRE, lock=True)
    services.stop(circle.session, found=found, cause=Cause.LOSS, at=circle.at)
    with pytest.raises(IssuingStopped), circle.session.begin_nested():
        circle.pay(one, other, "0.01", uuid4())
    with pytest.raises(IssuingStopped), circle.session.begin_nested():
        circle.pay(other, one, "40.01", uuid4())
    circle.pay(other, one, "40.00", uuid4())
    with pytest.raises(IssuingStopped):
        set_credit(
            circle.session,
            code=Code.KRE,
            wallet_code=one.code,
            yearly_sales=Money.of("12000.12"),
            **circle.facts(),
        )


def test_going_live_leaves_the_stops_of_the_simulation_behind(circle):
    circle.issue(circle.mine, "100.00")
    count(circle, 0)
    circle.go_live()
    assert open_stops(circle) == []
    old = circle.session.query(IssuingStop).one()
    with pytest.raises(errors.OtherMoneyNow):
        services.lift(circle.session, public_id=old.public_id, why=WHY, **circle.facts())


@pytest.mark.parametrize(
    "statement",
    ["UPDATE instrument SET stopped = false WHERE code = 'NWE'",
     "UPDATE issuing_stop SET cause = 'loss'", "DELETE FROM issuing_stop",
     "UPDATE issuing_stop SET lifted_at = stopped_at"],
)  # fmt: skip
def test_the_database_keeps_what_stopped(circle, statement):
    circle.issue(circle.mine, "100.00")
    count(circle, 0)
    with pytest.raises(DBAPIError):
        circle.session.execute(text(statement))


@pytest.mark.slow
def test_two_watches_at_once_are_one_stop(at_once, build_trade):
    with at_once.atomic() as session:
        circle = build(session, AT, build_trade(session, AT))
        circle.issue(circle.mine, "100.00")

    def watches(session):
        services.watch_count(session, code=Code.NWE, at=AT)

    assert not any(isinstance(each, str) for each in at_once.run(watches, watches, watches))
    with at_once.sessions() as session:
        assert session.query(IssuingStop).count() == 1
