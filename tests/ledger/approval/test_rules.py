"""Approving on bare values."""

from decimal import Decimal

import pytest

from cwb.kernel.money import Money
from ledger.approval import errors, rules
from ledger.approval.rules import Compared
from ledger.invoicing.rules import InvoiceState

FINE = {
    "state": InvoiceState.SENT, "user_id": 1, "sent_by_id": 9, "approved_by": [], "limit": Money(100),
    "delivered": True, "above_agreement": False, "note": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"state": InvoiceState.DRAFT}, errors.NotWaiting),
        ({"state": InvoiceState.APPROVED}, errors.NotWaiting),
        ({"state": InvoiceState.PAID}, errors.NotWaiting),
        ({"state": InvoiceState.CREDITED}, errors.NotWaiting),
        ({"sent_by_id": 1}, errors.OwnInvoice),
        ({"approved_by": [1]}, errors.SecondPersonNeeded),
        ({"delivered": False}, errors.DeliveryNotConfirmed),
        ({"above_agreement": True}, errors.DifferenceUnexplained),
        ({"above_agreement": True, "note": "  "}, errors.DifferenceUnexplained),
    ],
)
def test_a_wrong_approval_is_refused(facts, fault):
    with pytest.raises(fault):
        rules.check_approval(**(FINE | facts))


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"state": InvoiceState.DISPUTED},
        {"above_agreement": True, "note": "Meerwerk"},
        {"approved_by": [2]},
    ],
)
def test_a_right_approval_passes(facts):
    rules.check_approval(**(FINE | facts))


def test_the_limit_itself_needs_one_person():
    assert rules.approvals_needed(Money(100), Money(100)) == 1
    assert rules.approvals_needed(Money(101), Money(100)) == 2
    rules.check_limit(Money(0))
    with pytest.raises(errors.LimitWrong):
        rules.check_limit(Money(-1))


@pytest.mark.parametrize("recoverable", [False, True])
@pytest.mark.parametrize("credit", [False, True])
def test_the_buyers_books_add_up_to_zero(recoverable, credit):
    lines = rules.buyer_lines(
        seller_id=1, buyer_id=2, net=Money(100), vat=Money(21), recoverable=recoverable, credit=credit
    )
    assert sum(line.amount for line in lines) == 0
    assert len(lines) == (3 if recoverable else 2)
    assert lines[-1].amount == (121 if credit else -121)


def compared(**facts):
    known = {
        "description": "Werk", "unit": "HUR", "agreed": Decimal(10), "before": Decimal(4), "now": Decimal(6),
        "agreed_price": Decimal(1), "price": Decimal(1),
    }  # fmt: skip
    return Compared(**(known | facts))


def test_above_is_more_than_left_or_another_price():
    assert not compared().above
    assert compared(now=Decimal("6.01")).above
    assert compared(price=Decimal("1.01")).above
    assert not rules.above_agreement([compared()], Money(10), Money(4), Money(6))
    assert rules.above_agreement([compared()], Money(10), Money(4), Money(7))
    assert rules.above_agreement([compared(before=Decimal(5))], Money(10), Money(0), Money(0))


@pytest.mark.parametrize(("kind", "back"), [("hospital", False), ("municipality", True), (None, True)])
def test_the_kind_of_buyer_says_whether_vat_comes_back(kind, back):
    assert rules.recovers_vat(kind) is back
