"""The pages of a repair, walked by both sides."""

import io
import re
from datetime import timedelta

import pytest

from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from procurement.repairs import queries
from tests.procurement.enclosures.test_gateway import PDF
from tests.procurement.panel import base, ok
from tests.procurement.repairs.conftest import ANSWER, POINTS, QUESTION, REASONS, SET


@pytest.fixture
def walk(repairs, app, sign_in_user, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: repairs.at)
    return lambda actor: sign_in_user(repairs.session.get_one(User, actor.user_id))


def said(answer):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.text)).replace("\xa0", " ")


def ask(repairs, browser, *names, **change):
    day = SET.first_day(local_date(repairs.at)) + timedelta(days=3)
    facts = {
        "kind": "missing", "about": ["gva"], "bidders": [str(repairs.key(each)) for each in names], "is_allowed": "y",
        "question": QUESTION, "last_day": day.isoformat(), "left_out": "", **change,
    }  # fmt: skip
    return browser.post(base(repairs, "repairs", "ask"), data=facts)


def address(repairs, name="Spot"):
    return f"/repairs/{queries.requests(repairs.session, repairs.tender.id)[repairs.key(name)].public_id}"


def test_from_a_missing_paper_to_the_freeze_by_both_sides(repairs, world, walk):
    repairs.score_all(POINTS)
    anna, bram, spot = walk(world.anna), walk(world.bram), walk(repairs.suppliers["Spot"])
    assert base(repairs, "repairs") in anna.get(base(repairs, "evaluation")).text
    shown = said(ok(anna.get(base(repairs, "repairs")), 200))
    assert "Gedragsverklaring aanbesteden (GVA)" in shown
    assert not re.search(r"Inschrijving [A-Z]\b", shown), "names and labels never stand together"
    ok(anna.get(base(repairs, "repairs", "ask")), 200)
    refused = said(ok(ask(repairs, anna, "Spot"), 422))
    assert "Boen, " in refused
    assert "Vraag het ook daar" in refused
    ok(ask(repairs, anna, "Spot", "Glans", "Boen"))
    there = address(repairs)
    assert "Vul uw inschrijving aan" in said(spot.get("/"))
    assert "U bent niet afgewezen" in said(ok(spot.get(there), 200))
    ok(spot.get(f"{there}/answer"), 200)
    ok(spot.post(f"{there}/answer", data={"answer": "Kort"}), 422)
    ok(spot.post(f"{there}/answer", data={"answer": ANSWER, "file": (io.BytesIO(b"MZ"), "a.pdf")}), 422)
    short = spot.post(f"{there}/answer", data={"answer": "Kort", "file": (io.BytesIO(PDF), "verklaring.pdf")})
    assert "Kies uw bestand opnieuw" in ok(short, 422).text
    assert (
        "Kies uw bestand opnieuw" not in ok(spot.post(f"{there}/answer", data={"answer": "Kort"}), 422).text
    )
    ok(spot.post(f"{there}/answer", data={"answer": ANSWER, "file": (io.BytesIO(PDF), "verklaring.pdf")}))
    assert "wacht op de koper" in said(spot.get(there))
    assert "Een collega beslist" in said(anna.get(there))
    assert "Beslis over een herstel" in said(bram.get("/"))
    assert "Beslis over een herstel" not in said(anna.get("/"))
    assert ok(bram.get(f"{there}/file"), 200).data == PDF
    for who in (walk(repairs.carla), walk(repairs.suppliers["Glans"])):
        assert who.get(there).status_code in {403, 404}
        assert who.get(f"{there}/file").status_code in {403, 404}
    ok(bram.get(f"{there}/decide"), 200)
    decided = {"verdict": "accepted", "is_same_bid": "y", "is_older": "y", "reasons": REASONS}
    ok(anna.post(f"{there}/decide", data=decided), 403)
    ok(bram.post(f"{there}/decide", data={**decided, "is_older": ""}), 422)
    assert "Een inkoper wacht" in said(
        ok(walk(repairs.carla).post(base(repairs, "evaluation/freeze"), data={"sure": "y"}), 409)
    )
    ok(bram.post(f"{there}/decide", data=decided))
    assert REASONS in said(spot.get(there))
    listing = ok(bram.get(base(repairs, "repairs.csv")), 200).data.decode("utf-8-sig")
    assert REASONS in listing
    assert len(listing.splitlines()) == 4


def test_the_panel_does_not_see_the_list(repairs, world, walk):
    assert ok(walk(repairs.carla).get(base(repairs, "repairs")), 403)


def test_a_slip_asks_one_thing_less_and_an_auditor_reads_along(repairs, world, walk):
    anna, spot, eva = walk(world.anna), walk(repairs.suppliers["Spot"]), walk(world.eva)
    ok(ask(repairs, anna, "Spot", kind="clerical", about=["other"]))
    there = address(repairs)
    ok(spot.post(f"{there}/answer", data={"answer": ANSWER}))
    bram = walk(world.bram)
    assert "van vóór de sluiting" not in said(ok(bram.get(f"{there}/decide"), 200))
    ok(bram.post(f"{there}/decide", data={"verdict": "accepted", "is_same_bid": "y", "reasons": REASONS}))
    for page in (base(repairs, "repairs"), there):
        ok(eva.get(page), 200)
    ok(eva.get(base(repairs, "repairs/ask")), 403)


@pytest.mark.parametrize(
    "change", [{"question": ""}, {"last_day": "2020-01-01"}, {"about": []}, {"is_allowed": ""}, {"kind": "price"}]
)  # fmt: skip
def test_a_bad_request_is_shown_again_and_not_sent(repairs, world, walk, change):
    answer = ok(ask(repairs, walk(world.anna), "Spot", "Glans", "Boen", **change), 422)
    if "question" not in change:
        assert QUESTION in said(answer)
    assert queries.requests(repairs.session, repairs.tender.id) == {}
