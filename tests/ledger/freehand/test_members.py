"""A small job for a member without an agreement: it goes through the buyer's approval as all others."""

from decimal import Decimal

import pytest

from ledger.agreements.errors import LinesMissing, PaymentTermVoid
from ledger.approval.errors import DifferenceUnexplained
from ledger.freehand.errors import HasAgreement, NobodyHere, OwnInvoice
from ledger.freehand.services import change_free, member_of
from ledger.invoicing.errors import ReferenceMissing
from tests.ledger.freehand.conftest import typed
from tests.ledger.freehand.test_outside import balance


def test_it_is_approved_with_a_reason_and_stands_in_both_books(trade, outside):
    sent = outside.send(trade.buyer, buyer_reference="Balie")
    assert not sent.outside
    with pytest.raises(DifferenceUnexplained):
        trade.approve(sent, agreement=None)
    approved = trade.approve(sent, agreement=None, note="Besteld door de balie")
    assert balance(trade, trade.buyer.id, "payable") == -14_520
    trade.pay(approved)
    assert [balance(trade, each.id, "bank") for each in (trade.seller, trade.buyer)] == [14_520, -14_520]
    trade.force()


def test_a_member_has_a_reference_a_lawful_term_and_is_not_oneself(trade, outside):
    with pytest.raises(ReferenceMissing):
        outside.send(trade.buyer)
    with pytest.raises(PaymentTermVoid):
        outside.draft(trade.buyer, payment_days=31)
    with pytest.raises(OwnInvoice):
        outside.draft(trade.seller)
    with pytest.raises(OwnInvoice):
        member_of(trade.session, kvk_number=trade.seller.kvk_number, seller_id=trade.seller.id)
    with pytest.raises(NobodyHere):
        member_of(trade.session, kvk_number="99999999", seller_id=trade.seller.id)


def test_a_draft_is_written_anew_and_never_empty(trade, outside):
    draft = outside.draft(trade.buyer)
    known = {
        "delivered_from": draft.delivered_from, "delivered_until": draft.delivered_until, "payment_days": 21,
        "at": trade.at,
    }  # fmt: skip
    changed = change_free(
        trade.session,
        invoice=draft,
        lines=[typed(quantity=Decimal("0.5")), typed(vat="reduced")],
        note="Twee",
        **known,
    )
    assert (changed.net.plain(), changed.vat.plain(), changed.payment_days, changed.note) == (
        "140.00", "15.00", 21, "Twee",
    )  # fmt: skip
    with pytest.raises(LinesMissing):
        change_free(trade.session, invoice=draft, lines=[], **known)
    with pytest.raises(HasAgreement):
        change_free(trade.session, invoice=trade.draft(), lines=[typed()], **known)
