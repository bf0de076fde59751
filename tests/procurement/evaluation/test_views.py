"""The pages from the panel to the signed contract, walked as people walk them."""

import json
import re
from datetime import timedelta

import pytest

from cwb.identity.models import User
from cwb.kernel import clock
from procurement.awards import queries as awards
from procurement.contracts import queries as contracts
from procurement.evaluation import queries
from procurement.panels.queries import find_member
from procurement.scoring import gateway as scoring
from procurement.scoring import rules as engine

LONG = "De winnaar noemt per ruimte hoe vaak, u niet."


@pytest.fixture
def walk(panel, sign_in_user, monkeypatch):
    """`walk(actor)` is a browser of that actor; the clock of the pages is the world's."""
    monkeypatch.setattr(clock, "now", lambda: panel.at)
    browsers = {}

    def browser(actor):
        if actor.user_id not in browsers:
            browsers[actor.user_id] = sign_in_user(panel.session.get(User, actor.user_id))
        return browsers[actor.user_id]

    return browser


def base(panel, *rest):
    return "/".join((f"/tenders/{panel.tender.number}", *rest))


def points_form(given, note="Helder en volledig"):
    return {f"points_{code}": each for code, each in given.items()} | {f"note_{code}": note for code in given}


def ok(answer, status=303):
    assert answer.status_code == status, (answer.status_code, re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.text))[:3000])
    return answer


