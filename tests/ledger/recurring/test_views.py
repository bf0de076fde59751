"""In the browser: a plan is made, looked at, changed, stopped and kept from others."""

import pytest
from sqlalchemy import select

from cwb.kernel.clock import local_date
from ledger.freehand.rules import MOST_LINES
from ledger.recurring import services
from ledger.recurring.models import RecurringPlan
from ledger.recurring.rules import months_on
from tests.ledger.desk.conftest import at, browser, recent  # noqa: F401 (fixtures)
from tests.ledger.desk.pages import posting, text
from tests.ledger.freehand.conftest import Outside


def lines(**facts):
    """The lines as the browser sends them."""
    known = {
        "description": "Ramen {maand}",
        "quantity": "1",
        "unit": "LS",
        "unit_price": "250,00",
        "vat": "standard",
    }
    return {f"lines-0-{name}": value for name, value in (known | facts).items()} | {
        f"lines-{place}-{name}": value
        for place in range(1, MOST_LINES)
        for name, value in (("unit", "C62"), ("vat", "standard"))
    }


@pytest.fixture
def made(recent, browser, session):  # noqa: F811
    """A plan that began two months ago, made on its page; and the browser of its seller."""
    client, buyer = browser(recent.member), Outside(recent).customer()
    session.commit()
    begins = months_on(local_date(recent.at), -2).isoformat()
    address = f"/invoices/recurring/new/{buyer.public_id}"
    page = client.get(address)
    assert client.post(address, data=posting(page, title="Ramen", **lines(quantity=""))).status_code == 422
    answer = client.post(
        address,
        data=posting(
            page, title="Ramen", every="month", day="1", begins_on=begins, sending="draft", **lines()
        ),
    )
    assert answer.status_code == 303
    plan = session.scalars(select(RecurringPlan)).one()
    return client, plan, answer.location


def test_a_plan_from_the_address_book_to_its_drafts(made, recent, session):  # noqa: F811
    client, plan, shown = made
    assert text(client.get(shown)).replace("\xa0", " ").count("€ 302,50") == 5
    services.make_due(session, plan_id=plan.id, at=recent.at)
    page = client.get(shown)
    assert text(page).count("concept") >= 2
    assert "is later gemaakt" in text(page)
    assert "Ramen" in text(client.get("/invoices/recurring?text=bakkerij"))
    assert "Bakkerij Buiten" in client.get("/invoices/recurring.csv").text
    assert "Terugkerende facturen" in text(client.get("/invoices"))
    change = client.get(f"{shown}/change")
    assert 'value="Ramen {maand}"' in change.text
    since = months_on(local_date(recent.at), -2)
    late = client.post(f"{shown}/change", data=posting(change, since=since.isoformat(), **lines()))
    assert (late.status_code, "is de factuur er al" in text(late)) == (422, True)
    assert (
        client.post(f"{shown}/change", data=posting(change, **lines(unit_price="300,00"))).status_code == 303
    )
    assert "€ 363,00" in text(client.get(shown)).replace("\xa0", " ")


def test_its_buttons(made, recent):  # noqa: F811
    client, _plan, shown = made
    for act, said in (("pause", "Staat stil"), ("resume", "Zet stil"), ("sending/send", "vanzelf")):
        assert client.post(f"{shown}/{act}", data=posting(client.get(f"{shown}/end"))).status_code == 303
        assert said in text(client.get(shown)), act
    for period in ("2020-01-01/skip", "soon/make"):
        asked = client.post(f"{shown}/periods/{period}", data=posting(client.get(f"{shown}/end")))
        assert (asked.status_code, "wacht niet meer" in text(asked)) == (409, True)
    end = client.get(f"{shown}/end")
    assert client.post(f"{shown}/end", data=posting(end)).status_code == 303


def test_nobody_else_sees_it(made, recent, browser):  # noqa: F811
    _client, _plan, shown = made
    other = browser(recent.partner_member)
    for address in (shown, f"{shown}/change", f"{shown}/end"):
        assert other.get(address).status_code == 404
    assert "Ramen" not in text(other.get("/invoices/recurring"))
    assert browser(recent.purchaser).get("/invoices/recurring").status_code == 403


def test_an_agreement_without_terms_offers_none(recent, browser):  # noqa: F811
    client = browser(recent.member)
    address = f"/invoices/recurring/agreement/{recent.agreement.public_id}"
    assert "Laat de factuur terugkomen" not in client.get(f"/agreements/{recent.agreement.public_id}").text
    refused = client.post(address, data=posting(client.get(address), title="Uren"))
    assert (refused.status_code, "per termijn, maand of jaar" in text(refused)) == (422, True)
