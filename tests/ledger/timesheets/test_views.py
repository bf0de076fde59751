"""Hours in the browser: written in three taps, signed without names, and on the invoice as evidence."""

import pytest

from ledger.timesheets.models import WorkedHours
from tests.ledger.desk.conftest import at, browser, recent  # noqa: F401 (fixtures)
from tests.ledger.desk.pages import posting, text


@pytest.fixture
def written(recent, browser, session):  # noqa: F811
    """Hours that the member wrote today, taking the form as it is filled in."""
    client = browser(recent.member)
    page = client.get("/hours/new")
    line = recent.agreement.lines[0]
    answer = client.post("/hours/new", data=posting(page, line=str(line.id), note="Trappen"))
    assert answer.status_code == 303
    return session.query(WorkedHours).one()


def test_three_taps_then_signed_without_a_name_then_evidence_for_the_approver(
    recent, browser, written  # noqa: F811
):  # fmt: skip
    assert (written.worked_on, written.quarters, written.note) == (recent.days_today, 32, "Trappen")
    client, address = browser(recent.member), f"/agreements/{recent.agreement.public_id}/hours"
    assert recent.member.name in text(client.get("/hours"))
    assert client.post(address, data=posting(client.get("/hours/new"))).status_code == 403

    buyer = browser(recent.purchaser)
    page = buyer.get(address)
    assert "8 uur, persoon 1, Trappen" in text(page)
    for place in (address, "/hours", "/hours.csv"):
        assert recent.member.name not in buyer.get(place).get_data(as_text=True)
    assert "Kies ja of nee" in buyer.post(address, data=posting(page, chosen=written.seen, answer="")).text
    assert (
        "staat hier niet meer" in buyer.post(address, data=posting(page, chosen="99999", answer="sign")).text
    )
    signed = buyer.post(address, data=posting(page, chosen=written.seen, answer="sign"))
    assert signed.status_code == 303
    assert buyer.post(f"{address}/invoice", data=posting(page)).status_code == 403

    client = browser(recent.member)
    assert "8 uur is getekend" in text(client.get(address))
    draft = client.post(f"{address}/invoice", data=posting(client.get("/hours/new")))
    assert draft.status_code == 303
    assert "op een factuur" in text(client.get(address))
    assert "op een factuur" not in text(browser(recent.purchaser).get(address))  # a draft is the seller's own
    client = browser(recent.member)
    sent = client.post(draft.location, data=posting(client.get(draft.location)))
    shown = text(client.get(sent.location))
    assert "8 uur getekend, even veel op de factuur" in shown

    buyer = browser(recent.purchaser)
    compared = text(buyer.get(f"{sent.location}/approve"))
    assert "8 uur getekend, even veel op de factuur" in compared
    assert recent.purchaser.name in compared
    assert recent.member.name not in compared


def test_sent_back_hours_are_changed_by_who_wrote_them_alone(recent, browser, written, session):  # noqa: F811
    buyer, address = browser(recent.purchaser), f"/agreements/{recent.agreement.public_id}/hours"
    line = recent.agreement.lines[0].id
    week = f"{address}?week={written.worked_on.isoformat()}"
    page = buyer.get(week)
    without = buyer.post(week, data=posting(page, chosen=written.seen, answer="back"))
    assert without.status_code == 422
    assert "Schrijf op wat er niet klopt" in text(without)
    told = posting(page, chosen=written.seen, answer="back", reason="Het waren er vier")
    assert buyer.post(week, data=told).status_code == 303
    own = f"/hours/{written.public_id}"
    assert buyer.get(own).status_code == 403
    assert browser(recent.partner_member).get(own).status_code == 403
    client = browser(recent.member)
    page = client.get(own)
    assert "Het waren er vier" in text(page)
    session.expunge_all()  # a request begins with nothing in hand
    wrong = client.post(own, data=posting(page, line="", hours=""))
    assert wrong.status_code == 422
    session.expunge_all()
    wrong = client.post(own, data=posting(page, line=str(line), hours="4,1"))
    assert wrong.status_code == 422
    assert "kwartieren" in text(wrong)
    session.expunge_all()
    right = client.post(own, data=posting(page, line=str(line), hours="4"))
    assert right.status_code == 303
    written = session.query(WorkedHours).one()
    assert (written.quarters, written.state.value) == (16, "entered")
    session.expunge_all()
    assert client.post(f"{own}/withdraw", data=posting(client.get(own))).status_code == 303
    assert session.query(WorkedHours).count() == 0
