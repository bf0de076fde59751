"""Papers as PDF: what they say, to whom, and that they never change."""

import re
from datetime import timedelta

import pytest

from cwb.assets import build
from cwb.identity.models import Organisation, User
from cwb.kernel.transaction import atomic
from procurement.awards import queries as awards
from procurement.bids.errors import BidAfterDeadline
from procurement.enquiries import services as enquiries
from tests.pdfs import Pdf
from tests.procurement.panel import base, ok
from tests.procurement.world import SECRET_ANSWER

pytestmark = pytest.mark.skipif(
    build.asset_state() == "missing", reason="assets are not built: run `cwb assets`"
)


def paper(browser, address: str) -> Pdf:
    answer = ok(browser.get(address), 200)
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-1.7")
    assert "no-store" in answer.headers["Cache-Control"]
    return Pdf(answer.data)


def letter_of(panel, name: str) -> str:
    decision = awards.find_decision(panel.session, panel.tender.id)
    organisation = panel.suppliers[name].organisation_id
    found = next(each for each in decision.letters if each.organisation_id == organisation)
    return f"/awards/{found.public_id}/letter.pdf"


def test_a_note_is_public_and_hides_who_asked(buying, session, client, sign_in, make_organisation):
    tender = buying.published()
    asker = make_organisation()
    for number, part in enumerate(("what", "criterion:q1"), start=1):
        asked = enquiries.ask_question(
            session, tender=tender, organisation_id=asker.id, part=part, text=f"Mag het {number} keer?",
            user_id=buying.author.id, at=buying.at + timedelta(days=2),
        )  # fmt: skip
        enquiries.answer_question(
            session, tender=tender, question=asked, answer=f"Ja,\n{number} keer.", user_id=buying.author.id,
            at=buying.at + timedelta(days=3),
        )  # fmt: skip
    address = f"/tenders/{tender.number}/nota/1/nota.pdf"
    session.commit()
    ok(client.get(address), 404)
    enquiries.publish_nota(
        session,
        tender=tender,
        user_id=buying.author.id,
        at=buying.at + timedelta(days=4),
    )
    session.commit()
    found = paper(client, address)
    found.assert_accessible(title="Nota van inlichtingen 1", language="nl")
    assert found.counts["H1"] == found.counts["H2"] == 2
    for words in (
        "Mag het 1 keer?",
        "Ja, 2 keer.",
        "Vraag 2: Plan",
        tender.number,
        tender.title,
        buying.buyer.name,
    ):
        assert found.says(words), words
    assert not found.says(asker.name)
    assert "nota.pdf" in client.get(f"/tenders/{tender.number}/questions").text
    english = Pdf(client.get(address + "?lang=en").data)
    english.assert_accessible(title="Clarification notice 1", language="en")
    ok(client.get(address.replace("/1/", "/2/")), 404)


def test_a_bidder_keeps_its_receipt_and_its_bid(world, app, sign_in_user, session):
    world.keys.folder = app.extensions["cwb.config"].data_dir / "keys" / "house"
    glans, boen = world.supplier("Glans"), world.supplier("Boen")
    bid = world.bid_of(glans, price=4_800_000)
    browser, other = (sign_in_user(session.get(User, each.user_id)) for each in (glans, boen))
    receipt = paper(browser, f"/bids/{bid.public_id}/receipt.pdf")
    receipt.assert_accessible(title="Ontvangstbewijs", language="nl")
    shown = browser.get(f"/bids/{bid.public_id}").text
    digest, number = (
        re.search(r"[0-9a-f]{64}", shown).group(),
        re.search(r"I-\w{4}-\w{4}-\w{4}", shown).group(),
    )
    assert receipt.says(digest)
    assert receipt.says(number)
    assert not receipt.says("48.000")
    copy = paper(browser, f"/bids/{bid.public_id}/copy.pdf")
    copy.assert_accessible(title="Kopie van uw inschrijving", language="nl")
    assert copy.says("48.000,00")
    assert copy.says(SECRET_ANSWER)
    assert copy.says("Plan van aanpak")
    assert copy.says("Wij voldoen aan alle eisen")
    for address in ("receipt.pdf", "copy.pdf"):
        assert address in shown
        ok(other.get(f"/bids/{bid.public_id}/{address}"), 404)
    draft = world.start(boen)
    ok(other.get(f"/bids/{draft.public_id}/receipt.pdf"), 404)


