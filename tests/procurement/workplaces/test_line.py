"""Reserved contracts along the line: who may bid, what the programme checks, what the buyer sees and when."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic
from procurement.bids import queries as bid_queries
from procurement.bids import services as bids
from procurement.bids.errors import MayNotBid
from procurement.bids.rules import Bar
from procurement.consortia.errors import MemberMayNotBid
from procurement.joining.errors import MayNotSign
from procurement.reserved import services as statements
from procurement.reserved.rules import Standing
from procurement.workplaces import errors, queries, services
from procurement.workplaces.rules import CountFacts
from tests.procurement.together import Together
from tests.procurement.world import World

RESERVED = "UPDATE tender SET reservation = '2.82', reservation_reason = 'Voor de wijk' WHERE id = :id"
AIM = "Wij leiden mensen op die lang geen werk hadden."


@pytest.fixture
def reserved(session, tmp_path):
    class Reserved(World):
        before_publishing = RESERVED

    return Reserved(session, tmp_path)


def state(world, actor, people=10, target=4, days=200):
    today = local_date(world.at)
    facts = CountFacts(
        today, people, target, 0, AIM, "pso", "PSO 30+, nummer 12", today + timedelta(days=days)
    )
    with atomic(world.session) as session:
        return services.state_count(session, facts=facts, actor=actor, at=world.at)


def checker(world):
    with atomic(world.session):
        return world.person("Petra", world.office, Role.PROGRAMME)


def check(world, made, who, *, accepted=True, note="Gezien."):
    with atomic(world.session) as session:
        statements.check(session, statement=made, accepted=accepted, note=note, actor=who, at=world.at)


def bars(world, actor):
    return bids.bars(world.session, world.chance(), actor, bid_queries.database_now(world.session))


def test_only_who_counted_enough_people_may_bid(reserved):
    glans = reserved.supplier("Glans")
    assert bars(reserved, glans) == [Bar.NOT_RESERVED]
    with pytest.raises(MayNotBid):
        reserved.start(glans)
    state(reserved, glans, target=2)
    assert bars(reserved, glans) == [Bar.NOT_RESERVED]
    state(reserved, glans, target=3)
    assert bars(reserved, glans) == []
    assert reserved.bid_of(glans).version == 1


def test_other_contracts_ask_nothing(world):
    assert bars(world, world.supplier("Glans")) == []


def test_a_count_taken_back_after_the_draft_began_stops_handing_in(reserved):
    glans = reserved.supplier("Glans")
    made = state(reserved, glans)
    bid = reserved.start(glans)
    reserved.fill(bid, glans)
    with atomic(reserved.session) as session:
        statements.withdraw(session, statement=made, actor=glans, at=reserved.at)
    with pytest.raises(MayNotBid):
        reserved.hand_in(bid, glans)


def test_the_database_keeps_the_gate_by_itself(reserved, monkeypatch):
    glans = reserved.supplier("Glans")
    monkeypatch.setattr("procurement.bids.services.reservation_bars", lambda *_: [])
    bid = reserved.start(glans)
    reserved.fill(bid, glans)
    with pytest.raises(MayNotBid):
        reserved.hand_in(bid, glans)
    made = state(reserved, glans)
    check(reserved, made, checker(reserved), accepted=False, note="Het stuk is van een ander.")
    with pytest.raises(MayNotBid):
        reserved.hand_in(bid, glans)
    state(reserved, glans)
    assert reserved.hand_in(bid, glans).version == 1


def test_in_a_joint_bid_each_member_counts(reserved):
    lead = reserved.supplier("Lid A")
    state(reserved, lead)
    three = Together(reserved, lead)
    state(reserved, three.one)
    three.invite()
    with pytest.raises(MayNotSign):
        three.say()
    late = state(reserved, three.two)
    three.say()
    three.share(6000, 2500, 1500)
    three.ask()
    three.sign()
    with atomic(reserved.session) as session:
        statements.withdraw(session, statement=late, actor=three.two, at=reserved.at)
    with pytest.raises(MemberMayNotBid):
        three.hand_in()
    state(reserved, three.two)
    assert three.hand_in().version == 1


def test_a_second_person_checks_once_and_says_what_was_seen(reserved):
    glans, petra = reserved.supplier("Glans"), checker(reserved)
    state(reserved, glans)  # replaced by the next: it no longer waits
    made = state(reserved, glans)
    with pytest.raises(errors.NoteMissing):
        check(reserved, made, petra, note=" ")
    with pytest.raises(Forbidden):
        check(reserved, made, glans)
    both = Actor(glans.user_id, "", glans.organisation_id, "", frozenset({Role.PROGRAMME}))
    with pytest.raises(errors.CheckedBySelf):
        check(reserved, made, both)
    assert len(queries.tasks(reserved.session, petra, reserved.at)) == 1
    check(reserved, made, petra)
    assert not queries.tasks(reserved.session, petra, reserved.at)
    with pytest.raises(errors.CountSettled):
        check(reserved, made, petra, accepted=False)
    day = local_date(reserved.at)
    assert made.standing(day, 30) is Standing.CHECKED
    assert queries.able(reserved.session, None, reserved.at, on=day, percent=30) == (
        0,
        0,
    )  # not in the register


def test_a_coach_does_not_check(reserved, make_user, session):
    glans, petra = reserved.supplier("Glans"), checker(reserved)
    made = state(reserved, glans)
    with atomic(session):
        session.execute(
            text(
                "INSERT INTO cooperative (organisation_id, kind, description, search_text, sectors, languages, serves, coach_id,"
                " registered_at, registered_by_id, changed_at, changed_by_id, version)"
                " VALUES (:of, 'worker', 'x', 'x', '[\"cleaning\"]', '[]', '[]', :coach, now(), :by, now(), :by, 1)"
            ),
            {"of": glans.organisation_id, "coach": petra.user_id, "by": glans.user_id},
        )
    assert not queries.tasks(session, petra, reserved.at)
    with pytest.raises(errors.CheckedBySelf):
        check(reserved, made, petra)
    day = local_date(reserved.at)
    assert queries.able(session, "cleaning", reserved.at, on=day, percent=30) == (1, 0)
    assert queries.able(session, "green", reserved.at, on=day, percent=30) == (0, 0)


def test_another_organisations_count_is_not_taken_back(reserved):
    made = state(reserved, reserved.supplier("Glans"))
    with pytest.raises(Forbidden), atomic(reserved.session) as session:
        statements.withdraw(session, statement=made, actor=reserved.supplier("Boen"), at=reserved.at)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM workplace_count",
        "UPDATE workplace_count SET target = 9",
        "UPDATE workplace_count SET valid_until = valid_until + 1",
        "UPDATE workplace_count SET accepted = false",
        "UPDATE workplace_count SET check_note = 'Toch niet'",
    ],
)
def test_what_was_stated_and_checked_stays(reserved, statement):
    made = state(reserved, reserved.supplier("Glans"))
    check(reserved, made, checker(reserved))
    with pytest.raises(DBAPIError) as refused, reserved.session.begin_nested():
        reserved.session.execute(text(statement))
    assert refused.value.orig.sqlstate == "CW040"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("people = 3", "people"), ("seconded = 5", "people"), ("aim = 'kort'", "texts"), ("proof_note = ''", "texts"),
        ("valid_until = counted_on + 367", "days"), ("checked_at = now()", "checked"),
        ("withdrawn_at = now()", "withdrawn"),
    ],
)  # fmt: skip
def test_the_database_refuses_what_the_rules_refuse(reserved, change, name):
    state(reserved, reserved.supplier("Glans"))
    reserved.session.execute(text("ALTER TABLE workplace_count DISABLE TRIGGER USER"))
    with pytest.raises(DBAPIError) as refused, reserved.session.begin_nested():
        reserved.session.execute(text(f"UPDATE workplace_count SET {change}"))
    assert f"ck_workplace_count_{name}" in str(refused.value)


def test_the_buyer_sees_counts_after_the_opening_only(reserved, sign_in_user, session, monkeypatch):
    glans = reserved.supplier("Glans")
    state(reserved, glans, people=7, target=3)
    reserved.bid_of(glans)
    monkeypatch.setattr(clock, "now", lambda: reserved.at)
    buyer = sign_in_user(session.get(User, reserved.anna.user_id))
    page = f"/tenders/{reserved.tender.number}/opening"
    assert "42,85" not in buyer.get(page).text
    reserved.closes()
    reserved.release(reserved.anna, reserved.bram)
    reserved.open(reserved.bram)
    buyer = sign_in_user(session.get(User, reserved.anna.user_id))
    shown = buyer.get(page).text
    assert "42,85 %" in shown
    assert "3 van 7" in shown
