from datetime import timedelta

import pytest

from cwb.kernel.clock import now
from cwb.kernel.policy import Role
from procurement.demands.gateway import table
from procurement.demands.queries import demands
from procurement.demands.rules import DemandFacts
from procurement.proportion.services import add_demand


@pytest.fixture
def tender(buying, session):
    buying.at = now()
    made = buying.published(at=buying.at - timedelta(days=35))
    session.commit()
    return made


GOOD = {
    "description": "Ook de ramen", "requirements": "Een KvK-uittreksel", "value": "120.000,00",
    "starts_on": "2027-06-01", "ends_on": "2029-06-01", "criteria-0-name": "criterion:1:q1",
    "criteria-0-description": "Hoe u werkt", "reason": "De ramen waren vergeten",
}  # fmt: skip


def test_a_change_stands_old_beside_new(
    buying, tender, session, sign_in_user, client, make_organisation, make_user
):
    author, address = sign_in_user(buying.author), f"/tenders/{tender.number}"
    bidder = sign_in_user(make_user((Role.BOARD, make_organisation())))
    assert bidder.post(f"{address}/bid/start").status_code == 303
    assert "De opdracht is gewijzigd" not in bidder.get(f"{address}/bid").text
    page = author.get(f"{address}/rectify").text
    assert "Dit ligt vast" in page
    assert author.post(f"{address}/rectify", data={**GOOD, "reason": ""}).status_code == 422
    sent = author.post(f"{address}/rectify", data=GOOD)
    assert sent.status_code == 303, sent.text
    shown = client.get(address).text
    assert all(
        words in shown
        for words in ("Elke dag schoon", "Ook de ramen", "De ramen waren vergeten", "Sluit later")
    )
    assert "100.000" not in shown  # the value is not public, and what it was is not either
    assert "100.000" in author.get(address).text
    assert "De opdracht is gewijzigd" in bidder.get(f"{address}/bid").text
    assert author.post(f"{address}/rectify", data=GOOD).status_code == 422  # nothing changed any more


def test_others_do_not_rectify(tender, session, sign_in):
    assert sign_in(Role.PURCHASER).get(f"/tenders/{tender.number}/rectify").status_code == 403
    assert sign_in(Role.BOARD).get(f"/tenders/{tender.number}/rectify").status_code == 403


def test_a_lowered_demand_stands_old_beside_new_and_a_raised_one_is_refused(
    buying, session, sign_in_user, client
):
    buying.at = now() - timedelta(days=35)
    tender = buying.draft()
    why = "Het werk loopt elke dag door, ook bij ziekte."
    one = DemandFacts("slc-abil-ref-services", "Een <b>school</b>", why, why, 70_000_00)
    add_demand(session, tender=tender, facts=one, table=table(), **buying.by())
    buying.publish(buying.approved(tender))
    session.commit()
    [kept] = demands(session, tender.id)
    author, address = sign_in_user(buying.author), f"/tenders/{tender.number}"
    same = {
        **GOOD, "description": "Elke dag schoon", "value": "100.000,00", "criteria-0-description": "Hoe u werkt",
        "demands-0-name": f"demand:{kept.id}", "demands-0-number": "1",
    }  # fmt: skip
    assert "Alleen lager" in author.get(f"{address}/rectify").text
    raised = author.post(f"{address}/rectify", data={**same, "demands-0-minimum_minor": "70.000,01"})
    assert raised.status_code == 422
    assert "verzwaren mag niet" in raised.text
    strange = {"demands-0-name": "demand:x", "demands-0-minimum_minor": "1"}
    assert author.post(f"{address}/rectify", data={**same, **strange}).status_code == 409
    sent = author.post(f"{address}/rectify", data={**same, "demands-0-minimum_minor": "50.000"})
    assert sent.status_code == 303, sent.text
    shown = client.get(address).text
    assert all(words in shown for words in ("70.000", "50.000", "Een &lt;b&gt;school", "Sluit later"))
    gone = author.post(
        f"{address}/rectify", data={**same, "demands-0-gone": "y", "criteria-0-description": ""}
    )
    assert gone.status_code == 303, gone.text
    assert "vervallen" in client.get(address).text