def test_the_whole_way_from_panel_to_contract(panel, points, walk, client):
    anna, bram, carla, dirk = (walk(each) for each in (panel.world.anna, panel.world.bram, panel.carla, panel.dirk))
    assert "Nog niemand" in ok(anna.get(base(panel, "panel")), 200).text
    ok(anna.post(base(panel, "panel"), data={"user": panel.carla.user_id, "chair": "y"}))
    ok(anna.post(base(panel, "panel"), data={"user": panel.dirk.user_id}))
    assert "Eerst uw verklaring" in carla.get(base(panel, "evaluation")).text
    for who in (carla, dirk):
        ok(who.get(base(panel, "panel", "declare")), 200)
        ok(who.post(base(panel, "panel", "declare"), data={"conflict": "no"}))
    seen = ok(carla.get(base(panel, "evaluation")), 200).text
    assert not any(name in seen for name in ("Glans", "Boen", "48.000"))
    for who in (carla, dirk):
        for name, given in points.items():
            page = base(panel, "evaluation/bids", panel.label(name))
            assert "vlinderzeep" in ok(who.get(page), 200).text
            ok(who.post(page, data=points_form(given)))
    for name, given in points.items():
        page = base(panel, "evaluation/bids", panel.label(name), "agree")
        assert "Carla" in ok(carla.get(page), 200).text
        ok(carla.post(page, data=points_form(given, "Samen")))
    ok(carla.get(base(panel, "evaluation/freeze")), 200)
    ok(carla.post(base(panel, "evaluation/freeze")), 422)
    ok(carla.post(base(panel, "evaluation/freeze"), data={"sure": "y"}))
    frozen = ok(anna.get(base(panel, "evaluation")), 200).text
    assert "Glans" in frozen
    stored = json.loads(ok(anna.get(base(panel, "evaluation/ranking.json")), 200).text)
    assert scoring.written(engine.score(*scoring.read(stored)))["winner"] == panel.label("Glans")
    assert "Helder en volledig" in ok(anna.get(base(panel, "evaluation/scores.csv")), 200).text

    decision = {"contact_name": "Anna", "contact_email": "a@voorbeeld.example", "days": "20"}
    ok(anna.get(base(panel, "decision")), 200)
    ok(anna.post(base(panel, "decision"), data={**decision, "days": "19"}), 422)
    ok(anna.post(base(panel, "decision"), data=decision))
    for name in ("Boen", "Stof"):
        page = base(panel, "decision/letters", panel.label(name))
        assert "Samen" in ok(anna.get(page), 200).text
        ok(anna.post(page, data={"advantages": "te kort", "lesson": LONG}), 422)
        ok(anna.post(page, data={"advantages": LONG, "lesson": LONG}))
    send = base(panel, "decision/send")
    assert "Een ander verstuurt" in ok(anna.get(send), 200).text
    ok(bram.get(send), 200)
    version = awards.find_decision(panel.session, panel.tender.id).version
    ok(anna.post(send, data={"version": version, "sure": "y"}), 403)
    ok(bram.post(send, data={"version": "x", "sure": "y"}), 409)
    assert "Nog geen gunning" in ok(client.get(base(panel, "award")), 200).text
    ok(bram.post(send, data={"version": version, "sure": "y"}))
    public = ok(client.get(base(panel, "award")), 200).text
    assert "Glans" in public
    assert not any(name in public for name in ("Boen", "Stof"))

    boen = walk(panel.suppliers["Boen"])
    listed = ok(boen.get("/awards"), 200).text
    letter = re.search(r"/awards/[0-9a-f-]{36}", listed).group()
    text = ok(boen.get(letter), 200).text
    assert LONG in text
    assert "Glans" in text
    assert "Stof" not in text
    own = json.loads(ok(boen.get(letter + "/recompute.json"), 200).text)
    assert scoring.written(engine.score(*scoring.read(own)))["ranking"][0]["total"] == own["expected"]["total"]
    ok(walk(panel.suppliers["Stof"]).get(letter), 404)
    ok(walk(panel.world.eva).get(letter), 200)
    assert "Boen" in ok(anna.get("/awards/list.csv"), 200).text

    ok(anna.get(base(panel, "decision/definitive")), 200)
    early = ok(anna.post(base(panel, "decision/definitive"), data={"sure": "y"}), 422)
    assert "opschortende termijn" in early.text
    panel.world.at = awards.find_decision(panel.session, panel.tender.id).standstill_until
    ok(anna.post(base(panel, "decision/definitive"), data={"sure": "y"}))

    form = {
        "starts_on": "2027-01-01", "ends_on": "2027-12-31", "payment_days": "30", "instalments": "12",
        "description": "Schoonmaak", "vat": "standard",
    }  # fmt: skip
    make = base(panel, "contract")
    ok(anna.get(make), 200)
    ok(anna.post(make, data={**form, "instalments": ""}), 422)
    wrong = {"lines-0-description": "Alles", "lines-0-amount": "47.999,99", "lines-0-vat": "standard"}
    assert "moeten gelijk zijn" in ok(anna.post(make, data={**form, **wrong}), 422).text
    where = ok(anna.post(make, data=form)).location
    ok(anna.get(make))
    ok(anna.get(where + "/change"), 200)
    glans = walk(panel.suppliers["Glans"])
    assert "€" in ok(glans.get(where), 200).text
    ok(boen.get(where), 404)
    ok(anna.post(where + "/sign", data={"version": "1", "sure": "y"}), 422)
    ok(anna.get(where + "/local-option"), 200)
    local = {"outcome": "local_competed", "reason": "Twee uit de buurt deden mee."}
    ok(anna.post(where + "/local-option", data=local))
    for who in (anna, glans):
        ok(who.get(where + "/sign"), 200)
        ok(who.post(where + "/sign", data={"version": "1"}), 422)
        ok(who.post(where + "/sign", data={"version": "1", "sure": "y"}))
        ok(who.post(where + "/sign", data={"version": "1", "sure": "y"}), 409)
    assert "Dit contract geldt" in ok(glans.get(where), 200).text
    assert "48000.00" in ok(glans.get("/contracts/list.csv"), 200).text
    assert "Niets gevonden" in ok(glans.get("/contracts?state=draft"), 200).text
    assert "Schoonmaak" in ok(glans.get("/contracts?text=schoon&state=rommel"), 200).text
    assert contracts.find_of_tender(panel.session, panel.tender.id).agreement_id
    ok(anna.get(base(panel, "decision")), 200)


PAGES = (
    "panel", "evaluation", "evaluation/bids/A", "evaluation/bids/A/agree", "evaluation/bids/A/disqualify", "evaluation/freeze",
    "evaluation/tie", "evaluation/ranking.json", "evaluation/scores.csv", "decision", "decision/letters/A", "decision/send",
    "decision/unsuccessful", "decision/definitive", "decision/summons", "decision/summons/1/judgment", "decision/withdraw", "contract",
)  # fmt: skip


