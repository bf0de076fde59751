"""In the browser: money asked ahead from the page of an agreement, approved, and taken off an invoice in one press."""

from sqlalchemy import select

from ledger.invoicing.models import Invoice
from tests.ledger.desk.conftest import at, browser, recent  # noqa: F401 (fixtures)
from tests.ledger.desk.pages import posting, text


def test_asked_approved_and_taken_off(recent, browser, session):  # noqa: F811
    agreement = f"/agreements/{recent.agreement.public_id}"
    client = browser(recent.member)
    assert f"{agreement}/ahead" in client.get(agreement).text
    page = client.get(f"{agreement}/ahead")
    assert client.post(f"{agreement}/ahead", data=posting(page)).status_code == 422
    draft = client.post(f"{agreement}/ahead", data=posting(page, amount="100,00"))
    assert draft.status_code == 303
    shown = client.get(draft.location)
    assert "Voorschot op" in text(shown)
    invoice = session.scalars(select(Invoice)).one()
    assert client.get(f"/invoices/{invoice.public_id}/change").status_code == 409
    sent = client.post(draft.location, data=posting(shown))
    assert "Voorschotfactuur 2026-0001" in text(client.get(sent.location))

    buyer = browser(recent.purchaser)
    page = buyer.get(f"{sent.location}/approve")
    assert "Schrijf waarom u dit vooruit betaalt" in text(page)
    done = buyer.post(f"{sent.location}/approve", data=posting(page, delivered="y", note="Materiaal"))
    assert done.status_code == 303

    client = browser(recent.member)
    made = recent.draft(**recent.days)
    session.commit()
    check = f"/invoices/{made.public_id}/check"
    page = client.get(check)
    assert "Trek het voorschot af" in text(page)
    assert client.post(f"/invoices/{made.public_id}/settle", data=posting(page)).status_code == 303
    page = client.get(check)
    assert "Verrekening van voorschotfactuur" in text(page)
    assert "Trek het voorschot af" not in text(page)
    assert client.post(check, data=posting(page)).status_code == 303
    assert browser(recent.purchaser).post(
        f"/invoices/{made.public_id}/settle", data=posting(page)
    ).status_code == 403  # fmt: skip
