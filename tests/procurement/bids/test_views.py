"""The pages of a bid, walked without JavaScript."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from cwb.identity.models import Organisation, User
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from procurement.bids import queries, rules, services
from procurement.bids.models import Bid
from procurement.keeping import jobs


@pytest.fixture
def browser(world, app, sign_in_user):
    """A browser of one of the world's people."""

    def enter(actor):
        made = sign_in_user(world.session.get_one(User, actor.user_id))
        made.actor = actor
        return made

    return enter


@pytest.fixture
def keys(world, app):
    """The world and the pages use the same keys outside the database."""
    world.keys.folder = app.extensions["cwb.config"].data_dir / "keys" / "house"
    return world.keys


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", unescape(answer.text))


def url(world, rest="") -> str:
    return f"/tenders/{world.tender.number}/bid{rest}"


def seen(answer) -> str:
    return re.search(r'name="seen"[^>]*value="(\d*)"', answer.text)[1]


def once(answer) -> str:
    return re.search(r'name="once"[^>]*value="([^"]+)"', answer.text)[1]


def fill(world, browser):
    until = world.values()["price"]["valid_until"]
    pages = {
        "/price": {"price": "47118,33", "valid_until": until, "note": ""},
        "/criteria/plan": {"text": "Wij komen drie keer per week."},
        "/criteria/social": {"text": "Drie banen."},
        "/declarations": dict.fromkeys(("requirements", "exclusion", "independent", "truth", "bound"), "y"),
    }
    for rest, facts in pages.items():
        shown = browser.get(url(world, rest))
        assert shown.status_code == 200
        answer = browser.post(url(world, rest), data={**facts, "seen": seen(shown), "once": once(shown)})
        assert answer.status_code == 303, text_of(answer)


def test_from_start_to_receipt(world, keys, browser):
    page = browser(world.supplier())
    assert "U kunt inschrijven" in text_of(page.get(url(world)))
    assert page.post(url(world, "/start")).status_code == 303
    assert "0 van 4 klaar" in text_of(page.get(url(world)))
    fill(world, page)
    whole = text_of(page.get(url(world)))
    assert "4 van 4 klaar" in whole
    assert whole.count("Klaar") == 4, "what is counted is what the list shows"
    assert "Alles is ingevuld. Kijk het na en dien in." in whole
    checked = page.get(url(world, "/check"))
    assert "47.118,33" in text_of(checked)
    answer = page.post(url(world, "/check"), data={"seen": seen(checked), "once": once(checked)})
    assert answer.status_code == 303
    receipt = page.get(answer.location)
    version = queries.versions(world.session, world.session.scalars(select(Bid)).one().id)[0]
    assert version.receipt in receipt.text
    assert version.digest in receipt.text
    assert "Wat gebeurt er nu?" in text_of(receipt)
    again = page.post(url(world, "/check"), data={"seen": seen(checked), "once": once(checked)})
    assert again.location == answer.location  # a double click
    listed = page.get("/bids")
    assert "Ingediend" in text_of(listed)
    assert world.tender.number in page.get("/bids.csv").text
    handed = text_of(page.get(url(world)))
    assert "4 van 4 klaar" in handed
    assert "Alles is ingevuld" not in handed


def test_later_keeps_what_is_there_whole_or_not(world, keys, browser):
    page = browser(world.supplier())
    page.post(url(world, "/start"))
    shown = page.get(url(world, "/price"))
    answer = page.post(url(world, "/price"), data={"price": "bijna klaar", "seen": seen(shown), "later": "1"})
    assert answer.location == url(world)
    assert 'value="bijna klaar"' in page.get(url(world, "/price")).text
    assert "Begonnen" in text_of(page.get(url(world)))


def test_a_fault_shows_at_its_field_and_keeps_what_was_typed(world, keys, browser):
    page = browser(world.supplier())
    page.post(url(world, "/start"))
    shown = page.get(url(world, "/price"))
    for price in ("", "0", "-5", "tien", "1.5.0", "9" * 30, "مئة"):
        answer = page.post(
            url(world, "/price"), data={"price": price, "note": "blijft staan", "seen": seen(shown)}
        )
        assert answer.status_code == 422
        assert "blijft staan" in answer.text
    soon = local_date(world.tender.closes_at).isoformat()
    answer = page.post(url(world, "/price"), data={"price": "10", "valid_until": soon, "seen": seen(shown)})
    assert "Kies een latere dag" in text_of(answer)
    for text in ("", "   ", "x" * 5001):
        assert page.post(url(world, "/criteria/plan"), data={"text": text, "seen": "0"}).status_code == 422
    assert (
        page.post(
            url(world, "/criteria/plan"), data={"text": "x" * 20_001, "seen": "0", "later": "1"}
        ).status_code
        == 422
    )
    assert page.post(url(world, "/declarations"), data={"truth": "y", "seen": "0"}).status_code == 422
    assert services.read_draft(world.session.scalars(select(Bid)).one(), keys).saves == 0