def test_no_page_is_for_a_stranger_or_another_buyer(panel, points, walk, client):
    panel.decided(points)
    other = panel.world.organisation("Andere koper", anchor_type="school")
    elsewhere = walk(panel.world.person("Els", other, *panel.world.anna.roles, *panel.carla.roles))
    panel.session.commit()
    supplier = walk(panel.suppliers["Glans"])
    for page in PAGES:
        assert client.get(base(panel, page)).status_code == 303, page
        assert supplier.get(base(panel, page)).status_code == 403, page
        assert elsewhere.get(base(panel, page)).status_code == 403, page
        assert elsewhere.get(f"/tenders/T-1999-0001/{page}").status_code == 404, page
    assert client.get("/tenders/T-1999-0001/award").status_code == 404
    assert supplier.get("/contracts/C-1999-0001").status_code == 404
    assert supplier.get("/awards/00000000-0000-0000-0000-000000000000").status_code == 404


def test_steps_in_the_wrong_order_say_so_and_change_nothing(panel, walk):
    anna, carla = walk(panel.world.anna), walk(panel.carla)
    for page, status in (
        ("evaluation/bids/A", 403), ("evaluation/freeze", 403), ("evaluation/ranking.json", 404), ("evaluation/scores.csv", 404),
        ("decision/letters/A", 404), ("decision/send", 404), ("decision/definitive", 409), ("decision/withdraw", 409),
        ("contract", 409),
    ):  # fmt: skip
        who = anna if page.startswith(("decision", "contract")) else carla
        method = who.post if page.endswith("freeze") else who.get
        assert method(base(panel, page), data={"sure": "y"}).status_code == status, page
    contact = {"contact_name": "A", "contact_email": "a@voorbeeld.example", "days": "20"}
    assert anna.post(base(panel, "decision"), data=contact).status_code == 409
    assert "Eerst beoordeelt het team" in anna.get(base(panel, "decision")).text
    assert "Geen gelijke stand" in anna.get(base(panel, "evaluation/tie")).text


@pytest.mark.parametrize(
    "change",
    [
        {"points_plan": "41"}, {"points_plan": "-1"}, {"points_plan": "veel"}, {"points_plan": "1,234"}, {"note_plan": ""},
        {"note_plan": "x" * 2001}, {"points_plan": "", "note_plan": "alleen tekst"},
    ],
)  # fmt: skip
def test_bad_scores_are_shown_and_kept_out(panel, walk, change):
    panel.compose()
    typed = {"points_plan": "12,5", "note_plan": "ملاحظة <b>ok</b>"}
    page = base(panel, "evaluation/bids/A")
    ok(walk(panel.carla).post(page, data={**typed, **change}), 422)
    assert queries.scores(panel.session, panel.tender.id) == []
    ok(walk(panel.carla).post(page, data=typed))
    again = walk(panel.carla).get(page).text
    assert "12,50" in again
    assert "<b>ok" not in again


def test_a_double_click_is_one_act(panel, walk):
    browser = walk(panel.world.anna)
    once = {"user": panel.carla.user_id, "once": "0190a0a0-0000-7000-8000-000000000001"}
    for _ in range(2):
        ok(browser.post(base(panel, "panel"), data=once))
    assert find_member(panel.session, panel.tender.id, panel.carla.user_id)
    ok(browser.post(base(panel, "panel"), data={"user": panel.carla.user_id}), 409)
    ok(browser.post(base(panel, "panel"), data={"user": "999999"}), 422)


def test_interest_release_and_disqualification(panel, walk):
    panel.compose()
    anna, carla = walk(panel.world.anna), walk(panel.carla)
    page = base(panel, "panel", "declare")
    ok(carla.post(page, data={"conflict": "yes"}), 422)
    ok(carla.post(page, data={"conflict": "yes", "reason": "Mijn zus werkt er"}))
    assert "U meldde een belang" in carla.get(base(panel, "evaluation")).text
    assert "Mijn zus werkt er" in anna.get(base(panel, "panel")).text
    seat = find_member(panel.session, panel.tender.id, panel.dirk.user_id)
    release = base(panel, "panel", str(seat.id), "release")
    ok(anna.get(release), 200)
    ok(anna.post(release, data={"reason": ""}), 422)
    ok(anna.post(release, data={"reason": "Ziek"}))
    ok(anna.get(base(panel, "panel", "999999", "release")), 404)
    out = base(panel, "evaluation/bids/A/disqualify")
    ok(anna.get(out), 200)
    ok(anna.post(out, data={"reason": "Niet getekend"}))
    ok(anna.post(out, data={"reason": "Nog eens"}), 409)
    ok(anna.get(base(panel, "evaluation/bids/Z/disqualify")), 404)


