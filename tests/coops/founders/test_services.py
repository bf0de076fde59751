from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from coops.founders import services as founders
from coops.founders.queries import asking
from coops.initiatives import errors, policy, queries, services
from coops.initiatives.models import InitiativeFounder
from cwb.identity.rules import Side
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail
from tests.coops.initiatives.test_services import answer, found_with, letters, sign, stop


@pytest.fixture
def programme(make_organisation, make_user):
    return [make_user((Role.PROGRAMME, make_organisation(Side.PROGRAMME)))]


def test_a_stranger_founds_nothing_until_a_founder_lets_it_in(session, initiative, people, at):
    first, stranger, third = people
    sign(session, initiative, first, at)
    sign(session, initiative, stranger, at)
    actor = Actor(stranger.id, "x", None, "", frozenset({Role.RESIDENT}))
    found = queries.initiative(session, initiative.public_id)
    for action in (policy.WORK, policy.ANSWER, policy.TELL, policy.READ_FILE):
        assert not policy.may(actor, action, found)
    assert [each.id for each in asking(session, initiative.id)] == [stranger.id]
    with pytest.raises(errors.RequestGone):
        answer(session, initiative, stranger, stranger, at)
    with pytest.raises(errors.WordMissing):
        answer(session, initiative, stranger, first, at, accept=False)
    answer(session, initiative, stranger, first, at, accept=False, word="Wij kennen u niet")
    with pytest.raises(errors.RequestGone):
        answer(session, initiative, stranger, first, at)
    told = session.scalars(select(Mail).where(Mail.subject == "De groep zei nee")).one()
    assert (told.recipient, "Wij kennen u niet" in told.text) == (stranger.email, True)
    sign(session, initiative, stranger, at + timedelta(hours=1))
    answer(session, initiative, stranger, first, at + timedelta(hours=1))
    assert policy.may(actor, policy.WORK, queries.locked_initiative(session, initiative.id))
    assert letters(session, "U bent mede-oprichter") == {stranger.email}
    sign(session, initiative, third, at)
    sign(session, initiative, third, at, stands=False)
    assert asking(session, initiative.id) == [], "who asked takes it back"


def test_the_database_lets_no_founder_in_whom_nobody_accepted(session, initiative, people, at):
    sign(session, initiative, people[1], at)
    for person in people[1:]:
        with pytest.raises(DBAPIError) as fault, session.begin_nested():
            session.add(InitiativeFounder(initiative_id=initiative.id, user_id=person.id, signed_at=at))
            session.flush()
        assert fault.value.orig.sqlstate == "CW017"
    accept = "UPDATE initiative_request SET answered_at = now(), accepted = true, answered_by_id = user_id"
    with pytest.raises(DBAPIError, match="another"), session.begin_nested():
        session.execute(text(accept))


def test_the_programme_lets_the_first_founder_in_only_where_nobody_leads(
    session, initiative, people, programme, at
):
    actor = Actor(programme[0].id, "x", 1, "", frozenset({Role.PROGRAMME}))
    found = queries.initiative(session, initiative.public_id)
    assert policy.may(actor, policy.ANSWER, found)
    assert not policy.may(actor, policy.WORK, found)
    sign(session, initiative, people[0], at)
    assert not policy.may(actor, policy.ANSWER, queries.locked_initiative(session, initiative.id))


def test_two_stop_it_and_either_takes_it_back_within_thirty_days(session, initiative, people, programme, at):
    first, second, _third = people
    coach = programme[0]
    found_with(session, initiative, first, second, at)
    services.coach_initiative(session, initiative=initiative, coaches=True, user_id=coach.id, at=at)
    assert stop(session, initiative, second, at).stopped_at is None
    assert letters(session, "Voorstel om te stoppen") == {first.email, coach.email}
    with pytest.raises(errors.StopAsked):
        stop(session, initiative, first, at)
    with pytest.raises(errors.NoStopAsked):
        founders.confirm_stop(session, initiative=initiative, user_id=second.id, at=at)
    founders.go_on(session, initiative=initiative, user_id=first.id, at=at)
    with pytest.raises(errors.NoStopAsked):
        founders.confirm_stop(session, initiative=initiative, user_id=first.id, at=at)
    stop(session, initiative, second, at)
    ended = founders.confirm_stop(session, initiative=initiative, user_id=coach.id, at=at)
    assert (ended.stopped_at, ended.stop_reason) == (at, "Geen tijd")
    assert letters(session, "Het initiatief is gestopt") == {first.email, second.email}
    with pytest.raises(errors.TooLateBack):
        founders.go_on(
            session, initiative=initiative, user_id=first.id, at=at + timedelta(days=30, seconds=1)
        )
    back = founders.go_on(session, initiative=initiative, user_id=first.id, at=at + timedelta(days=30))
    assert (back.stopped_at, back.stop_reason, back.stop_asked_at) == (None, "", None)


def test_a_proposal_of_who_left_stops_nothing(session, initiative, people, at):
    first, second, _third = people
    found_with(session, initiative, first, second, at)
    stop(session, initiative, second, at)
    sign(session, initiative, second, at, stands=False)
    with pytest.raises(errors.NoStopAsked):
        founders.confirm_stop(session, initiative=initiative, user_id=first.id, at=at)


def test_the_database_stops_no_group_for_one_person(session, initiative, people, at):
    found_with(session, initiative, people[0], people[1], at)
    alone = "UPDATE initiative SET stopped_at = now(), stop_reason = 'x', stopped_by_id = "
    for who in ("NULL", str(people[1].id)):
        with pytest.raises(DBAPIError) as fault, session.begin_nested():
            session.execute(text(alone + who))
        assert fault.value.orig.sqlstate == "CW017"
    stop(session, initiative, people[1], at)
    with pytest.raises(DBAPIError, match="two of its people"), session.begin_nested():
        session.execute(text(alone + "NULL"))
    with pytest.raises(DBAPIError, match="stop_two"), session.begin_nested():
        session.execute(text(alone + str(people[1].id)))


def test_the_programme_hears_of_a_request_that_nobody_answers(session, initiative, people, programme, at):
    first, second, _third = people
    keeper = Actor(programme[0].id, "P", None, "", frozenset({Role.PROGRAMME}))

    def unanswered(days: int) -> int:
        waits = queries.tasks(session, keeper, at + timedelta(days=days))
        return sum(each.text.startswith("Niemand antwoordt") for each in waits)

    sign(session, initiative, second, at)
    assert unanswered(0) == 1, "nobody founds or guides it yet"
    sign(session, initiative, first, at)
    assert [unanswered(days) for days in (0, 7, 8)] == [0, 0, 1]
    answer(session, initiative, second, first, at)
    assert unanswered(8) == 0


def test_when_the_last_founder_left_the_programme_hears_and_answers(
    session, initiative, people, programme, at
):
    first, second, third = people
    found_with(session, initiative, first, second, at)
    sign(session, initiative, second, at, stands=False)
    assert letters(session, "Iemand richt niet meer mee op") == {first.email}
    sign(session, initiative, first, at, stands=False)
    assert letters(session, "Iemand richt niet meer mee op") == {first.email, programme[0].email}
    sign(session, initiative, third, at)
    asked = select(Mail.recipient).where(Mail.subject == "Iemand wil mee oprichten").order_by(Mail.id)
    assert session.scalars(asked).all() == [first.email, programme[0].email], "the first for who came second"
    waits = queries.tasks(session, Actor(first.id, "x", None, "", frozenset({Role.RESIDENT})), at)
    assert not waits, "who left has nothing to do"