def test_a_stale_page_is_a_conflict_that_keeps_both_texts(world, keys, browser):
    actor = world.supplier()
    first, second = browser(actor), browser(actor)
    first.post(url(world, "/start"))
    shown = first.get(url(world, "/criteria/plan"))
    assert (
        second.post(
            url(world, "/criteria/plan"), data={"text": "van de ander", "seen": seen(shown)}
        ).status_code
        == 303
    )
    answer = first.post(url(world, "/criteria/plan"), data={"text": "van mij", "seen": seen(shown)})
    assert answer.status_code == 409
    assert "van mij" in answer.text
    assert "Iemand anders heeft dit deel intussen opgeslagen" in text_of(answer)
    kept = services.read_draft(world.session.scalars(select(Bid)).one(), keys)
    assert kept.part("q:plan").value == {"text": "van de ander"}
    again = first.post(url(world, "/criteria/plan"), data={"text": "van mij", "seen": seen(answer)})
    assert again.status_code == 303


@pytest.mark.parametrize("rubbish", ["", "-1", "abc", "٣", "9" * 40])
def test_a_forged_save_number_is_a_conflict_not_a_crash(world, keys, browser, rubbish):
    page = browser(world.supplier())
    page.post(url(world, "/start"))
    page.post(url(world, "/criteria/plan"), data={"text": "eerst", "seen": "0"})
    assert page.post(url(world, "/criteria/plan"), data={"text": "dan", "seen": rubbish}).status_code == 409
    fill_again = page.post(url(world, "/check"), data={"seen": rubbish})
    assert fill_again.status_code in {409, 422}


def test_late_is_said_with_the_closing_time(world, keys, browser):
    page = browser(world.supplier())
    page.post(url(world, "/start"))
    fill(world, page)
    checked = page.get(url(world, "/check"))
    world.closes()
    answer = page.post(url(world, "/check"), data={"seen": seen(checked)})
    assert answer.status_code == 422
    assert "De inschrijving is gesloten sinds" in text_of(answer)
    assert str(world.tender.closes_at.year) in text_of(answer)
    assert len(queries.late_attempts(world.session, world.tender.id)) == 1
    assert page.get(url(world)).status_code == 303
    assert "Niet ingediend" in text_of(page.get(page.get(url(world)).location))


@pytest.mark.parametrize(
    "part", ["/price", "/criteria/plan", "/declarations", "/check", "/withdraw", "/joint"]
)
def test_after_closing_no_page_offers_to_change_or_withdraw(world, keys, browser, part):
    actor = world.supplier()
    bid = world.bid_of(actor)
    world.closes()
    page = browser(actor)
    answer = page.get(url(world, part))
    assert (answer.status_code, answer.location) == (303, url(world))
    assert page.get(answer.location).location == f"/bids/{bid.public_id}"
    assert "Hier ziet u wat u indiende" in text_of(page.get(f"/bids/{bid.public_id}"))


def test_withdrawing(world, keys, browser):
    actor = world.supplier()
    page = browser(actor)
    world.bid_of(actor)
    assert "U doet dan niet mee" in text_of(page.get(url(world, "/withdraw")))
    answer = page.post(url(world, "/withdraw"))
    assert "Ingetrokken" in text_of(page.get(answer.location))
    assert "Begin uw inschrijving" in text_of(page.get(url(world)))


@pytest.mark.parametrize("part", ["/price", "/criteria/plan", "/declarations", "/check", "/withdraw"])
def test_a_page_left_open_after_withdrawing_leads_to_the_beginning(world, keys, browser, part):
    actor = world.supplier()
    page = browser(actor)
    world.withdraw(world.bid_of(actor), actor)
    for method in ("GET", "POST"):
        answer = page.open(url(world, part), method=method, data={"seen": "1", "text": "Laat"})
        assert answer.status_code == 303
        assert answer.location == url(world)
        shown = text_of(page.get(answer.location))
        assert "Er is niets opgeslagen. Begin eerst een inschrijving." in shown
        assert "Begin uw inschrijving" in shown


def test_another_organisations_bid_does_not_exist(world, keys, browser):
    owner = world.supplier("Een")
    bid = world.bid_of(owner)
    stranger = browser(world.supplier("Twee"))
    assert stranger.get(f"/bids/{bid.public_id}").status_code == 404
    assert stranger.get(f"/bids/{world.tender.public_id}").status_code == 404
    for rest in ("/price", "/criteria/plan", "/declarations", "/check", "/withdraw"):
        for answer in (stranger.get(url(world, rest)), stranger.post(url(world, rest))):
            assert (answer.status_code, answer.location) == (303, url(world)), (
                "one's own beginning, not theirs"
            )
    assert world.tender.number not in stranger.get("/bids").text
    assert browser(owner).get(f"/bids/{bid.public_id}").status_code == 200


