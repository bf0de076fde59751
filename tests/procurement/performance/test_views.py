"""The pages after the signature, walked by those who use them."""

import io
import re
from datetime import date

from cwb.kernel.transaction import atomic
from procurement.renewals.services import alert
from tests.procurement.panel import base, ok

CHANGE = {
    "affects": ["value"], "what": "Ook de kelder wordt schoongemaakt.", "delta": "3000", "ends_on": "",
    "ground": "de_minimis", "shown": "Het is klein en de aard blijft gelijk.",
}  # fmt: skip


def test_a_promise_from_report_to_public_page(signed, walk_signed):
    where = f"/contracts/{signed.contract.number}"
    anna, glans, boen = (
        walk_signed(each) for each in (signed.anna, signed.glans, signed.panel.suppliers["Boen"])
    )
    for who in (anna, glans, walk_signed(signed.world.eva)):
        assert "Social return" in ok(who.get(f"{where}/performance"), 200).text
    ok(boen.get(f"{where}/performance"), 404)
    ok(boen.get(f"{where}/milestones/1/report"), 404)
    ok(anna.get(f"{where}/milestones/1/report"), 403)
    ok(glans.get(f"{where}/milestones/1/verify"), 403)
    ok(glans.get(f"{where}/milestones/9/report"), 404)
    ok(glans.get(f"{where}/milestones/1/report"), 200)
    form = {"reached": "210", "text": "Acht mensen werkten samen 210 uur."}
    ok(glans.post(f"{where}/milestones/1/report", data={**form, "reached": "-1"}), 422)
    bad = {**form, "file": (io.BytesIO(b"<script>alert(1)</script>"), "bewijs.pdf")}
    assert "Kies een PDF" in ok(glans.post(f"{where}/milestones/1/report", data=bad), 422).text
    good = {**form, "file": (io.BytesIO(b"%PDF-1.7 bewijs"), 'urenlijst".pdf')}
    ok(glans.post(f"{where}/milestones/1/report", data=good))
    ok(glans.get(f"{where}/milestones/1/report"))
    shown = ok(anna.get(f"{where}/milestones/1/verify"), 200).text
    file = ok(anna.get(re.search(r'href="(/contracts/[^"]+/file)"', shown)[1]), 200)
    assert file.headers["Content-Disposition"].startswith('attachment; filename="bewijs-')
    assert (file.data, file.mimetype) == (b"%PDF-1.7 bewijs", "application/pdf")
    public = base(signed.panel, "promises")
    assert "210" not in ok(boen.get(public), 200).text
    seen = re.search(r'name="seen"[^>]*value="(\d+)"', shown)[1]
    ok(
        anna.post(
            f"{where}/milestones/1/verify", data={"seen": seen, "outcome": "partiallyMet", "reason": ""}
        ),
        422,
    )
    ok(anna.post(f"{where}/milestones/1/verify", data={"seen": "x", "outcome": "met", "reason": ""}), 409)
    ok(anna.post(f"{where}/milestones/1/verify", data={"seen": seen, "outcome": "met", "reason": ""}))
    for who, what in ((anna, "verify"), (glans, "report")):
        assert ok(who.get(f"{where}/milestones/1/{what}")).location.endswith("#milestones")
    assert "gehaald" in ok(boen.get(public), 200).text
    assert "Glans,Social return,200,uren,2027-03-31,met,210" in ok(boen.get(public + ".csv"), 200).text


def test_a_change_from_proposal_to_an_invoice(signed, walk_signed):
    where = f"/contracts/{signed.contract.number}"
    anna, bram, glans = (walk_signed(each) for each in (signed.anna, signed.bram, signed.glans))
    assert "2.163d" in ok(anna.get(f"{where}/changes/new"), 200).text
    ok(glans.get(f"{where}/changes/new"), 403)
    refused = ok(anna.post(f"{where}/changes/new", data={**CHANGE, "delta": "5000"}), 422).text
    assert "Dit past niet bij artikel 2.163b" in refused
    assert "Ook de kelder" in refused
    ok(anna.post(f"{where}/changes/new", data={**CHANGE, "affects": ["rommel"]}), 422)
    ok(anna.post(f"{where}/changes/new", data={**CHANGE, "delta": "1e5"}), 422)
    ok(anna.post(f"{where}/changes/new", data={**CHANGE, "ends_on": "2029-01-01"}), 422)
    ok(anna.post(f"{where}/changes/new", data=CHANGE))
    for waits in ("new", "extend", "1/decide"):
        assert ok(anna.get(f"{where}/changes/{waits}")).location.endswith("#changes")
    assert "Er loopt een wijziging" in ok(anna.get(f"{where}/performance"), 200).text
    ok(glans.get(f"{where}/changes/1/answer"))
    ok(anna.get(f"{where}/changes/9/decide"), 404)
    ok(anna.post(f"{where}/changes/1/decide", data={"approved": "yes", "reason": ""}), 403)
    ok(bram.get(f"{where}/changes/1/decide"), 200)
    ok(bram.post(f"{where}/changes/1/decide", data={"approved": "no", "reason": ""}), 422)
    ok(bram.post(f"{where}/changes/1/decide", data={"approved": "yes", "reason": ""}))
    ok(glans.get(f"{where}/changes/1/answer"), 200)
    ok(glans.post(f"{where}/changes/1/answer", data={"accepted": "yes", "reason": ""}))
    shown = ok(glans.get(f"{where}/performance"), 200).text
    ok(bram.get(f"{where}/changes/1/decide"))
    ok(glans.get(f"{where}/changes/1/answer"))
    agreement = re.search(r'href="(/agreements/[^"]+)"', shown)[1]
    assert "/W1" in ok(glans.get(agreement), 200).text
    assessor = walk_signed(signed.panel.carla)
    assert agreement not in ok(assessor.get(f"{where}/performance"), 200).text
    ok(assessor.get(agreement), 403)
    ok(anna.get(f"{where}/changes/1/notice"), 200)
    ok(anna.get(f"{where}/changes/extend"), 200)
    ok(anna.post(f"{where}/changes/extend", data={"amount": "-1"}), 422)
    ok(anna.post(f"{where}/changes/extend", data={"amount": "24000"}))
    assert "30 juni 2028" in ok(glans.get(f"{where}/performance"), 200).text
    ok(glans.get(base(signed.panel, "term")), 200)