def test_summons_judgment_and_withdrawal(panel, points, walk, client):
    decision = panel.decided(points)
    anna, boen = walk(panel.world.anna), walk(panel.suppliers["Boen"])
    page = base(panel, "decision/summons")
    assert "Geen kort geding" in ok(anna.get(page), 200).text
    ok(anna.post(page, data={"served_on": "1999-01-01", "reference": "C/1"}), 422)
    ok(anna.post(page, data={"served_on": "morgen", "reference": "C/1"}), 422)
    ok(anna.post(page, data={"served_on": panel.at.date().isoformat(), "reference": "C/13/000001"}))
    judgment = base(panel, re.search(r"decision/summons/\d+/judgment", anna.get(page).text).group())
    panel.world.at = decision.standstill_until
    assert "kort geding" in ok(anna.post(base(panel, "decision/definitive"), data={"sure": "y"}), 422).text
    ok(anna.get(judgment), 200)
    ok(anna.post(judgment, data={"may_award": "no", "judgment": ""}), 422)
    ok(anna.post(judgment, data={"may_award": "no", "judgment": "Niet gemotiveerd"}))
    ok(anna.post(judgment, data={"may_award": "yes", "judgment": "Toch"}), 409)
    withdraw = base(panel, "decision/withdraw")
    ok(anna.get(withdraw), 200)
    ok(anna.post(withdraw, data={"reason": "De rechter liet het niet toe"}))
    assert "De rechter liet het niet toe" in anna.get(base(panel, "decision")).text
    letter = re.search(r"/awards/[0-9a-f-]{36}", boen.get("/awards").text).group()
    assert "Dit besluit is ingetrokken" in boen.get(letter).text
    assert "Nog geen gunning" in client.get(base(panel, "award")).text


def test_a_failed_tender_says_why_to_everyone(panel, walk, client):
    panel.compose()
    anna = walk(panel.world.anna)
    page = base(panel, "decision/unsuccessful")
    ok(anna.post(page, data={"reason": "Niets"}), 422)
    for label in "ABC":
        ok(anna.post(base(panel, "evaluation/bids", label, "disqualify"), data={"reason": "Niet getekend"}))
    assert "Geen geldige inschrijving" in anna.get(base(panel, "decision")).text
    ok(anna.get(page), 200)
    ok(anna.post(page, data={"reason": "Geen geldige inschrijving"}))
    panel.world.at += timedelta(minutes=1)
    assert "Zonder gunning geëindigd" in ok(client.get(base(panel, "award")), 200).text
    assert "Zonder gunning geëindigd" in ok(anna.get(base(panel, "decision")), 200).text
    ok(anna.get(base(panel, "evaluation")), 200)


def test_a_tie_is_decided_on_its_page(world, make_panel, sign_in_user, monkeypatch):
    panel = make_panel(world, {"Glans": 4_800_000, "Boen": 4_600_000})
    monkeypatch.setattr(clock, "now", lambda: panel.at)
    panel.frozen({"Glans": {"plan": "40", "social": "40"}, "Boen": {"plan": "20", "social": "40"}})
    anna = sign_in_user(panel.session.get(User, world.anna.user_id))
    assert "Gelijke stand" in ok(anna.get(base(panel, "evaluation")), 200).text
    page = base(panel, "evaluation/tie")
    ok(anna.get(page), 200)
    ok(anna.post(page, data={"label": panel.label("Boen"), "reason": "Liever"}), 422)
    ok(anna.post(page, data={"label": "Q", "reason": "Liever"}), 422)
    ok(anna.post(page, data={"label": panel.label("Glans"), "reason": "Meeste kwaliteit"}))
    ok(anna.post(page, data={"label": panel.label("Glans"), "reason": "Nog eens"}), 409)
    assert "Meeste kwaliteit" in anna.get(base(panel, "evaluation")).text


def test_empty_lists_say_what_comes(panel, walk):
    boen = walk(panel.suppliers["Boen"])
    assert "Nog geen uitslagen" in boen.get("/awards").text
    assert "Nog geen contracten" in boen.get("/contracts").text
    assert "Niets gevonden" in boen.get("/awards?result=won").text
    assert ok(walk(panel.world.anna).get("/"), 200)
