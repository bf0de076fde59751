"""The pages of the opening, walked without JavaScript."""

import re
from html import unescape
from typing import NamedTuple

import pytest

from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.transaction import atomic
from procurement.opening import views
from tests.procurement.world import WORDS


@pytest.fixture
def browser(world, app, sign_in_user):
    world.keys.folder = app.extensions["cwb.config"].data_dir / "keys" / "house"
    return lambda actor: sign_in_user(world.session.get_one(User, actor.user_id))


class _User(NamedTuple):
    """Somebody one may become in a demo."""

    url: str
    label: str
    current: bool


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", unescape(answer.text))


def url(world, rest="") -> str:
    return f"/tenders/{world.tender.number}/opening{rest}"


def open_in_pages(world, browser):
    anna, bram = browser(world.anna), browser(world.bram)
    given = anna.post(url(world, "/release"), data={"to": world.bram.user_id, "passphrase": WORDS})
    assert given.status_code == 303, text_of(given)
    assert "Stap 2 van 2" in text_of(bram.get(url(world)))
    opened = bram.post(url(world, "/open"), data={"passphrase": WORDS})
    assert opened.status_code == 303, text_of(opened)
    return bram


def test_before_the_deadline_the_page_waits_and_tells_no_number(world, browser):
    world.bid_of(world.supplier())
    page = browser(world.anna)
    shown = text_of(page.get(url(world)))
    assert "Tot dan gaat er niets open" in shown
    assert "Bram" in shown
    assert "Eva" in shown
    assert (
        page.post(url(world, "/release"), data={"to": world.bram.user_id, "passphrase": WORDS}).status_code
        == 422
    )
    assert page.post(url(world, "/open"), data={"passphrase": WORDS}).status_code == 422
    assert page.get(url(world, "/record.csv")).status_code == 404


def test_two_people_open_and_the_record_stands(world, browser):
    supplier = world.supplier("Cooperatie Glans")
    bid = world.bid_of(supplier)
    world.closes()
    assert "Stap 1 van 2" in text_of(browser(world.anna).get(url(world)))
    page = open_in_pages(world, browser)
    shown = text_of(page.get(url(world)))
    assert f"/tenders/{world.tender.number}/evaluation" in page.get(url(world)).text
    for said in ("Verslag van de opening", "Anna", "Bram", "Cooperatie Glans", "In orde"):
        assert said in shown
    assert "47.118" not in shown
    assert "Inschrijver A" not in shown
    assert "Cooperatie Glans" in page.get(url(world, "/record.csv")).text
    assert page.post(url(world, "/open"), data={"passphrase": WORDS}).status_code == 409
    receipt = text_of(browser(supplier).get(f"/bids/{bid.public_id}"))
    assert "Geopend" in receipt


def test_a_wrong_passphrase_is_said_at_its_field_and_never_shown_again(world, browser):
    world.closes()
    page = browser(world.anna)
    answer = page.post(
        url(world, "/release"), data={"to": world.bram.user_id, "passphrase": "verkeerd verkeerd"}
    )
    assert answer.status_code == 422
    assert "U kunt het nog 4 keer proberen" in text_of(answer)
    assert "verkeerd verkeerd" not in answer.text
    for _ in range(4):
        page.post(url(world, "/release"), data={"to": world.bram.user_id, "passphrase": "verkeerd verkeerd"})
    answer = page.post(url(world, "/release"), data={"to": world.bram.user_id, "passphrase": WORDS})
    assert "Te vaak een verkeerde wachtzin" in text_of(answer)


def test_only_a_demo_tells_the_passphrase_of_its_invented_people(world, browser, app):
    world.bid_of(world.supplier())
    world.closes()
    page = browser(world.anna)
    assert "In dit voorbeeld" not in text_of(page.get(url(world)))
    app.jinja_env.globals["demo"] = (_User("/", "Inkoper", current=False),)
    assert "In dit voorbeeld is de wachtzin: voorbeeld sleutelzin" in text_of(page.get(url(world)))


