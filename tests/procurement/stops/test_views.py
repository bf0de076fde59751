"""Stopping a lot in a browser, and what everybody sees of it."""

import pytest

from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.policy import Role
from tests.procurement.divided import Line
from tests.procurement.panel import ok
from tests.procurement.world import World

WHY = "Dit werk doen wij voortaan zelf."


def begun(session, folder):
    world = World(session, folder)
    world.divide(2)
    return Line(
        world,
        {
            1: {"Glans": (4_000_000, None, 40), "Boen": (4_100_000, None, 20)},
            2: {"Boen": (4_000_000, None, 40)},
        },
    )


pytestmark = pytest.mark.begins(line=begun)


@pytest.fixture
def line(root):
    return root


@pytest.fixture
def walk(line, sign_in_user, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: line.world.at)
    kept = {}

    def browser(actor):
        key = (actor.user_id, line.world.at.date())
        if key not in kept:
            line.session.commit()
            kept[key] = sign_in_user(line.session.get(User, actor.user_id))
        return kept[key]

    return browser


def test_a_buyer_stops_a_lot_before_the_opening_and_everybody_sees_it(line, walk, client):
    base = f"/tenders/{line.tender.number}"
    anna, boen, glans = walk(line.world.anna), walk(line.suppliers["Boen"]), walk(line.suppliers["Glans"])
    assert "Een perceel stoppen" in anna.get(base).text
    assert "Stop perceel 2" in anna.get(f"{base}/lots/stop").text
    form = f"{base}/lots/2/stop"
    assert "blijven voor altijd dicht" in anna.get(form).text
    assert "Vink dit aan" in anna.post(form, data={"reason": WHY}).text
    assert boen.get(form).status_code == 403
    elsewhere = line.world.person(
        "Otto", line.world.organisation("Andere gemeente", anchor_type="municipality"), Role.PURCHASER
    )
    for page in (form, f"{base}/lots/stop"):
        assert walk(elsewhere).get(page).status_code == 403
    assert anna.get(f"{base}/lots/9/stop").status_code == 404
    ok(anna.post(form, data={"reason": WHY, "sure": "y"}))
    assert WHY in client.get(base).text
    page = anna.get(f"{base}/lots/stop").text
    assert "Stop perceel 1" not in page
    assert "Er loopt nog één perceel" in page
    assert "al gestopt" in anna.get(form).text
    again = anna.post(form, data={"reason": WHY, "sure": "y"})
    assert again.status_code != 303
    assert "al gestopt" in again.text
    assert "perceel gestopt" in boen.get("/bids").text
    assert WHY in boen.get(f"{base}/bid").text
    assert "perceel gestopt" not in glans.get("/bids").text
    mine = boen.get(f"{base}/lots/2/bid")
    assert "gestopt" in mine.text
    assert f"{base}/lots/2/bid/price" not in mine.text
    assert f"{base}/lots/2/bid/price" not in boen.get(f"{base}/lots/2/bid").text


def test_a_tender_of_one_lot_is_stopped_as_a_whole(world, walk, line):
    world.tender = world.make_tender()
    page = walk(world.anna).get(f"/tenders/{world.tender.number}/lots/stop").text
    assert "Stop dan de hele aanbesteding" in page
    assert "Een perceel stoppen" not in walk(world.anna).get(f"/tenders/{world.tender.number}").text


def test_lots_wait_each_for_itself_in_a_browser(line, walk, client):
    line.open()
    line.freeze()
    line.prepare()
    line.send()
    base = f"/tenders/{line.tender.number}"
    until = line.decision().standstill_until
    anna = walk(line.world.anna)
    page = anna.get(f"{base}/decision/extend").text
    assert "Om welke percelen gaat het?" in page
    later = clock.local_date(until).toordinal() + 10
    day = clock.local_date(until).fromordinal(later).isoformat()
    given = {"lots": ["2"], "last_day": day, "reason": "Een inschrijver vraagt om uitleg."}
    assert (
        "Kies een dag na"
        in anna.post(f"{base}/decision/extend", data=given | {"last_day": "2020-01-01"}).text
    )
    ok(anna.post(f"{base}/decision/extend", data=given))
    assert "wacht langer" in anna.get(f"{base}/decision").text
    boen, glans = line.suppliers["Boen"], line.suppliers["Glans"]
    assert "De wachttijd duurt langer" in walk(boen).get("/").text
    assert "De wachttijd duurt langer" not in walk(glans).get("/").text
    letters = {
        (each.organisation_id, each.bid.lot.number): each.public_id for each in line.decision().letters
    }
    mine = letters[boen.organisation_id, 2]
    assert "De wachttijd is verlengd" in walk(boen).get(f"/awards/{mine}").text
    assert "Een inschrijver vraagt om uitleg." in walk(boen).get(f"/awards/{mine}/waiting").text
    assert walk(glans).get(f"/awards/{mine}/waiting").status_code == 404
    other = letters[boen.organisation_id, 1]
    assert "De wachttijd is verlengd" not in walk(boen).get(f"/awards/{other}").text
    assert "Een inschrijver vraagt" not in walk(boen).get(f"/awards/{other}/waiting").text
    summons = {"lots": ["2"], "served_on": clock.local_date(line.world.at).isoformat(), "reference": "C/13/1"}
    ok(anna.post(f"{base}/decision/summons", data=summons))
    assert "Er loopt een kort geding" in walk(boen).get(f"/awards/{mine}/waiting").text
    line.world.at = until
    assert "wacht op de rechter" in walk(line.world.anna).get(f"{base}/decision/definitive").text
    ok(walk(line.world.anna).post(f"{base}/decision/definitive", data={"sure": "y"}))
    shown = walk(line.world.anna).get(f"{base}/decision").text
    assert "deels definitief sinds" in shown
    assert "Naar het contract van perceel 1" in shown
    assert "Naar het contract van perceel 2" not in shown
    assert "deels definitief gegund" in client.get(f"{base}/award").text
    assert "andere percelen definitief" not in walk(line.world.anna).get("/").text


def test_the_panel_and_the_buyer_go_on_without_a_stopped_lot(line, walk):
    line.open()
    base = f"/tenders/{line.tender.number}"
    ok(walk(line.world.anna).post(f"{base}/lots/2/stop", data={"reason": WHY, "sure": "y"}))
    line.offers.pop(2)
    line.freeze()
    for page in ("evaluation", "decision", "opening", "panel", "award", ""):
        ok(walk(line.world.anna).get(f"{base}/{page}".rstrip("/")), 200)
    assert "reason_2" not in walk(line.world.anna).get(f"{base}/decision").text
    boen = walk(line.suppliers["Boen"])
    assert "perceel gestopt" in boen.get("/bids").text