def test_looking_back_and_planning_what_follows(signed, walk_signed):
    where = f"/contracts/{signed.contract.number}"
    anna, glans = walk_signed(signed.anna), walk_signed(signed.glans)
    ok(anna.get(f"{where}/reviews/new"), 200)
    form = {"work": "4", "promises": "3", "together": "5", "text": "Het gaat goed, op de kelder na."}
    ok(anna.post(f"{where}/reviews/new", data={**form, "work": "9"}), 422)
    ok(anna.post(f"{where}/reviews/new", data=form))
    ok(anna.post(f"{where}/reviews/new", data=form), 409)
    page = re.search(rf'href="({where}/reviews/[^"]+)"', ok(glans.get(f"{where}/performance"), 200).text)[1]
    ok(anna.get(page), 403)
    ok(glans.get(page), 200)
    ok(glans.post(page, data={"text": "Daar hebt u gelijk in."}))
    assert "te weinig om te tonen" in ok(walk_signed(signed.world.eva).get("/performance"), 200).text
    assert ok(anna.get(f"{where}/renewal")).location == f"{where}/performance", "it does not end yet"
    ok(anna.get("/contracts/alerts"), 200)
    ok(anna.post("/contracts/alerts", data={"months": "99"}), 422)
    ok(anna.post("/contracts/alerts", data={"months": "12"}))
    signed.on(date(2027, 4, 1))
    with atomic(signed.session) as session:
        alert(session, at=signed.at)
    anna = walk_signed(signed.anna)
    shown = ok(anna.get(f"{where}/renewal"), 200).text
    assert "1 januari 2028" in shown or "2028-01-01" in shown
    assert "zet de behoefte nog op de kalender" in ok(anna.get(f"{where}/performance"), 200).text
    ok(anna.post(f"{where}/renewal/nothing", data={"reason": "nee"}), 422)
    ok(anna.post(f"{where}/renewal", data={"title": "", "purpose": "", "wanted_from": ""}), 422)
    need = {"title": "Schoonmaak 2028", "purpose": "Dit volgt op het contract.", "wanted_from": "2028-01-01"}
    ok(anna.get(ok(anna.post(f"{where}/renewal", data=need)).location), 200)
    after = ok(anna.get(f"{where}/performance"), 200).text
    assert "Schoonmaak 2028" in after
    assert f"{where}/take-over" in after


def test_a_challenge_walked_by_residents_and_the_buyer(signed, walk_signed, client):
    number = signed.contract.number
    boen, anna = walk_signed(signed.panel.suppliers["Boen"]), walk_signed(signed.anna)
    assert "Nog geen uitdagingen" in ok(client.get("/challenges"), 200).text
    assert number in ok(client.get("/challenges/subjects"), 200).text
    ok(boen.get("/challenges/new"), 404)
    ok(boen.get("/challenges/new?contract=C-1999-0001"), 409)
    ok(anna.get(f"/challenges/new?contract={number}"), 403)
    form = {
        "group_name": "Groep <b>Plein</b>", "what": "Het plein blijft vies.", "how": "Wij vegen elke dag.", "amount": "9000",
        "supporters": "Twaalf bewoners, onder wie Roos",
    }  # fmt: skip
    new = f"/challenges/new?contract={number}"
    ok(boen.get(new), 200)
    ok(boen.post(new, data={**form, "amount": "-5"}), 422)
    ok(boen.post(new, data={**form, "group_name": ""}), 422)
    where = ok(boen.post(new, data=form)).location
    public = ok(client.get(where), 200).text
    assert "Roos" not in public
    assert "<b>Plein" not in public
    assert "Roos" in ok(anna.get(where), 200).text
    ok(boen.post(f"{where}/step", data={"step": "admitted", "text": "Dat zien wij graag."}), 403)
    ok(anna.post(f"{where}/step", data={"step": "answered", "text": "Dat zien wij graag."}), 422)
    ok(anna.post(f"{where}/step", data={"step": "admitted", "text": "Dat zien wij graag."}))
    ok(anna.post(f"{where}/step", data={"step": "talked", "text": "Wij spraken een uur."}))
    said = {"step": "answered", "text": "Een proef van drie maanden.", "answer": "partly"}
    ok(anna.post(f"{where}/step", data=said), 422)
    ok(anna.post(f"{where}/step", data={**said, "follow": "pilot"}))
    assert "Een proef van drie maanden." in ok(client.get(where), 200).text
    assert "answered" in ok(client.get("/challenges/list.csv"), 200).text
    assert "Niets gevonden" in ok(client.get("/challenges?text=zzz&state=rommel"), 200).text
    assert "Plein" in ok(anna.get(f"/contracts/{number}/performance"), 200).text
    ok(boen.get(f"{where}/withdraw"), 200)
    ok(boen.post(f"{where}/withdraw"), 422)
    ok(boen.post(f"{where}/withdraw", data={"sure": "y"}))
    gone = ok(client.get(where), 200).text
    assert "Het plein blijft vies" not in gone
    assert "Plein" not in gone
    ok(client.get("/challenges/U-1999-0001"), 404)