def test_the_keeper_takes_part_with_a_reason_only(world, browser):
    world.closes()
    page = browser(world.anna)
    answer = page.post(
        url(world, "/release"), data={"to": world.eva.user_id, "passphrase": WORDS, "reason": ""}
    )
    assert "Schrijf waarom de reservehouder invalt" in text_of(answer)
    page.post(
        url(world, "/release"), data={"to": world.eva.user_id, "passphrase": WORDS, "reason": "Bram is ziek"}
    )
    assert browser(world.eva).post(url(world, "/open"), data={"passphrase": WORDS}).status_code == 303
    assert "Bram is ziek" in text_of(page.get(url(world)))


@pytest.mark.parametrize("to", ["", "abc", "-1", "999999999"])
def test_a_forged_receiver_is_refused(world, browser, to):
    world.closes()
    assert (
        browser(world.anna).post(url(world, "/release"), data={"to": to, "passphrase": WORDS}).status_code
        == 422
    )


def test_strangers_and_suppliers_do_not_see_the_opening(world, browser):
    world.closes()
    assert browser(world.supplier()).get(url(world)).status_code == 403
    with atomic(world.session):
        other = world.person(
            "Otto", world.organisation("Andere gemeente", anchor_type="municipality"), "purchaser"
        )
    page = browser(other)
    for rest in ("", "/record.csv", "/unsuccessful"):
        assert page.get(url(world, rest)).status_code == 404
    for rest in ("/release", "/open", "/unsuccessful"):
        assert page.post(url(world, rest)).status_code == 404


def test_a_colleague_without_a_share_sees_but_does_not_open(world, browser):
    with atomic(world.session):
        carla = world.person("Carla", world.buyer, "purchaser", key=True)
    world.closes()
    page = browser(carla)
    assert "U opent hier niet" in text_of(page.get(url(world)))
    assert (
        page.post(url(world, "/release"), data={"to": world.bram.user_id, "passphrase": WORDS}).status_code
        == 403
    )


def test_without_bids_the_tender_ends_without_result(world, browser):
    world.closes()
    page = open_in_pages(world, browser)
    assert "Niemand schreef in" in text_of(page.get(url(world)))
    assert page.post(url(world, "/unsuccessful"), data={"reason": " "}).status_code == 422
    assert browser(world.eva).post(url(world, "/unsuccessful"), data={"reason": "x"}).status_code == 403
    assert page.post(url(world, "/unsuccessful"), data={"reason": "Niemand schreef in."}).status_code == 303
    assert world.tender.unsuccessful_reason == "Niemand schreef in."
    assert page.post(url(world, "/unsuccessful"), data={"reason": "Nog eens"}).status_code == 409


def test_with_bids_it_does_not(world, browser):
    world.bid_of(world.supplier())
    world.closes()
    page = open_in_pages(world, browser)
    assert page.post(url(world, "/unsuccessful"), data={"reason": "Geen zin"}).status_code == 409
    assert world.tender.unsuccessful_at is None


def test_the_tender_leads_its_buyer_to_the_next_act(world, browser, monkeypatch):
    page, address = browser(world.anna), f"/tenders/{world.tender.number}"
    assert url(world) not in page.get(address).text
    world.closes()
    monkeypatch.setattr(clock, "now", lambda: world.at)
    assert "Inschrijvingen openen" in browser(world.anna).get(address).text
    assert "Inschrijvingen openen" not in browser(world.supplier()).get(address).text


def test_the_opening_is_a_task_of_its_holders(world, browser):
    assert views.tasks(world.session, world.anna, world.at) == []
    world.closes()
    for actor in (world.anna, world.bram):
        [task] = views.tasks(world.session, actor, world.at)
        assert task.due_at is None, "opening is not late from the first second"
    assert views.tasks(world.session, world.eva, world.at) == []
    assert views.tasks(world.session, world.supplier(), world.at) == []


def test_who_gave_a_share_waits_for_the_other(world, browser):
    world.bid_of(world.supplier())
    world.closes()
    world.release(world.anna, world.bram)
    shown = text_of(browser(world.anna).get(url(world)))
    assert "Wacht op Bram" in shown
    assert "Stap 1 van 2" not in shown
    assert "Geef uw deel aan iemand anders" in shown
