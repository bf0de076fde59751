"""Invoices as other programs write them, all the way to the books: a rounded sum, and less than nothing."""

import re

from cwb.identity.models import Organisation
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from ledger.returns.queries import overview
from tests.ledger.desk.pages import text
from tests.ledger.inbound.test_inbound import change

QUARTER = Period.quarter(2026, 3)


def rounded(inbox):
    said = r'<cbc:PayableRoundingAmount currencyID="EUR">0.13</cbc:PayableRoundingAmount>\g<1>133.00'
    return change("(<cbc:PayableAmount[^>]*>)132.87", said, inbox.ubl())


def negative(inbox, of="2026-014", number="N-1"):
    less = re.sub(r'(Amount currencyID="EUR">)([0-9])', r"\1-\2", inbox.ubl(number).decode())
    less = re.sub(r"(<cbc:PriceAmount[^>]*>)-", r"\1", less)
    less = re.sub(r'(Quantity unitCode="C62">)', r"\1-", less)
    before = f"<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>{of}</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>"
    return change("(<cac:AccountingSupplierParty>)", before + r"\1", less.encode())


def test_a_rounded_sum_is_what_is_owed_and_the_vat_is_untouched(inbox, sign_in):
    held = inbox.approve(inbox.take(rounded(inbox)))
    assert (held.total, held.net, held.vat) == (13_300, 11_102, 2_198)
    assert inbox.books() == {"expense": 11_102, "vat_input": 2_198, "payable": -13_300}
    found = overview(inbox.session, inbox.buyer.id, QUARTER)
    assert (found.back, found.ties) == (Money(2_198), True)
    inbox.pay(held)
    assert (held.state, held.open) == ("settled", Money(0))
    inbox.settled()
    reader = sign_in(Role.PURCHASER, inbox.session.get(Organisation, inbox.buyer.id))
    page = text(reader.get(f"/incoming/{held.public_id}"))
    assert "Afronding" in page
    assert "133,00" in page


def test_an_invoice_of_less_than_nothing_takes_the_first_one_off(inbox):
    held = inbox.approve(inbox.take())
    note = inbox.approve(inbox.take(negative(inbox)))
    assert (note.is_credit_note, note.credits_id, note.total) == (True, held.id, 13_287)
    assert (held.state, held.open, overview(inbox.session, inbox.buyer.id, QUARTER).back) == (
        "settled",
        Money(0),
        Money(0),
    )
    inbox.settled()
