"""The pages of the question about a low price, walked by both sides."""

import re
from datetime import timedelta

import pytest

from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from procurement.lowbids import queries
from procurement.panels import services as panels
from tests.procurement.lowbids.conftest import ANSWER, POINTS, QUESTION, REASONS, SET
from tests.procurement.panel import base, ok


@pytest.fixture
def walk(prices, app, sign_in_user, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: prices.at)
    return lambda actor: sign_in_user(prices.session.get_one(User, actor.user_id))


def said(answer):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.text)).replace("\xa0", " ")


def ask(prices, browser, **change):
    day = SET.first_day(local_date(prices.at)) + timedelta(days=3)
    return browser.post(
        base(prices, "prices", prices.low, "ask"),
        data={"question": QUESTION, "last_day": day.isoformat(), **change},
    )


def test_from_a_hint_to_the_freeze_by_both_sides(prices, world, walk):
    prices.score_all(POINTS)
    anna, bram, spot = walk(world.anna), walk(world.bram), walk(prices.bidder())
    assert "Kijk of een prijs heel laag is" in said(anna.get("/"))
    assert base(prices, "prices") in anna.get(base(prices, "evaluation")).text
    shown = said(ok(anna.get(base(prices, "prices")), 200))
    assert "58 procent onder het gemiddelde van de andere inschrijvingen" in shown
    assert "€ 20.000,00" in shown
    assert not any(name in shown for name in ("Glans", "Boen", "Spot"))
    ok(anna.get(base(prices, "prices", prices.low, "ask")), 200)
    address = ok(ask(prices, anna)).location
    assert "wacht op de inschrijver" in said(anna.get(base(prices, "prices")))
    assert "Leg uw prijs uit" in said(spot.get("/"))
    asked = said(ok(spot.get(address), 200))
    assert QUESTION in asked
    assert "U bent niet afgewezen" in asked
    assert "veel lager dan de andere inschrijvingen" in asked
    for page in (asked, said(spot.get(f"{address}/explain"))):
        assert "procent" not in page, "a percentage and one's own price betray the others"
    ok(spot.get(f"{address}/explain"), 200)
    ok(spot.post(f"{address}/explain", data={"answer": "Zomaar"}), 422)
    ok(spot.post(f"{address}/explain", data={"answer": ANSWER}))
    assert "wacht op de koper" in said(spot.get(address))
    assert "Oordeel over de uitleg" in said(anna.get("/"))
    ok(anna.get(f"{address}/judge"), 200)
    ok(anna.post(f"{address}/judge", data={"verdict": "explained", "reasons": ""}), 422)
    ok(anna.post(f"{address}/judge", data={"verdict": "misschien", "reasons": REASONS}), 422)
    ok(anna.post(f"{address}/judge", data={"verdict": "explained", "reasons": REASONS}))
    assert "Een collega bevestigt" in said(anna.get(address))
    assert REASONS not in said(spot.get(address)), "not before it is confirmed"
    refused = ok(walk(prices.carla).post(base(prices, "evaluation/freeze"), data={"sure": "y"}), 409)
    assert "Een inkoper wacht op uitleg" in said(refused)
    assert "Bevestig een oordeel" in said(bram.get("/"))
    ok(anna.post(f"{address}/confirm", data={"choice": "agreed"}), 403)
    ok(bram.get(f"{address}/confirm"), 200)
    ok(bram.post(f"{address}/confirm", data={"choice": "back", "note": "Nee"}), 422)
    ok(bram.post(f"{address}/confirm", data={"choice": "agreed"}))
    assert REASONS in said(spot.get(address))
    ok(walk(prices.carla).post(base(prices, "evaluation/freeze"), data={"sure": "y"}))
    assert "De scores staan vast" in said(ok(anna.get(base(prices, "prices")), 200))


@pytest.mark.parametrize(
    "change", [{"question": ""}, {"question": "Hoezo?"}, {"last_day": "2020-01-01"}, {"last_day": "morgen"}]
)
def test_a_bad_question_is_shown_again_and_not_sent(prices, world, walk, change):
    answer = ok(ask(prices, walk(world.anna), **change), 422)
    assert "Er is iets niet goed gegaan" in answer.text
    assert queries.questions(prices.session, prices.tender.id) == {}


def test_nobody_else_reads_prices_or_the_question(prices, world, walk):
    made = prices.ask()
    address = f"/low-bids/{made.public_id}"
    for who, status in ((prices.carla, 403), (prices.bidder("Glans"), 404)):
        ok(walk(who).get(base(prices, "prices")), 403)
        ok(walk(who).get(address), status)
    prices.do(panels.invite_assessor, world.anna, user_id=world.bram.user_id)
    for path in (address, f"{address}/judge", f"{address}/confirm"):
        assert "U ziet geen prijzen" in said(ok(walk(world.bram).get(path), 403))
    for act in ("judge", "confirm"):
        ok(walk(prices.bidder()).get(f"{address}/{act}"), 403)
    ok(walk(world.anna).get(f"{address}/explain"), 403)
    ok(walk(world.anna).get(base(prices, "prices/Z/ask")), 404)
    ok(walk(world.anna).get(base(prices, "prices", prices.low, "ask")), 409)
