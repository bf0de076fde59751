"""The pages of contracts."""

import re
from datetime import timedelta

from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.transaction import atomic
from procurement.contracts import queries as contracts
from procurement.exclusions.services import exclude_supplier
from tests.procurement.panel import base, ok


def test_the_way_from_an_award_to_two_signatures(panel, points, walk):
    panel.awarded(points)
    anna, glans, boen = (
        walk(each) for each in (panel.world.anna, panel.suppliers["Glans"], panel.suppliers["Boen"])
    )
    form = {
        "starts_on": "2027-01-01", "ends_on": "2027-12-31", "payment_days": "30", "instalments": "12",
        "description": "Schoonmaak", "vat": "standard",
    }  # fmt: skip
    make = base(panel, "contract")
    assert panel.tender.title in ok(anna.get(make), 200).text
    ok(anna.post(make, data={**form, "instalments": ""}), 422)
    wrong = {"lines-0-description": "Alles", "lines-0-amount": "47.999,99", "lines-0-vat": "standard"}
    refused = ok(anna.post(make, data={**form, **wrong}), 422).text
    assert "moeten gelijk zijn" in refused, re.findall(r"fouten.*?</ul>", refused, re.DOTALL)
    where = ok(anna.post(make, data=form)).location
    ok(anna.get(make))
    ok(anna.get(where + "/change"), 200)
    past = {**form, "starts_on": "2020-01-01", "ends_on": "2020-12-31", "version": "1"}
    ok(anna.post(where + "/change", data=past), 422)
    assert "€" in ok(glans.get(where), 200).text
    ok(boen.get(where), 404)
    ok(anna.post(where + "/sign", data={"version": "1", "sure": "y"}), 422)
    ok(anna.get(where + "/local-option"), 200)
    ok(anna.post(where + "/local-option", data={"outcome": "none_found", "reason": "x"}), 422)
    local = {"outcome": "local_competed", "reason": "Twee uit de buurt deden mee."}
    ok(anna.post(where + "/local-option", data=local))
    day = local_date(panel.at)
    with atomic(panel.session) as session:
        exclude_supplier(
            session, buyer=panel.world.buyer, reason="Fraude bij ander werk.", starts_on=day,
            organisation=session.get_one(Organisation, panel.suppliers["Glans"].organisation_id),
            ends_on=day + timedelta(days=9), decided_by_id=panel.world.anna.user_id, at=panel.at,
        )  # fmt: skip
    for who in (anna, glans):
        assert ("U sloot deze leverancier uit" in ok(who.get(where + "/sign"), 200).text) is (who is anna)
        ok(who.post(where + "/sign", data={"version": "1"}), 422)
        ok(who.post(where + "/sign", data={"version": "1", "sure": "y"}))
        ok(who.post(where + "/sign", data={"version": "1", "sure": "y"}), 409)
        ok(who.get(where + "/sign"))
    ok(anna.get(where + "/change"))
    shown = ok(glans.get(where), 200).text
    assert "Dit contract geldt" in shown
    ok(glans.get(re.search(r'href="(/agreements/[^"]+/invoice)"', shown)[1]), 200)
    bought = ok(anna.get(where), 200).text
    assert "Maak factuur" not in bought
    ok(anna.get(re.search(r'href="(/agreements/[^"]+)"', bought)[1]), 200)
    for who, seen in ((anna, bought), (glans, shown)):
        ok(who.get(re.search(r'href="(/spend/contracts/[^"]+)"', seen)[1]), 200)
    assert "48000.00" in ok(glans.get("/contracts/list.csv"), 200).text
    assert "Niets gevonden" in ok(glans.get("/contracts?state=draft"), 200).text
    assert "Schoonmaak" in ok(glans.get("/contracts?text=schoon&state=rommel"), 200).text
    assert contracts.find_of_lot(panel.session, panel.lot.id).agreement_id
    ok(anna.get(base(panel, "decision")), 200)


def test_empty_lists_say_what_comes(panel, walk):
    boen = walk(panel.suppliers["Boen"])
    assert "Nog geen uitslagen" in boen.get("/awards").text
    assert "Nog geen contracten" in boen.get("/contracts").text
    assert "Niets gevonden" in boen.get("/awards?result=won").text
    assert ok(walk(panel.world.anna).get("/"), 200)
