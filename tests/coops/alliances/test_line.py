"""A wijk: residents put things on its page, others support them, the alliance answers; dates; what is removed."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from coops.alliances import errors, queries, rules, services
from coops.alliances.models import AllianceMeeting, PlacePost, PostSupport
from coops.alliances.rules import Kind, Outcome, PostFacts, State
from coops.register.services import register_cooperative
from cwb.identity.events import UserErased
from cwb.identity.rules import Side
from cwb.kernel import clock
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail

ITEM = PostFacts(Kind.ITEM, "Meer licht op het plein", "Het is er donker na zes uur.")


@pytest.fixture
def cast(make_organisation, make_user):
    """A resident, another, and somebody of the programme: user and actor."""
    office, found = make_organisation(Side.PROGRAMME), {}
    for name in ("resident", "other"):
        user = make_user()
        found[name] = (user, Actor(user.id, user.name, roles=frozenset({Role.RESIDENT})))
    user = make_user((Role.PROGRAMME, office))
    found["keeper"] = (user, Actor(user.id, user.name, office.id, office.name, frozenset({Role.PROGRAMME})))
    return found


def put(session, cast, facts=ITEM, who="resident"):
    return services.put_post(session, place="FB", facts=facts, actor=cast[who][1], at=clock.now())


def test_from_putting_it_there_to_the_answer(session, cast, sign_in_user, client):
    mine, other, keeper = (sign_in_user(cast[name][0]) for name in ("resident", "other", "keeper"))
    assert mine.post("/wijken/ZZ/item", data={}).status_code == 404
    assert mine.post("/wijken/FB/item", data={"title": "Licht", "text": ""}).status_code == 422
    given = {"title": "Licht <b>op</b> het plein", "text": "Het is er donker na zes uur."}
    assert mine.post("/wijken/FB/item", data=given).status_code == 303
    made = session.scalars(select(PlacePost)).one()
    address = f"/wijken/posts/{made.public_id}"
    assert client.get(address).status_code == 404
    assert "Licht" not in client.get("/wijken/FB").text
    assert "Lees voor een wijk" in keeper.get("/").text
    assert other.post(f"{address}/publish").status_code == 403
    assert keeper.post(f"{address}/publish").status_code == 303
    shown = client.get("/wijken/FB").text
    assert "Licht &lt;b&gt;op&lt;/b&gt; het plein" in shown
    for _twice in range(2):
        assert other.post(f"{address}/support").status_code == 303
    assert "1 ander steunt dit." in client.get("/wijken/FB").text
    mine.post(f"{address}/support")
    assert session.scalars(select(PostSupport.user_id)).all() == [cast["other"][0].id]
    promise = {
        "who": "Woningcorporatie",
        "title": "Nieuwe lampen",
        "text": "Gezegd op de bijeenkomst.",
        "due_on": "",
    }
    assert mine.post("/wijken/FB/promise", data={**promise, "who": " "}).status_code == 422
    assert mine.post("/wijken/FB/promise", data=promise).status_code == 303
    assert keeper.post(f"{address}/answer", data={"outcome": "kept", "text": "Ja"}).status_code == 422
    assert (
        keeper.post(f"{address}/answer", data={"outcome": "taken_up", "text": "In mei."}).status_code == 303
    )
    assert "Wij pakken dit op" in client.get("/wijken/FB").text
    assert keeper.post(f"{address}/remove", data={"text": "Er stond een naam in."}).status_code == 303
    left = client.get("/wijken/FB").text
    assert "Licht" not in left and "Er stond een naam in." in left  # noqa: PT018 (one page)
    assert client.get(address).status_code == 404
    assert "donker" in keeper.get(address).text
    assert client.get("/wijken").status_code == 200


def test_who_is_named_in_a_promise_is_told_and_replies_once(
    session, cast, sign_in, sign_in_user, client, make_organisation
):
    corporation = make_organisation(Side.ANCHOR, name="Woningcorporatie De Brug")
    named, stranger = sign_in(Role.PURCHASER, corporation), sign_in(Role.PURCHASER)
    mine, keeper = (sign_in_user(cast[name][0]) for name in ("resident", "keeper"))
    told = {"who": "de brug", "title": "Nieuwe lampen", "text": "Gezegd op de bijeenkomst.", "due_on": ""}
    address = mine.post("/wijken/FB/promise", data=told).location
    assert named.get(address).status_code == 404
    assert "Woningcorporatie De Brug" in keeper.get(address).text
    unsaid = keeper.post(f"{address}/publish")
    assert unsaid.status_code == 422, "nobody is taken for unnamed because the reader overlooked the question"
    assert "Kies één." in unsaid.text
    assert (
        keeper.post(f"{address}/publish", data={"organisation": str(corporation.public_id)}).status_code
        == 303
    )
    letter = session.scalars(select(Mail).where(Mail.recipient == named.user.email)).one()
    assert letter.link == address
    assert "Reageer op een belofte" in named.get("/").text
    assert f"{address}/reply" in named.get(address).text
    assert f"{address}/reply" not in stranger.get(address).text
    assert stranger.get(f"{address}/reply").status_code == 303
    assert stranger.post(f"{address}/reply", data={"text": "Wij niet."}).status_code == 403
    assert named.post(f"{address}/reply", data={"text": " "}).status_code == 422
    assert named.post(f"{address}/reply", data={"text": "In mei hangen ze er."}).status_code == 303
    assert named.post(f"{address}/reply", data={"text": "Toch niet."}).status_code == 409
    assert "In mei hangen ze er." in client.get(address).text
    assert "Reageer op een belofte" not in named.get("/").text
    for change in ("reply = 'Nee'", "organisation_id = NULL"):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(f"UPDATE place_post SET {change}"))


def test_dates_stand_on_the_page_and_in_the_calendar(session, cast, sign_in_user, client):
    keeper = sign_in_user(cast["keeper"][0])
    day = clock.now() + timedelta(days=30)
    data = {"starts_at": f"{day:%Y-%m-%dT19:30}", "place": "Buurthuis, zaal 2"}
    assert (
        keeper.post("/wijken/FB/meeting", data={**data, "starts_at": "2020-01-01T10:00"}).status_code == 422
    )
    assert keeper.post("/wijken/FB/meeting", data=data).status_code == 303
    assert "Buurthuis, zaal 2" in client.get("/wijken/FB").text
    made = session.scalars(select(AllianceMeeting)).one()
    feed = client.get("/wijken/FB/agenda.ics").text
    assert f"UID:{made.public_id}@wijken" in feed
    assert "SEQUENCE:0" in feed
    assert "VEVENT" not in client.get("/wijken/FA/agenda.ics").text
    assert (
        keeper.post(f"/wijken/meetings/{made.public_id}/cancel", data={"text": "Zaal dicht."}).status_code
        == 303
    )
    assert "STATUS:CANCELLED" in client.get("/wijken/FB/agenda.ics").text
    with pytest.raises(errors.MeetingOver):
        services.cancel_meeting(
            session, meeting=made, reason="Nog eens", actor=cast["keeper"][1], at=clock.now()
        )


def test_who_put_it_there_neither_reads_nor_answers_nor_supports(session, cast):
    made = put(session, cast, who="keeper")
    given = {"post": made, "actor": cast["keeper"][1], "at": clock.now()}
    for act, more in (
        (services.publish_post, {}), (services.answer_post, {"outcome": Outcome.TAKEN_UP, "answer": "Ja"}),
        (services.remove_post, {"reason": "Weg"}),
    ):  # fmt: skip
        with pytest.raises(errors.OwnPost):
            act(session, **given, **more)
    with pytest.raises(errors.OwnSupport):
        services.support(session, **given)
    helper = Actor(cast["other"][0].id, "H", 1, "C", frozenset({Role.BID_HELPER}))
    with pytest.raises(Forbidden):
        services.publish_post(session, **{**given, "actor": helper})


def test_the_database_keeps_what_stood_there(session, cast):
    made = put(session, cast)
    services.publish_post(session, post=made, actor=cast["keeper"][1], at=clock.now())
    for change in ("title = 'Anders'", "published_at = NULL, published_by_id = NULL"):
        with pytest.raises(IntegrityError, match="stays"), session.begin_nested():
            session.execute(text(f"UPDATE place_post SET {change}"))
    wrong = "outcome = 'kept', answer = 'x', answered_at = published_at, answered_by_id = published_by_id"
    with pytest.raises(IntegrityError, match="ck_place_post_outcome"), session.begin_nested():
        session.execute(text(f"UPDATE place_post SET {wrong}"))
    services.support(session, post=made, actor=cast["other"][1], at=clock.now())
    services.forget_user(session, UserErased(cast["other"][0].id, None, clock.now()))
    assert session.scalars(select(PostSupport)).all() == []


def test_who_works_in_a_wijk_is_counted_by_where_it_sits_and_what_it_chose(
    session, make_organisation, make_user
):
    homes = [make_organisation(Side.SUPPLIER) for _each in range(4)]
    for home, place, serves, said in zip(
        homes, ("FB", "FB", "FC", None), ([], ["FC"], ["FB"], []), (False, True, False, False), strict=True
    ):
        register_cooperative(
            session, organisation=home, kind="worker", description="Wij werken.", sectors=["cleaning"],
            languages=["nl"], place_code=place, place_said=said, weekly_hours=40, serves=serves, user_id=make_user().id,
            at=clock.now(),
        )  # fmt: skip
    found = queries.seated(session, "FB", clock.now())
    assert (found.total, found.checked, found.hours, found.chosen, found.everywhere) == (2, 0, 80, 1, 1)
    assert (found.proven, [each.place_said for each in found.shown].count(True)) == (1, 1), "by its address"
    assert queries.overview(session, clock.now())["FB"] == {"cooperatives": 1, "said": 1}
    assert {each.organisation.name for each in found.shown} == {homes[0].name, homes[1].name}
    nobody = queries.seated(session, "FK", clock.now())
    assert (nobody.total, nobody.hours, nobody.shown) == (0, 0, [])


def test_no_more_than_a_few_wait_and_states(session, cast):
    for _each in range(rules.MOST_WAITING):
        put(session, cast)
    with pytest.raises(errors.TooManyPosts):
        put(session, cast)
    at = clock.now()
    assert rules.state_of(None, None, None) is State.WAITING
    assert rules.state_of(at, at, at) is State.REMOVED
    assert rules.state_of(at, at, None) is State.ANSWERED


def test_a_promise_past_its_day_without_a_word_is_late_on_both_pages(session, cast, client):
    today = clock.local_date(clock.now())
    for day, late in ((None, False), (today, False), (today - timedelta(days=1), True)):
        assert rules.is_late(day, None, today) is late
    assert not rules.is_late(today - timedelta(days=1), clock.now(), today)
    due = today - timedelta(days=1)
    made = put(session, cast, PostFacts(Kind.PROMISE, "Lampen", "Er komen lampen.", "De gemeente", due))
    services.publish_post(session, post=made, actor=cast["keeper"][1], at=clock.now())
    session.commit()
    for page in ("/wijken/FB", f"/wijken/posts/{made.public_id}"):
        assert "te laat" in client.get(page).text
    assert "wacht op antwoord" not in client.get("/wijken/FB").text
