"""The pages from ranking to definitive award."""

import json
import re
from datetime import timedelta

from cwb.kernel import clock
from procurement.awards import queries as awards
from procurement.scoring import gateway as scoring
from procurement.scoring import rules as engine
from tests.procurement.panel import base, ok

LONG = "De winnaar noemt per ruimte hoe vaak, u niet."


def test_the_way_from_a_ranking_to_letters(panel, points, walk, client):
    panel.frozen(points)
    anna, bram = walk(panel.world.anna), walk(panel.world.bram)
    decision = {"contact_name": "Anna", "contact_email": "a@voorbeeld.example", "days": "20"}
    ok(anna.get(base(panel, "decision")), 200)
    ok(anna.post(base(panel, "decision"), data={**decision, "days": "19"}), 422)
    called = ok(anna.post(base(panel, "decision"), data={**decision, "contact_phone": "Bel na vijf"}), 422)
    assert "Vul alleen een telefoonnummer in" in called.text
    ok(anna.post(base(panel, "decision"), data=decision))
    for name in ("Boen", "Stof"):
        page = base(panel, "decision/letters", panel.label(name))
        assert "Samen over" in ok(anna.get(page), 200).text
        ok(anna.post(page, data={"advantages": "te kort", "lesson": LONG}), 422)
        ok(anna.post(page, data={"advantages": LONG, "lesson": LONG}))
    winners = ok(anna.get(base(panel, "decision/letters", panel.label("Glans"))), 200).text
    assert "Wat deed de winnaar beter" not in winners
    assert "Wat kan deze inschrijver leren" in winners
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


def test_a_bidder_reads_and_recomputes_its_own_letter(panel, points, walk):
    panel.decided(points)
    anna, boen = walk(panel.world.anna), walk(panel.suppliers["Boen"])
    listed = ok(boen.get("/awards"), 200).text
    letter = re.search(r"/awards/[0-9a-f-]{36}", listed).group()
    text = ok(boen.get(letter), 200).text
    assert "Samen over plan" in text
    assert "Glans" in text
    assert "Stof" not in text
    own = json.loads(ok(boen.get(letter + "/recompute.json"), 200).text)
    assert (
        scoring.written(engine.score(*scoring.read(own)))["ranking"][0]["total"] == own["expected"]["total"]
    )
    ok(walk(panel.suppliers["Stof"]).get(letter), 404)
    ok(walk(panel.world.eva).get(letter), 200)
    assert "Boen" in ok(anna.get("/awards/list.csv"), 200).text


def test_definitive_only_after_the_wait(panel, points, walk):
    panel.decided(points)
    anna = walk(panel.world.anna)
    ok(anna.get(base(panel, "decision/definitive")), 200)
    early = ok(anna.post(base(panel, "decision/definitive"), data={"sure": "y"}), 422)
    assert "opschortende termijn" in early.text
    panel.world.at = awards.find_decision(panel.session, panel.tender.id).standstill_until
    anna = walk(panel.world.anna)
    ok(anna.post(base(panel, "decision/definitive"), data={"sure": "y"}))


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


def test_summons_judgment_and_withdrawal(panel, points, walk, client):
    decision = panel.decided(points)
    anna, boen = walk(panel.world.anna), walk(panel.suppliers["Boen"])
    page = base(panel, "decision/summons")
    assert "Geen kort geding" in ok(anna.get(page), 200).text
    ok(anna.post(page, data={"served_on": "1999-01-01", "reference": "C/1"}), 422)
    ok(anna.post(page, data={"served_on": "morgen", "reference": "C/1"}), 422)
    ok(
        anna.post(
            page, data={"served_on": clock.local_date(panel.at).isoformat(), "reference": "C/13/000001"}
        )
    )
    judgment = base(panel, re.search(r"decision/summons/\d+/judgment", anna.get(page).text).group())
    panel.world.at = decision.standstill_until
    anna, boen = walk(panel.world.anna), walk(panel.suppliers["Boen"])
    assert "kort geding" in ok(anna.post(base(panel, "decision/definitive"), data={"sure": "y"}), 422).text
    ok(anna.get(judgment), 200)
    ok(anna.post(judgment, data={"may_award": "no", "judgment": ""}), 422)
    ok(anna.post(judgment, data={"may_award": "no", "judgment": "Niet gemotiveerd"}))
    ok(anna.post(judgment, data={"may_award": "yes", "judgment": "Toch"}), 409)
    withdraw = base(panel, "decision/withdraw")
    ok(anna.get(withdraw), 200)
    ok(anna.post(withdraw, data={"reason": "De rechter liet het niet toe", "sure": "y"}))
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
