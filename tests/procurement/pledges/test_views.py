"""Promises on the page of an answer, as a browser sends them: every box, also the empty ones."""

import re

from cwb.identity.models import User
from cwb.kernel.clock import local_date
from procurement.bids import services as bids
from tests.procurement.panel import ok

EMPTY = {
    f"pledges-{place}-{name}": ""
    for place in range(3)
    for name in ("what", "amount", "unit", "due_on", "proof")
}
WHOLE = {
    "pledges-0-what": "Social return", "pledges-0-amount": "200,5", "pledges-0-unit": "uren",
    "pledges-0-due_on": "2027-03-31", "pledges-0-proof": "Urenlijst",
}  # fmt: skip
TEXT = {"text": "Wij doen dit met de buurt."}


def test_left_empty_begun_and_whole(world, sign_in_user):
    glans = world.supplier("Glans")
    bid = world.start(glans)
    browser = sign_in_user(world.session.get(User, glans.user_id))
    page = f"/tenders/{world.tender.number}/bid/criteria/plan"

    def saved():
        world.session.expire_all()
        return bids.read_draft(bid, world.keys).part("q:plan")

    def send(**typed):
        return browser.post(page, data={"seen": str(saved().saved), **TEXT, **EMPTY, **typed})

    def fields():
        shown = ok(browser.get(page), 200).text
        return set(re.findall(r'<(?:input|select|textarea)[^>]* name="((?:text|pledges)[^"]*)"', shown))

    assert "Beloften in cijfers" in ok(browser.get(page), 200).text
    assert len(fields()) <= 7, "a short page for who promises nothing in numbers"
    ok(send())
    assert saved().value == TEXT
    half = {"pledges-0-what": "Social return"}
    assert ok(send(**half), 422).text.count("Vul dit in.") >= 4
    assert "Schrijf een getal" in ok(send(**{**WHOLE, "pledges-0-amount": "veel"}), 422).text
    assert "dag-maand-jaar" in ok(send(**{**WHOLE, "pledges-0-due_on": "morgen"}), 422).text
    too_early = {**WHOLE, "pledges-0-due_on": local_date(world.tender.closes_at).isoformat()}
    assert "Kies een latere dag" in ok(send(**too_early), 422).text
    ok(send(**half, later="1"))
    assert saved().value["pledges"][0]["what"] == "Social return"
    assert "Social return" in ok(browser.get(page), 200).text
    ok(send(**WHOLE))
    assert saved().value["pledges"] == [
        {
            "what": "Social return",
            "amount": "200.5",
            "unit": "uren",
            "due_on": "2027-03-31",
            "proof": "Urenlijst",
        }
    ]
    assert 'value="200,5' in ok(browser.get(page), 200).text
    assert "pledges-1-what" in fields(), "room for one more"
    assert "pledges-2-what" not in fields()