def test_the_record_of_an_opening_names_no_letter_until_the_scores_are_frozen(panel, points, walk):
    anna, eva = walk(panel.world.anna), walk(panel.world.eva)
    address = base(panel, "opening/record.pdf")
    found = paper(anna, address)
    found.assert_accessible(title="Verslag van de opening (proces-verbaal)", language="nl")
    for words in (
        "Anna",
        "Bram",
        "Glans",
        "Boen",
        "Stof",
        "In orde",
        "Niemand kwam te laat",
        panel.tender.number,
    ):
        assert found.says(words), words
    assert not found.says("48.000")
    assert not found.says("Letter")
    assert found.counts["TH"] == 4
    ok(walk(panel.suppliers["Glans"]).get(address), 403)
    panel.frozen(points)
    late = paper(eva, address)
    assert late.says("Letter")
    assert late.counts["TH"] == 5


def test_who_came_late_stands_in_the_record(world, sign_in_user, session, monkeypatch):
    late, early = world.supplier("Laat"), world.supplier("Vroeg")
    world.bid_of(early)
    bid = world.start(late)
    world.fill(bid, late)
    world.closes()
    with pytest.raises(BidAfterDeadline):
        world.hand_in(bid, late)
    world.release(world.anna, world.eva, reason="Bram is ziek, de reservehouder valt in")
    world.open(world.eva)
    monkeypatch.setattr("cwb.kernel.clock.now", lambda: world.at)
    anna = sign_in_user(session.get(User, world.anna.user_id))
    found = paper(anna, f"/tenders/{world.tender.number}/opening/record.pdf")
    for words in ("Laat", "Wilde indienen", "Bram is ziek", "Eva", "geweigerd en niet bewaard"):
        assert found.says(words), words


def test_every_bidder_reads_its_own_letter_only(panel, points, walk):
    panel.decided(points)
    boen, stof, anna, eva = (
        walk(each)
        for each in (panel.suppliers["Boen"], panel.suppliers["Stof"], panel.world.anna, panel.world.eva)
    )
    address = letter_of(panel, "Boen")
    found = paper(boen, address)
    found.assert_accessible(title=f"Gunningsbeslissing {panel.tender.number}", language="nl")
    for words in (
        "Uw inschrijving is niet gekozen. U eindigde als nummer 2 van 3.", "Glans", "48.000,00", "47.000,00",
        "Samen over plan", "De winnaar noemt per ruimte hoe vaak", "kort geding", "anna@voorbeeld.example",
        "cwb score", "De laagste uitkomst wint",
    ):  # fmt: skip
        assert found.says(words), words
    assert not found.says("Stof")
    assert not found.says("46.000")
    assert found.counts["TH"] == 4
    ok(stof.get(address), 404)
    for other in (anna, eva):
        assert paper(other, address).text == found.text
    won = paper(walk(panel.suppliers["Glans"]), letter_of(panel, "Glans"))
    assert won.says("Wij willen de opdracht aan u gunnen")
    assert not won.says("Boen")


def test_a_letter_never_changes_and_is_dutch_for_everyone(panel, points, walk):
    panel.decided(points)
    address = letter_of(panel, "Boen")
    before = walk(panel.suppliers["Boen"]).get(address).data
    with atomic(panel.session) as session:
        for name in ("Boen", "Glans"):
            session.get(Organisation, panel.suppliers[name].organisation_id).name = f"{name} heet nu anders"
        panel.world.buyer.name = "Gemeente Anders"
    panel.world.at += timedelta(days=30)
    later = walk(panel.suppliers["Boen"])
    assert later.get(address).data == before
    assert later.get(address + "?lang=en").data == before


def test_before_sending_there_is_no_letter(panel, points, walk):
    panel.frozen(points)
    panel.prepare()
    panel.write("Boen", "Stof")
    ok(walk(panel.world.anna).get(letter_of(panel, "Boen")), 404)


def test_a_contract_in_short(panel, points, walk):
    panel.awarded(points)
    anna, glans, boen = (
        walk(each) for each in (panel.world.anna, panel.suppliers["Glans"], panel.suppliers["Boen"])
    )
    form = {
        "starts_on": "2027-01-01", "ends_on": "2027-12-31", "payment_days": "30", "instalments": "12",
        "description": "Schoonmaak", "vat": "standard",
    }  # fmt: skip
    where = ok(anna.post(base(panel, "contract"), data=form)).location
    assert "contract.pdf" in anna.get(where).text
    found = paper(glans, where + "/contract.pdf")
    title = f"Contract: {panel.tender.title}"
    found.assert_accessible(title=title, language="nl")
    for words in ("48.000,00", "Samen", "Glans", "Gemeente Voorbeeld", "nog niet", "30 dagen"):
        assert found.says(words), words
    ok(boen.get(where + "/contract.pdf"), 404)


def test_without_the_fonts_a_page_says_so(panel, walk, tmp_path, monkeypatch):
    monkeypatch.setattr("cwb.documents.gateway.print_folder", lambda: tmp_path)
    answer = walk(panel.world.anna).get(base(panel, "opening/record.pdf"))
    assert answer.status_code == 503
    assert "cwb assets" in answer.text
    assert answer.mimetype == "text/html"
