"""A bidder fills in costs over the life, reads them back, and keeps them on paper."""

import re
from html import unescape

import pytest

from cwb.assets import build
from cwb.identity.models import User
from procurement.opening import queries as openings
from tests.pdfs import Pdf
from tests.procurement.panel import ok
from tests.procurement.scorings import SCORINGS


@pytest.fixture
def bidding(world, app, sign_in_user):
    world.rank_by(SCORINGS["life_cycle_cost"])
    world.keys.folder = app.extensions["cwb.config"].data_dir / "keys" / "house"
    world.actor = world.supplier()
    return world


@pytest.fixture
def page(bidding, sign_in_user):
    made = sign_in_user(bidding.session.get_one(User, bidding.actor.user_id))
    ok(made.post(url(bidding, "/start")))
    return made


def url(world, rest=""):
    return f"/tenders/{world.tender.number}/bid{rest}"


def text_of(answer):
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", " ", answer.text))).replace("\xa0", " ")


def filled(world, page, **change):
    shown = ok(page.get(url(world, "/price")), 200)
    seen = re.search(r'name="seen"[^>]*value="(\d*)"', shown.text)[1]
    return page.post(url(world, "/price"), data={
        "price": "47118,33", "valid_until": world.values()["price"]["valid_until"], "note": "", "seen": seen,
        "costs-0-amount": "1200", "costs-1-amount": "0", **change,
    })  # fmt: skip


def test_costs_are_asked_with_the_price_kept_sealed_and_opened(bidding, page):
    shown = text_of(page.get(url(bidding, "/price")))
    assert "Elk jaar hetzelfde bedrag, van jaar 1 tot en met jaar 8." in shown
    assert "Eén keer, in jaar 8." in shown
    assert "2,25 procent per jaar" in shown
    for change in ({"costs-1-amount": ""}, {"costs-0-amount": "-1"}, {"costs-0-amount": "veel"}):
        ok(filled(bidding, page, **change), 422)
    ok(filled(bidding, page))
    assert 'value="1200,00"' in page.get(url(bidding, "/price")).text
    assert "Stroom, per jaar € 1.200,00" in text_of(page.get(url(bidding, "/check")))
    ok(page.post(url(bidding, "/declarations"), data={
        **dict.fromkeys(("requirements", "exclusion", "independent", "truth", "bound"), "y"), "seen": "0",
    }))  # fmt: skip
    checked = page.get(url(bidding, "/check"))
    seen = re.search(r'name="seen"[^>]*value="(\d*)"', checked.text)[1]
    there = ok(page.post(url(bidding, "/check"), data={"seen": seen})).location
    if build.asset_state() != "missing":
        assert "Stroom,perjaar" in Pdf(ok(page.get(f"{there}/copy.pdf"), 200).data).text
    bidding.closes()
    bidding.release(bidding.anna, bidding.bram)
    bidding.open(bidding.bram)
    [opened] = openings.opened(bidding.session, bidding.tender.id)
    assert opened.content["costs"] == {"k1": 120_000, "k2": 0}
    assert opened.price_minor == 4_711_833


def test_a_half_filled_page_is_kept_for_later_and_cannot_be_handed_in(bidding, page):
    ok(filled(bidding, page, **{"costs-1-amount": "", "later": "1"}))
    assert 'value="1200,00"' in page.get(url(bidding, "/price")).text
    assert "Prijs" in text_of(page.get(url(bidding, "/check")))
    ok(page.post(url(bidding, "/declarations"), data={
        **dict.fromkeys(("requirements", "exclusion", "independent", "truth", "bound"), "y"), "seen": "0",
    }))  # fmt: skip
    checked = page.get(url(bidding, "/check"))
    found = re.search(r'name="seen"[^>]*value="(\d*)"', checked.text)
    assert page.post(url(bidding, "/check"), data={"seen": found[1] if found else "2"}).status_code in {
        409,
        422,
    }
