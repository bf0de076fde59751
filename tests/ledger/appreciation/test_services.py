"""From hours to credits and back: who confirms, what fits, what the database keeps, and sixteen at once."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from ledger.appreciation import errors, jobs, queries, rules, services
from ledger.appreciation.models import CreditHours
from ledger.books.errors import FloorPassed
from ledger.instruments import queries as instruments
from ledger.instruments.rules import Code
from ledger.proof.queries import verdict
from tests.ledger.appreciation.conftest import build
from tests.ledger.conftest import acting


def out(helped):
    return instruments.supply(helped.session, instruments.instrument(helped.session, Code.WIJK)).minor


def test_hours_become_credits_that_are_spent_once_and_are_gone(helped):
    mine = helped.resident()
    assert helped.confirm(helped.hand_in(mine, "2.5"))
    assert (helped.held(mine), out(helped)) == (250, 250)
    offer = services.make_offer(
        helped.session, place=helped.place, title="Soep", price=Decimal(2), actor=helped.host, at=helped.at
    )
    token = uuid4()
    for _ in range(2):
        services.spend(helped.session, offer_id=offer.public_id, token=token, actor=mine, at=helped.at)
    assert (helped.held(mine), out(helped)) == (50, 50)
    with pytest.raises(FloorPassed), helped.session.begin_nested():
        services.spend(helped.session, offer_id=offer.public_id, token=uuid4(), actor=mine, at=helped.at)
    assert verdict(helped.session).sound


def test_one_place_with_few_people_is_not_told_by_what_all_others_leave(helped, make_organisation, make_user):
    """Points given by place: what is not told is told by no difference either."""
    facts = {"actor": helped.programme, "at": helped.at}
    day = local_date(helped.at)

    def open_place():
        home = make_organisation()
        place = services.recognise(
            helped.session, kvk_number=home.kvk_number, host=True, accepts=False, **facts
        )
        budget = services.give_budget(
            helped.session, place=place, begins_on=day - timedelta(days=50), ends_on=day, amount=Decimal(20),
            rate=Decimal(1), **facts,
        )  # fmt: skip
        hosts = [acting(make_user(), home, Role.BOARD) for _ in range(2)]
        made = services.offer_task(
            helped.session, place=place, budget_id=budget.id, title="Tuin", hours=Decimal(20), actor=hosts[0], at=helped.at
        )  # fmt: skip
        return place.id, hosts[0], queries.task(helped.session, made.public_id)

    def given():
        found = helped.session.execute(queries.places()).all()
        return {place.id: told for place, _, told in found}

    def hand_out(host, task, people):
        for each in people:
            task = queries.task(helped.session, task.public_id)
            assert helped.confirm(helped.hand_in(each, "1", task=task), host)

    first, mine = (helped.place.id, helped.host, helped.task), [helped.resident() for _ in range(6)]
    second, third, fourth = open_place(), open_place(), open_place()
    hand_out(*first[1:], mine)
    hand_out(*second[1:], mine[:5])
    assert given() == {first[0]: 600, second[0]: 500, third[0]: 0, fourth[0]: 0}
    hand_out(*third[1:], mine[:1])
    assert given() == {first[0]: 600, second[0]: None, third[0]: None, fourth[0]: 0}
    hand_out(*fourth[1:], mine[:2])
    assert given() == {first[0]: 600, second[0]: 500, third[0]: None, fourth[0]: None}


def test_what_credits_did_adds_up_to_what_is_out_and_says_nothing_of_four_people(helped):
    def told():
        return instruments.thanks(helped.session, instruments.instrument(helped.session, Code.WIJK))

    assert told() == (0, 0, 0, 0)
    assert told().share(0) is None
    everybody = [helped.resident() for _ in range(5)]
    for number, each in enumerate(everybody):
        assert told().told is False
        given = helped.session.execute(queries.places()).one()[2]
        assert given == (0 if number == 0 else None), "what one to four people got is not told"
        assert helped.confirm(helped.hand_in(each, "2"))
        assert told()[0::3] == (200 * (number + 1), number + 1)
    assert helped.session.execute(queries.places()).one()[2] == 1000
    offer = services.make_offer(
        helped.session, place=helped.place, title="Soep", price=Decimal(1), actor=helped.host, at=helped.at
    )
    services.spend(helped.session, offer_id=offer.public_id, token=uuid4(), actor=everybody[0], at=helped.at)
    for days in (671, 702, 731):
        jobs.remind(helped.session, helped.at + timedelta(days=days))
    assert told() == (1000, 100, 900, 5)
    assert (told().told, told().held, told().share(900)) == (True, out(helped), Decimal("0.9"))


def test_above_four_hours_two_people_look_and_nobody_at_oneself(helped):
    mine = helped.resident()
    long = helped.hand_in(mine, "4.25")
    assert not helped.confirm(long)
    assert helped.held(mine) == 0
    with pytest.raises(errors.AnotherConfirms):
        helped.confirm(long)
    assert helped.confirm(long, helped.second)
    assert helped.held(mine) == 425
    with pytest.raises(errors.HoursDone):
        helped.confirm(long, helped.second)
    services.begin(helped.session, of_age=True, warned=True, actor=helped.host, at=helped.at)
    own = helped.hand_in(helped.host, "1")
    with pytest.raises(errors.OwnHours):
        helped.confirm(own)
    with pytest.raises(errors.HoursUnknown):
        helped.confirm(own, helped.programme)


def test_refused_hours_stay_refused_with_a_reason(helped):
    hours = helped.hand_in(helped.resident())
    services.refuse(
        helped.session,
        public_id=hours.public_id,
        reason="U was er die dag niet.",
        actor=helped.host,
        at=helped.at,
    )
    with pytest.raises(errors.HoursDone):
        helped.confirm(hours)


def test_month_and_budget_are_full_to_the_hundredth(helped):
    mine = helped.resident()
    for hours in ("4", "3.75"):
        helped.confirm(helped.hand_in(mine, hours))
    with pytest.raises(errors.MonthFull):
        helped.confirm(helped.hand_in(mine, "0.5"))
    helped.confirm(helped.hand_in(mine, "0.25"))
    for _ in range(3):
        helped.confirm(helped.hand_in(helped.resident(), "4"))
    with pytest.raises(errors.BudgetEmpty):
        helped.confirm(helped.hand_in(helped.resident(), "0.25"))
    assert out(helped) == 20_00


def test_who_has_not_begun_or_was_paid_hands_nothing_in(helped, monkeypatch):
    with pytest.raises(errors.NotBegun):
        helped.hand_in(helped.second)
    mine = helped.resident()
    hours = helped.hand_in(mine)
    monkeypatch.setattr(queries, "written_elsewhere", lambda *_: True)
    for act in (lambda: helped.hand_in(mine), lambda: helped.confirm(hours)):
        with pytest.raises(errors.PaidWork):
            act()


def test_the_database_keeps_what_the_rules_say(helped, monkeypatch):
    mine = helped.resident()
    small, done = helped.hand_in(mine, "1"), helped.hand_in(mine, "2")
    helped.confirm(done)
    for change in (
        f"UPDATE credit_hours SET credits = 1 WHERE id = {done.id}",
        f"UPDATE credit_hours SET hours = 800 WHERE id = {small.id}",
        f"UPDATE credit_hours SET first_by_id = worker_id WHERE id = {small.id}",
        f"UPDATE credit_hours SET refused_at = now() WHERE id = {small.id}",
        "DELETE FROM credit_hours",
        "UPDATE credit_budget SET credits = 100000",
        "UPDATE credit_holder SET warned = false",
    ):
        with pytest.raises(DatabaseError), helped.session.begin_nested():
            helped.session.execute(text(change))
    monkeypatch.setattr(rules, "check_room", lambda *_: None)
    for hours in ("4", "4"):
        with pytest.raises(DatabaseError, match="month of"), helped.session.begin_nested():
            helped.confirm(helped.hand_in(mine, hours))
            helped.confirm(helped.hand_in(mine, hours))
    for _ in range(4):
        helped.confirm(helped.hand_in(helped.resident(), "4"))
    with pytest.raises(DatabaseError, match="budget"), helped.session.begin_nested():
        helped.confirm(helped.hand_in(helped.resident(), "4"))


def test_old_credits_lapse_after_two_letters_and_once(helped):
    mine = helped.resident()
    helped.confirm(helped.hand_in(mine, "2"))
    for days, held in ((669, 200), (671, 200), (672, 200), (701, 200), (731, 0), (732, 0)):
        jobs.remind(helped.session, helped.at + timedelta(days=days))
        assert helped.held(mine) == held
    assert out(helped) == 0
    letters = helped.session.execute(text("SELECT key FROM mail WHERE key LIKE 'credits-%' ORDER BY id"))
    assert [key.split("-")[1] for (key,) in letters] == ["first", "second", "lapse"]


@pytest.mark.slow
def test_sixteen_confirmations_leave_a_budget_exact(at_once, build_trade, at):
    with at_once.atomic() as session:
        helped = build(session, at, build_trade(session, at), "10")
        waiting = [helped.hand_in(helped.resident(), "2").public_id for _ in range(16)]
        host = helped.host
    answers = at_once.run(
        *[
            lambda session, each=each: services.confirm(session, public_id=each, actor=host, at=at)
            for each in waiting
        ]
    )
    with at_once.atomic() as session:
        given = [each.credits for each in session.query(CreditHours) if each.granted_at]
        assert given == [200] * 5
        assert verdict(session).sound
    assert answers.count(True) == 5
    assert answers.count("BudgetEmpty") == 11
