"""In the browser: a customer in the address book, an invoice to it, sent and paid; and others see nothing."""

import pytest
from sqlalchemy import select

from cwb.identity.models import Organisation, User
from cwb.identity.services import grant_mandate
from cwb.kernel.policy import Role
from ledger.customers.models import Customer
from ledger.invoicing.models import Invoice
from tests.ledger.desk.conftest import at, browser, recent  # noqa: F401 (fixtures)
from tests.ledger.desk.pages import posting, text
from tests.ledger.freehand.conftest import WHO

FORM = {**{name: value for name, value in WHO.items() if name != "private"}, "kind": "business"}


@pytest.fixture
def board(recent, session):  # noqa: F811
    """The member, in the board as well."""
    user = session.get_one(User, recent.member.user_id)
    grant_mandate(
        session, user=user, organisation=session.get_one(Organisation, recent.seller.id), role=Role.BOARD,
        granted_by=None, at=recent.at,
    )  # fmt: skip
    session.flush()
    return recent.member


def line(**facts):
    """One typed line as the browser sends it."""
    known = {
        "description": "Ramen",
        "quantity": "3",
        "unit": "HUR",
        "unit_price": "40,00",
        "vat": "standard",
    } | facts
    return {f"lines-0-{name}": value for name, value in known.items()} | {
        f"lines-{place}-{name}": value for place in range(1, 12) for name, value in (("unit", "C62"), ("vat", "standard"))
    }  # fmt: skip


def test_from_the_address_book_to_a_paid_invoice(recent, browser, board, session):  # noqa: F811
    client = browser(board)
    assert "/customers" in client.get("/invoices").text
    made = client.post("/customers/new", data=posting(client.get("/customers/new"), **FORM))
    buyer = session.scalars(select(Customer)).one()
    assert made.location == f"/customers/{buyer.public_id}"
    assert "Bakkerij Buiten" in text(client.get("/invoices/new"))
    address = f"/invoices/new/{buyer.public_id}"
    page = client.get(address)
    half = client.post(address, data=posting(page, **line(quantity="")))
    assert half.status_code == 422
    draft = client.post(address, data=posting(page, **line()))
    assert draft.status_code == 303
    shown = client.get(draft.location)
    assert "inkoop@bakkerij.example" in text(shown)
    invoice = session.scalars(select(Invoice)).one()
    again = client.get(f"/invoices/{invoice.public_id}/lines")
    assert 'value="Ramen"' in again.text
    changed = client.post(f"/invoices/{invoice.public_id}/lines", data=posting(again, **line(quantity="4")))
    assert changed.status_code == 303
    assert client.get(f"/invoices/{invoice.public_id}/change").location.endswith("/lines")
    sent = client.post(draft.location, data=posting(client.get(draft.location)))
    page = client.get(sent.location)
    assert "€ 193,60" in text(page).replace("\xa0", " ")
    assert "verstuurd" in text(page)
    assert "Vergelijk en geef akkoord" not in text(page)
    pay = f"/invoices/{invoice.public_id}/payment"
    paid = client.post(pay, data=posting(client.get(pay)))
    assert paid.status_code == 303
    assert "betaald" in text(client.get(sent.location))
    assert "Bakkerij Buiten" in text(client.get("/invoices?text=bakkerij"))


def test_strangers_find_neither_the_customer_nor_the_invoice(recent, browser, board, session):  # noqa: F811
    client = browser(board)
    client.post("/customers/new", data=posting(client.get("/customers/new"), **FORM))
    buyer = session.scalars(select(Customer)).one()
    other = browser(recent.partner_member)
    for address in ("", "/change", "/remove"):
        assert other.get(f"/customers/{buyer.public_id}{address}").status_code == 404
    assert other.get(f"/invoices/new/{buyer.public_id}").status_code == 404
    assert "Bakkerij" not in other.get("/customers").text
    assert browser(recent.purchaser).get("/customers").status_code == 403


def test_a_member_is_found_by_its_number_and_approves_without_an_agreement(
    recent, browser, session  # noqa: F811
):  # fmt: skip
    client = browser(recent.member)
    page = client.get("/invoices/new")
    assert client.post("/invoices/new", data=posting(page, kvk_number="99999999")).status_code == 422
    found = client.post("/invoices/new", data=posting(page, kvk_number=recent.buyer.kvk_number))
    assert found.location == f"/invoices/new/{recent.buyer.public_id}"
    typed = posting(client.get(found.location), buyer_reference="Balie", **line())
    draft = client.post(found.location, data=typed)
    sent = client.post(draft.location, data=posting(client.get(draft.location)))
    buyer = browser(recent.purchaser)
    page = buyer.get(f"{sent.location}/approve")
    assert "Zonder overeenkomst" in text(page)
    assert "Ramen" in text(page)
    done = buyer.post(
        f"{sent.location}/approve", data=posting(page, delivered="y", note="Door de balie besteld")
    )
    assert done.status_code == 303
    assert "goedgekeurd" in text(buyer.get(sent.location))
