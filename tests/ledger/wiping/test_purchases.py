"""What came from suppliers, what goes back to customers, and customers themselves lose their account numbers in time."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.kernel import clock
from cwb.kernel.money import Money
from ledger.ahead import queries
from ledger.ahead import services as ahead_services
from ledger.wiping import services
from tests.ledger.ahead.conftest import ahead, desk  # noqa: F401 (fixtures)
from tests.ledger.bankdesk.conftest import BUYERS
from tests.ledger.freehand.conftest import WHO, Outside
from tests.ledger.incoming.conftest import Inbox
from tests.ledger.wiping.test_wiping import NONE, back_date, over

WIPE = """UPDATE incoming_invoice SET iban = '', document = '', facts = facts || '{"ibans": [], "wiped": true}'"""


def refused(session, statement, **facts):
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(text(statement), facts)


def test_a_paid_invoice_of_a_supplier_loses_its_file_and_account_and_the_account_goes(trade):
    inbox, session, at = Inbox(trade), trade.session, clock.now()
    held = inbox.take()
    inbox.approve(held)
    last, first = over(at)
    old = {"issued_on": last, "due_on": last, "supplied_on": last}
    back_date(session, "incoming_invoice", **old)
    back_date(session, "incoming_account", checked_at=f"{last}T12:00:00Z")
    assert services.wipe_numbers(session, at=at) == NONE  # it is to be paid
    refused(session, "DELETE FROM incoming_account")
    back_date(session, "incoming_invoice", state="settled", paid=held.total, paid_on=first)
    assert services.wipe_numbers(session, at=at) == NONE  # paid in a year that is kept
    refused(session, WIPE)
    back_date(session, "incoming_invoice", paid_on=last)
    refused(session, "UPDATE incoming_invoice SET iban = 'NL02ABNA0123456789'")
    refused(session, WIPE + ", total = 1")
    assert services.wipe_numbers(session, at=at) == NONE | {"incoming_invoice": 1, "incoming_account": 1}
    row = session.execute(text("SELECT iban, document, facts, total, checksum FROM incoming_invoice")).one()
    assert (row.iban, bytes(row.document), row.facts["ibans"], row.total > 0) == ("", b"", [], True)
    assert len(row.checksum) == 64
    assert services.wipe_numbers(session, at=at) == NONE


def test_what_stands_ahead_keeps_the_account_it_may_go_back_to(ahead):  # noqa: F811
    session, at = ahead.session, clock.now()
    one = ahead.over("100.00")
    last, _first = over(at)
    back_date(session, "bank_entry", booked_on=last)
    assert services.wipe_numbers(session, at=at) == NONE
    refused(session, "UPDATE bank_entry SET name = '', iban = '', text = ''")
    assert ahead.balance().iban == BUYERS
    back_id = ahead.back(one, Money(10_000)).public_id
    back_date(session, "ahead_payback", asked_at=f"{last}T12:00:00Z")
    done = services.wipe_numbers(session, at=at)
    assert done == NONE | {"bank_entry": 1}  # the repayment has the account, until it is paid
    refused(session, "UPDATE ahead_payback SET name = '', iban = ''")
    held = queries.payback(session, back_id, ahead.trade.seller.id, lock=True)
    ahead_services.drop_payback(session, payback=held, actor=ahead.trade.member, at=ahead.trade.at)
    assert services.wipe_numbers(session, at=at) == NONE | {"ahead_payback": 1}


def test_a_customer_without_business_for_seven_years_loses_its_account_number_alone(trade):
    session, at, other = trade.session, clock.now(), Outside(trade)
    customer = other.customer()
    sent = other.send(customer)
    last, _first = over(at)
    back_date(session, "invoice", issued_on=last)
    assert services.wipe_numbers(session, at=at)["customer"] == 0  # it is open
    back_date(session, "invoice", paid_amount=sent.total_amount, state="paid", paid_on=last)
    assert services.wipe_numbers(session, at=at)["customer"] == 1
    row = session.execute(text("SELECT iban, email FROM customer")).one()
    assert (row.iban, row.email) == (None, WHO["email"])
