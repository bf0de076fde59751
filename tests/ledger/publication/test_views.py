"""Publishing on the pages, from preparing to the permalink."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal

from cwb.boundaries import gateway as boundaries
from cwb.boundaries.rules import Outlines
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.places.gateway import area_pack
from ledger.corrections.services import undo_import
from ledger.publication import queries
from ledger.publication.views import pair
from ledger.spend.models import SpendImport
from ledger.spend.rules import File, Handed, LineFacts
from ledger.spend.services import record_rows, record_spend
from ledger.suppliers.rules import SupplierFacts

WHY = {"reason": "alle kopers zeiden ja", "cannot_wait": "de fout is te groot om te wachten"}


def test_from_preparing_to_the_permalink_and_a_new_version(sign_in, sign_in_user, client, session, desk):
    first, second = (sign_in_user(each) for each in desk.people)
    assert first.post("/spend/published/prepare", data={"period": "2026-Q3"}).status_code == 422
    made = first.post("/spend/published/prepare", data={"period": "2026-Q2"})
    assert made.status_code == 303
    page = made.location
    assert "Teken en publiceer" not in first.get(page).text
    buyer = sign_in(Role.PURCHASER, desk.anchor)
    assert "Reageer op het cijfer van 2026-Q2" in buyer.get("/").text
    assert buyer.post(f"{page}/sign", data=WHY).status_code == 403
    assert buyer.post(f"{page}/comment", data={"said": "kort"}).status_code == 422
    assert buyer.post(f"{page}/comment", data={"said": "Dit klopt met onze boeken."}).status_code == 303
    assert "Reageer op het cijfer van 2026-Q2" not in buyer.get("/").text
    assert "Bekijk en teken het cijfer" in second.get("/").text
    assert "Teken en publiceer" in second.get(page).text
    assert "Kopers kunnen nog reageren" in second.get(page).text
    short = second.post(f"{page}/sign", data={"reason": "kort"})
    assert short.status_code == 422
    assert "Schrijf in eigen woorden waarom" in short.text
    assert ">kort</textarea>" in short.text.replace("\r\n", ""), "what was typed is still there"
    assert queries.find_latest(session, "2026-Q2") is None
    signed = second.post(f"{page}/sign", data=WHY)
    assert signed.location == "/spend/published/2026-Q2/1"
    assert second.post(f"{page}/sign", data=WHY).status_code == 409
    assert first.get(page).location == signed.location
    public = client.get("/spend/published/2026-Q2/1").text
    assert "Dit klopt met onze boeken." in public
    assert "Er is eerder getekend. Waarom:" in public
    assert "alle kopers zeiden ja" in public
    prepared = queries.find_latest(session, "2026-Q2").preparation
    told = client.get("/spend/published/2026-Q2/1.json").data
    assert hashlib.sha256(told).hexdigest() == prepared.checksum
    assert prepared.checksum in public
    assert "Sindsdien is niets veranderd" in client.get("/spend?period=2026-Q2").text
    assert client.get("/spend/published/2026-Q2/2").status_code == 404


def test_what_changed_since_is_told_and_the_old_version_names_the_new(sign_in, sign_in_user, client, desk):
    first, second = (sign_in_user(each) for each in desk.people)
    desk.publish()
    desk.buy("Te laat")
    now = client.get("/spend?period=2026-Q2").text
    assert "Sindsdien is er iets veranderd" in now
    assert "Dat telt hier pas na een nieuwe handtekening" in now
    assert ["1.100,00" in now, "1.000,00" in now, "Wat is er veranderd?" in now] == [False, True, False]
    assert client.get("/spend/published/2026-Q2/1.json").get_json()["publication"]["version"] == 1
    along = sign_in(Role.ALLIANCE).get("/spend?period=2026-Q2").text
    assert ["1.100,00" in along, "Wat is er veranderd?" in along] == [True, True]
    data = {"period": "2026-Q2", "reason": ""}
    assert first.post("/spend/published/prepare", data=data).status_code == 422
    made = first.post("/spend/published/prepare", data=data | {"reason": "een factuur kwam te laat"})
    buyer = sign_in(Role.PURCHASER, desk.anchor)
    assert (
        buyer.post(f"{made.location}/comment", data={"said": "Er mist nog een factuur."}).status_code == 303
    )
    desk.buy("Nog later")
    assert "De regels zijn veranderd" in second.get(made.location).text
    assert second.post(f"{made.location}/sign", data=WHY).status_code == 422
    assert client.get("/spend/published/2026-Q2/2").status_code == 404
    again = first.post("/spend/published/prepare", data=data | {"reason": "twee facturen kwamen te laat"})
    assert second.post(f"{made.location}/sign", data=WHY).status_code == 409
    assert second.post(f"{again.location}/sign", data=WHY).location == "/spend/published/2026-Q2/2"
    new = client.get("/spend/published/2026-Q2/2").text
    assert ["Geen koper reageerde" in new, "Eerder gezegd" in new, "Er mist nog een factuur." in new] == [
        True
    ] * 3
    old = client.get("/spend/published/2026-Q2/1").text
    assert "Eerder gezegd" not in old
    assert "Er is een nieuwere versie" in old
    assert "twee facturen kwamen te laat" in old
    assert "vervangen" in client.get("/spend/published").text


def test_after_a_refusal_the_remarks_are_of_the_period_that_was_chosen(sign_in_user, session, desk):
    early = LineFacts(SupplierFacts("Eerder"), "E1", date(2026, 2, 5), Money.of("100"))
    record_spend(session, anchor=desk.anchor, lines=[early], actor_id=None, at=desk.at)
    browser, address = sign_in_user(desk.people[0]), "/spend/published/prepare"
    assert "Dit valt op in 2026-Q2" in browser.get(address).text
    refused = browser.post(address, data={"period": "2026-Q1", "reason": "x" * 600})
    assert (refused.status_code, "Dit valt op in 2026-Q1" in refused.text) == (422, True)


def _come_and_gone(session, desk, client):
    """A file of the quarter is booked, seen, and taken back."""
    line = LineFacts(SupplierFacts(name="Vergist"), "9", date(2026, 5, 6), Money.of("70"))
    made = record_rows(
        session,
        anchor=desk.anchor,
        rows=Handed([line]),
        file=File("vergist.csv", "x"),
        actor_id=None,
        at=desk.at,
    )
    seen = client.get("/spend?period=2026-Q2").text
    file = session.get_one(SpendImport, made.import_id)
    undo_import(session, made=file, reason="verkeerd jaar", actor_id=None, at=desk.at)
    return seen


def test_a_file_that_came_and_went_leaves_a_prepared_figure_and_what_was_said_of_it(
    client, sign_in, sign_in_user, session, desk
):
    first, second = (sign_in_user(each) for each in desk.people)
    page = first.post("/spend/published/prepare", data={"period": "2026-Q2"}).location
    buyer = sign_in(Role.PURCHASER, desk.anchor)
    assert buyer.post(f"{page}/comment", data={"said": "Dit klopt met onze boeken."}).status_code == 303
    assert "De cijfers zijn gelijk gebleven" not in second.get(page).text
    _come_and_gone(session, desk, client)
    now = second.get(page).text
    told = [
        "De cijfers zijn gelijk gebleven" in now,
        "De regels zijn veranderd" in now,
        "Eerder gezegd" in now,
    ]
    assert told == [True, False, False]
    assert second.post(f"{page}/sign", data=WHY).location == "/spend/published/2026-Q2/1"
    assert "Dit klopt met onze boeken." in client.get("/spend/published/2026-Q2/1").text


def test_a_file_that_was_taken_back_leaves_the_figure_as_it_was_signed_and_the_page_says_so(
    client, session, desk
):
    desk.publish()
    assert "Sindsdien is er iets veranderd" in _come_and_gone(session, desk, client)
    page = client.get("/spend?period=2026-Q2").text
    assert "De cijfers zijn gelijk aan wat is getekend" in page
    assert "Wat is er veranderd?" not in page
    saved = client.get("/spend/published/2026-Q2/1.json").headers["Content-Disposition"]
    assert saved == 'inline; filename="inkoop-2026-Q2-versie-1.json"'


def test_a_story_beside_the_figure_and_its_end(sign_in_user, client, session, desk):
    browser = sign_in_user(desk.people[0])
    desk.publish()
    session.commit()  # a refusal rolls back no further than here
    address = "/spend/published/2026-Q2/1"
    data = {"told": "Ik vond werk in mijn straat.", "person": "Bea Bewoner", "consented_on": "2026-08-01"}
    assert browser.post(f"{address}/story", data=data).status_code == 422
    assert browser.post(f"{address}/story", data=data | {"agreed": "y"}).status_code == 303
    assert "Bea Bewoner" in client.get(address).text
    assert browser.get(f"{address}/story").status_code == 303
    assert browser.post(f"{address}/story/withdraw").status_code == 303
    assert "Bea Bewoner" not in client.get(address).text


def test_boundaries_that_come_in_stand_on_the_page_of_the_figure_at_once(client, app, desk):
    desk.publish()
    asked = "/spend?period=2026-Q2"
    config = app.extensions["cwb.config"]
    assert "Dezelfde cijfers op de kaart" not in client.get(asked).text
    ring = [(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 0.0)]
    boundaries.keep(config, Outlines("wijk", 9.0, {code: [ring] for code in area_pack().wijken}))
    assert "Dezelfde cijfers op de kaart" in client.get(asked).text


def test_two_figures_that_differ_are_never_written_alike(app):
    with app.test_request_context():
        assert pair("lo", "0.1250", "0.1254") == ["12,50\xa0%", "12,54\xa0%"]
        assert pair("lo", "0.1250", "0.1350") == ["12,5\xa0%", "13,5\xa0%"]


def test_what_shielding_does_to_a_change_is_said_in_points_or_not_at_all(app):
    def bound(before, after):
        return {"before": before, "after": after, "change": str(Decimal(after) - Decimal(before))}

    none, some = bound("0.000", "0.000"), bound("-0.001", "-0.004")
    with app.test_request_context():
        said = app.jinja_env.get_template("ledger/publication/_signed.html").module.shielding
        shown = said({"lo": some, "hi": none}, Decimal)
        assert ["komt -0,3 pp door deze afscherming" in shown, "<table" in shown] == [True, True]
        nothing = said({"lo": none, "hi": none}, Decimal)
        assert ["geen tiende procentpunt" in nothing, "<table" in nothing] == [True, False]
        assert "minder dan vijf leveranciers" in said({"lo": None, "hi": None}, Decimal)
        assert said(None, Decimal).strip() == ""


def test_who_only_audits_reads_and_does_not_sign_and_the_board_reads_along(
    sign_in, sign_in_user, session, desk
):
    page = f"/spend/published/prepared/{desk.prepare().public_id}"
    session.commit()
    for browser in (sign_in_user(desk.auditor), sign_in(Role.ALLIANCE)):
        answer = browser.get(page)
        assert answer.status_code == 200
        assert "Lees dit voor het tekenen" in answer.text
        assert "Teken en publiceer" not in answer.text
        assert browser.post(f"{page}/sign", data=WHY).status_code == 403
        assert "Bekijk en teken het cijfer" not in browser.get("/").text
    assert "Teken en publiceer" in sign_in_user(desk.people[1]).get(page).text


def test_attack_19_what_shows_a_sole_trader_is_said_before_it_is_prepared_and_no_button_signs_it(
    sign_in_user, session, desk
):
    first, second = (sign_in_user(each) for each in desk.people)
    desk.publish()
    desk.at += timedelta(days=1)
    trader = LineFacts(SupplierFacts("Zzp", natural_person=True), "Z1", date(2026, 5, 6), Money.of("483"))
    record_spend(session, anchor=desk.anchor, lines=[trader], actor_id=None, at=desk.at)
    session.commit()
    said = "Dit wordt niet getekend zolang het een eenmanszaak toont"
    address, data = "/spend/published/prepare", {"period": "2026-Q2", "reason": "een factuur kwam te laat"}
    page = first.get(f"{address}?period=2026-Q2").text
    assert [said in page, desk.anchor.name in page] == [True, True]
    made = first.post(address, data=data).location
    shown = second.get(made).text
    assert [said in shown, "Teken en publiceer" in shown] == [True, False]
    assert second.post(f"{made}/sign", data=WHY).status_code == 422
    desk.buy(*(f"Laat {number}" for number in range(4)))
    session.commit()
    assert said not in first.get(f"{address}?period=2026-Q2").text
    again = first.post(address, data=data).location
    shown = second.get(again).text
    assert [said in shown, "Teken en publiceer" in shown] == [False, True]
