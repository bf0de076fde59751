from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from coops.founders.services import answer_request, stop_initiative
from coops.initiatives import services as initiatives
from coops.talent import errors, jobs, queries, rules, services
from coops.talent.models import TalentOffer, TalentProfile
from cwb.identity.events import UserErased
from cwb.kernel.policy import Actor, Role

ABOUT = rules.About("Zon", "zon@voorbeeld.example", ("cleaning", "green"), ("nl", "ar"), 16, "FB")


@pytest.fixture
def person(make_user):
    return make_user()


@pytest.fixture
def coach(make_user):
    return make_user()


@pytest.fixture
def initiative(session, coach, at):
    made = initiatives.start_initiative(session, sentence="Samen", category="green", user_id=coach.id, at=at)
    return initiatives.coach_initiative(session, initiative=made, coaches=True, user_id=coach.id, at=at)


@pytest.fixture
def profile(session, person, at):
    return services.put_forward(session, about=ABOUT, consent=True, user_id=person.id, at=at)


def left(session):
    return session.scalar(select(func.count()).select_from(TalentProfile)), session.scalar(
        select(func.count()).select_from(TalentOffer)
    )


def test_only_the_coach_sees_the_contact_until_it_is_shared(
    session, profile, person, initiative, coach, make_user, at
):
    services.offer(session, initiative=initiative, user_id=person.id, at=at)
    services.offer(session, initiative=initiative, user_id=person.id, at=at)
    founder = make_user().id
    initiatives.sign_intent(session, initiative=initiative, stands=True, user_id=founder, at=at)
    assert [each.contact for each in queries.offered(session, initiative, coach.id)] == [ABOUT.contact]
    assert [(each.name, each.contact) for each in queries.offered(session, initiative, founder)] == [
        ("Zon", None)
    ]
    services.share_contact(session, initiative=initiative, shared=True, user_id=person.id, at=at)
    assert [each.contact for each in queries.offered(session, initiative, founder)] == [None], "asks only"
    answer_request(session, initiative=initiative, asker_id=founder, accept=True, user_id=coach.id, at=at)
    assert [each.contact for each in queries.offered(session, initiative, founder)] == [ABOUT.contact]
    services.share_contact(session, initiative=initiative, shared=False, user_id=person.id, at=at)
    assert [each.contact for each in queries.offered(session, initiative, founder)] == [None]


def test_who_wants_to_join_is_told_to_its_people_once(session, profile, person, initiative, coach, at):
    for _twice in range(2):
        services.offer(session, initiative=initiative, user_id=person.id, at=at)
    told = text("SELECT recipient FROM mail WHERE key LIKE 'talent-offer-%'")
    assert session.scalars(told).all() == [coach.email]


def test_without_consent_nothing_is_kept(session, person, at):
    with pytest.raises(errors.ConsentMissing):
        services.put_forward(session, about=ABOUT, consent=False, user_id=person.id, at=at)
    assert queries.find_profile(session, person.id) is None
    with pytest.raises(errors.ProfileMissing):
        services.confirm(session, user_id=person.id, at=at)


def test_changing_keeps_one_profile_and_says_it_may_stay(session, profile, person, at):
    later = at + timedelta(days=200)
    changed = services.put_forward(
        session, about=rules.About("Maan", "0600000000", ("care",)), consent=True, user_id=person.id, at=later
    )
    assert (changed.id, changed.name, changed.skills, changed.confirmed_at) == (
        profile.id,
        "Maan",
        ["care"],
        later,
    )


def test_all_is_erased_at_a_click_and_with_the_account(session, profile, person, initiative, at):
    services.offer(session, initiative=initiative, user_id=person.id, at=at)
    with pytest.raises(errors.NotSure):
        services.erase(session, user_id=person.id, sure=False, at=at)
    assert queries.own_data(session, person.id)["contact"] == ABOUT.contact
    services.erase(session, user_id=person.id, sure=True, at=at)
    assert left(session) == (0, 0)
    assert queries.own_data(session, person.id) is None
    services.put_forward(session, about=ABOUT, consent=True, user_id=person.id, at=at)
    services.forget(session, UserErased(person.id, None, at))
    assert left(session) == (0, 0)


def test_silence_is_asked_about_once_and_then_erased(session, profile, person, initiative, at):
    services.offer(session, initiative=initiative, user_id=person.id, at=at)
    asked = at + rules.IDLE
    jobs.tidy(session, asked)
    jobs.tidy(session, asked + timedelta(days=1))
    asking = text("SELECT recipient FROM mail WHERE key LIKE 'talent-idle-%'")
    assert session.scalars(asking).all() == [person.email]
    me = Actor(person.id, "x", None, "", frozenset({Role.RESIDENT}))
    assert [each.endpoint for each in queries.tasks(session, me, asked)] == ["talent.show"]
    services.confirm(session, user_id=person.id, at=asked + timedelta(days=2))
    assert queries.tasks(session, me, asked + timedelta(days=2)) == []
    assert services.tidy(session, asked + rules.ANSWER) == (0, 0)
    again = asked + timedelta(days=2) + rules.IDLE
    assert services.tidy(session, again) == (1, 0)
    assert services.tidy(session, again + rules.ANSWER) == (0, 1)
    assert left(session) == (0, 0)


def test_a_stopped_initiative_takes_nobody(session, profile, person, initiative, coach, at):
    services.offer(session, initiative=initiative, user_id=person.id, at=at)
    services.take_back(session, initiative=initiative, user_id=person.id)
    assert left(session) == (1, 0)
    stop_initiative(session, initiative=initiative, reason="x", user_id=coach.id, at=at)
    with pytest.raises(errors.InitiativeClosed):
        services.offer(session, initiative=initiative, user_id=person.id, at=at)
    assert queries.counts(session) == {"cleaning": None, "green": None}