def test_a_member_prepares_and_the_board_hands_in(world, keys, browser):
    board = world.supplier()
    with atomic(world.session):
        member = world.person("Lid", world.session.get_one(Organisation, board.organisation_id), Role.MEMBER)
    page = browser(member)
    page.post(url(world, "/start"))
    fill(world, page)
    shown = page.get(url(world, "/check"))
    assert "Vraag iemand van uw bestuur" in text_of(shown)
    assert page.post(url(world, "/check"), data={"seen": "4"}).status_code == 403
    shown = browser(board).get(url(world, "/check"))
    assert browser(board).post(url(world, "/check"), data={"seen": seen(shown)}).status_code == 303


def test_the_buyer_sees_why_not_and_no_trace_of_bids(world, keys, browser):
    world.bid_of(world.supplier())
    page = browser(world.anna)
    shown = text_of(page.get(url(world)))
    assert "Dit is een aanbesteding van uw eigen organisatie" in shown
    assert page.post(url(world, "/start")).status_code == 403
    assert page.get("/bids").status_code == 403
    assert "aantal inschrijvingen is niet te zien" in text_of(
        page.get(f"/tenders/{world.tender.number}/opening")
    )


def test_unknown_tenders_and_parts_do_not_exist(world, keys, browser):
    page = browser(world.supplier())
    page.post(url(world, "/start"))
    assert page.get("/tenders/T-1999-0001/bid").status_code == 404
    assert page.get(url(world, "/criteria/other")).status_code == 404
    assert page.get(url(world, "/criteria/price")).status_code == 404


def test_an_empty_list_says_what_to_do(world, keys, browser):
    assert "Hier komen uw inschrijvingen" in text_of(browser(world.supplier()).get("/bids"))


def test_a_visitor_is_asked_to_sign_in(world, client):
    assert client.get(url(world)).status_code == 303
    assert client.get("/bids").status_code == 303


def test_a_draft_is_a_task_until_it_is_handed_in(world, keys, at):
    actor = world.supplier()
    bid = world.start(actor)
    assert [task.due_at for task in queries.tasks(world.session, actor, world.at)] == [world.tender.closes_at]
    world.fill(bid, actor)
    world.hand_in(bid, actor)
    assert queries.tasks(world.session, actor, world.at) == []
    world.fill(bid, actor, price=1)
    assert len(queries.tasks(world.session, actor, world.at)) == 1
    assert queries.tasks(world.session, world.anna, world.at) == []


def test_drafts_are_forgotten_a_month_after_closing(world, keys):
    bid = world.bid_of(world.supplier())
    jobs.forget(world.session, world.at + timedelta(days=29))
    world.session.refresh(bid)
    assert bid.draft is not None
    jobs.forget(world.session, world.at + timedelta(days=31))
    world.session.refresh(bid)
    assert (bid.draft, bid.draft_key, bid.version) == (None, None, 1)


def test_a_price_outside_the_range_is_warned_about_and_kept(world, keys, browser, monkeypatch):
    monkeypatch.setattr(queries.Opportunity, "price_range", (1_000_000, 2_000_000))
    page = browser(world.supplier())
    page.post(url(world, "/start"))
    fill(world, page)
    for rest in ("/price", "/check"):
        warned = text_of(page.get(url(world, rest)))
        assert "valt uw inschrijving af" in warned
        assert "20.000" in warned
    shown = page.get(url(world, "/price"))
    until = world.values()["price"]["valid_until"]
    again = {"price": "47000", "valid_until": until, "seen": seen(shown), "once": once(shown)}
    assert page.post(url(world, "/price"), data=again).status_code == 303
    shown = page.get(url(world, "/price"))
    assert "Zo valt uw inschrijving af" in text_of(shown)  # said at once, too
    cheap = {"price": "9000", "valid_until": until, "seen": seen(shown), "once": once(shown)}
    assert page.post(url(world, "/price"), data=cheap).status_code == 303
    assert "Lager geeft niet meer punten" in text_of(page.get(url(world, "/check")))


def test_a_missing_declaration_is_named(world, keys, browser):
    page = browser(world.supplier())
    page.post(url(world, "/start"))
    facts = dict.fromkeys(("requirements", "exclusion", "independent", "bound"), "y")
    answer = page.post(url(world, "/declarations"), data={**facts, "seen": "0"})
    assert answer.status_code == 422
    assert "Vink nog aan: “Alles wat wij invulden, is waar.”" in text_of(answer)
    assert "Vink nog aan: “Wij voldoen" not in text_of(answer)


def test_the_list_leads_to_the_result_once_it_is_known(world, keys, browser, monkeypatch):
    actor = world.supplier()
    world.bid_of(actor)
    page = browser(actor)
    assert "Uitslag bekend" not in page.get("/bids").text
    lot = world.chance().lot
    bid = queries.find_running(world.session, lot.id, actor.organisation_id)
    assert "Lees de uitslag" not in page.get(f"/bids/{bid.public_id}").text
    monkeypatch.setattr(queries, "state_of", lambda *_: rules.BidState.DECIDED)
    shown = page.get(f"/bids/{bid.public_id}").text
    assert "Lees de uitslag" in shown
    assert f"/awards?text={world.tender.number}" in shown
    listed = page.get("/bids")
    assert "Uitslag bekend" in listed.text
    assert f"/awards?text={world.tender.number}" in listed.text
