from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from coops.exchange import errors, queries, services
from coops.exchange.models import Advert, AdvertReply
from coops.exchange.rules import AdvertFacts, Deal, Exchange, Item
from cwb.identity.rules import Side
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail


@pytest.fixture
def people(make_organisation, make_user):
    """Two cooperatives with somebody of their boards, as actors."""

    def make():
        home = make_organisation(Side.SUPPLIER)
        user = make_user((Role.BOARD, home))
        return user, Actor(user.id, user.name, home.id, home.name, frozenset({Role.BOARD}))

    return [make(), make()]


@pytest.fixture
def facts():
    day = local_date(clock.now()) + timedelta(days=30)
    return AdvertFacts(Exchange.OFFER, Item.TOOL, Deal.BORROW, "Bakfiets", "Op <b>maandag</b>", "FB", day)


def test_one_offers_another_answers_and_only_the_two_read_it(session, people, facts, sign_in_user, client):
    (maker, actor), (other, _) = people
    advert = services.place_advert(session, facts=facts, actor=actor, at=clock.now())
    session.commit()
    address = f"/exchange/{advert.public_id}"
    assert "Bakfiets" in client.get("/exchange").text
    assert "&lt;b&gt;maandag" in client.get(address).text
    assert "Log in om te reageren" in client.get(address).text
    theirs = sign_in_user(other)
    assert theirs.post(f"{address}/answer", data={"text": " "}).status_code == 422
    assert theirs.post(f"{address}/answer", data={"text": "Graag, elke maandag."}).status_code == 303
    assert "Graag, elke maandag." in theirs.get(address).text
    assert theirs.post(f"{address}/answer", data={"text": "Toch dinsdag."}).status_code == 303
    assert len(session.scalars(select(AdvertReply)).all()) == 1
    assert session.scalars(select(Mail).where(Mail.recipient == maker.email)).one()
    assert "Graag, elke maandag." not in client.get(address).text
    own = sign_in_user(maker)
    assert "Toch dinsdag." in own.get(address).text
    assert "Een reactie op" in own.get("/").text
    assert own.post(f"{address}/end").status_code == 303
    assert own.get(address).status_code == 404
    assert "Bakfiets" not in client.get("/exchange").text
    assert "weggehaald" in own.get("/exchange/mine").text


def test_a_form_places_and_changes_and_a_stale_one_overwrites_nothing(session, people, facts, sign_in_user):
    (maker, _), _ = people
    session.commit()
    browser = sign_in_user(maker)
    day = facts.expires_on.strftime("%d-%m-%Y")
    data = {
        "exchange": "want", "item": "space", "deal": "rent-lease", "title": "Schuur gezocht", "text": "20 m2",
        "expires_on": day, "place": "",
    }  # fmt: skip
    assert browser.post("/exchange/new", data={**data, "exchange": ""}).status_code == 422
    assert browser.post("/exchange/new", data=data).status_code == 303
    made = session.scalars(select(Advert)).one()
    change = f"/exchange/{made.public_id}/change"
    assert browser.post(change, data={**data, "title": "Loods gezocht", "version": "1"}).status_code == 303
    assert browser.post(change, data={**data, "title": "Kelder", "version": "1"}).status_code == 409
    session.expire_all()
    assert (made.title, made.version) == ("Loods gezocht", 2)
    assert browser.get("/exchange?exchange=offer").text.count("Loods") == 0
    assert "Loods gezocht" in browser.get("/exchange/list.csv").text
    assert browser.get("/data/exchange.json").json[0]["exchange_type"] == "want"


def test_another_organisation_changes_and_ends_nothing(session, people, facts, sign_in_user):
    (_, actor), (other, stranger) = people
    advert = services.place_advert(session, facts=facts, actor=actor, at=clock.now())
    session.commit()
    browser = sign_in_user(other)
    assert browser.get(f"/exchange/{advert.public_id}/change").status_code == 404
    assert browser.post(f"/exchange/{advert.public_id}/end").status_code == 404
    with pytest.raises(Forbidden):
        services.end_advert(session, advert=advert, actor=stranger, at=clock.now())
    with pytest.raises(Forbidden):
        services.change_advert(session, advert=advert, facts=facts, version=1, actor=stranger, at=clock.now())


def test_what_is_over_or_ones_own_is_not_answered(session, people, facts):
    (_, actor), (_, other) = people
    at = clock.now()
    advert = services.place_advert(session, facts=facts, actor=actor, at=at)
    with pytest.raises(errors.OwnAdvert):
        services.answer_advert(session, advert=advert, text="Ik", actor=actor, at=at)
    with pytest.raises(errors.AdvertEnded):
        services.answer_advert(session, advert=advert, text="Laat", actor=other, at=at + timedelta(days=40))
    services.end_advert(session, advert=advert, actor=actor, at=at)
    with pytest.raises(errors.AdvertNotFound):
        services.answer_advert(session, advert=advert, text="Weg", actor=other, at=at)


def test_the_database_refuses_an_answer_to_oneself(session, people, facts):
    (_, actor), _ = people
    advert = services.place_advert(session, facts=facts, actor=actor, at=clock.now())
    with pytest.raises(IntegrityError, match="an own one"):
        session.execute(
            text("INSERT INTO advert_reply (advert_id, organisation_id, text, written_by_id, written_at)"
                 " VALUES (:a, :o, 'Ik', :u, now())"),
            {"a": advert.id, "o": actor.organisation_id, "u": actor.user_id},
        )  # fmt: skip


def test_the_other_side_is_shown_beside_it(session, people, facts, client):
    (_, actor), (_, other) = people
    at = clock.now()
    advert = services.place_advert(session, facts=facts, actor=actor, at=at)
    want = replace(facts, exchange=Exchange.WANT, title="Bakfiets gezocht")
    services.place_advert(session, facts=want, actor=other, at=at)
    services.place_advert(session, facts=want, actor=actor, at=at)
    found = queries.fitting(session, advert, local_date(at))
    assert [each.organisation_id for each in found] == [other.organisation_id]
    session.commit()
    assert "Bakfiets gezocht" in client.get(f"/exchange/{advert.public_id}").text


def test_room_is_counted_and_what_ended_makes_room(session, people, facts):
    (_, actor), _ = people
    at = clock.now()
    made = [services.place_advert(session, facts=facts, actor=actor, at=at) for _ in range(20)]
    with pytest.raises(errors.TooManyAdverts):
        services.place_advert(session, facts=facts, actor=actor, at=at)
    services.end_advert(session, advert=made[0], actor=actor, at=at)
    services.place_advert(session, facts=facts, actor=actor, at=at)


def test_two_years_after_its_end_it_is_forgotten(session, people, facts):
    (_, actor), (_, other) = people
    at = clock.now()
    advert = services.place_advert(session, facts=facts, actor=actor, at=at)
    services.answer_advert(session, advert=advert, text="Ja", actor=other, at=at)
    services.forget_adverts(session, at=at + timedelta(days=759))
    assert session.scalars(select(Advert)).all()
    services.forget_adverts(session, at=at + timedelta(days=762))
    session.expire_all()
    assert not session.scalars(select(AdvertReply)).all()
