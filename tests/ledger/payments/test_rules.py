"""Payments on bare values."""

from datetime import date
from decimal import Decimal

import pytest

from cwb.kernel.money import Money
from ledger.invoicing.rules import InvoiceState
from ledger.payments import errors, rules
from ledger.payments.rules import PaymentDays, PaymentKind

FINE = {
    "kind": PaymentKind.PAYMENT, "amount": Money(50), "state": InvoiceState.APPROVED, "still_open": Money(100),
    "issued_on": date(2026, 8, 1), "paid_on": date(2026, 8, 20), "today": date(2026, 9, 1),
}  # fmt: skip


def check(**facts):
    asked = FINE | facts
    rules.check_payment(asked.pop("kind"), asked.pop("amount"), **asked)


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"amount": Money(0)}, errors.AmountNotPositive),
        ({"amount": Money(-1)}, errors.AmountNotPositive),
        ({"amount": Money(101)}, errors.PaymentAboveOpen),
        ({"still_open": Money(0)}, errors.AlreadyPaid),
        ({"state": InvoiceState.SENT}, errors.NotPayable),
        ({"state": InvoiceState.DISPUTED}, errors.NotPayable),
        ({"paid_on": date(2026, 9, 2)}, errors.PaidInFuture),
        ({"paid_on": date(2026, 7, 31)}, errors.PaidBeforeInvoice),
        ({"kind": PaymentKind.REFUND}, errors.NothingToRefund),
        ({"kind": PaymentKind.REFUND, "still_open": Money(-49)}, errors.PaymentAboveOpen),
    ],
)
def test_a_wrong_payment_is_refused(facts, fault):
    with pytest.raises(fault):
        check(**facts)


def test_a_right_payment_or_refund_passes():
    check()
    check(amount=Money(100), paid_on=date(2026, 9, 1))
    check(kind=PaymentKind.REFUND, state=InvoiceState.PAID, still_open=Money(-50))


@pytest.mark.parametrize("kind", list(PaymentKind))
def test_each_set_of_books_adds_up_to_zero(kind):
    lines = rules.payment_lines(kind, seller_id=1, buyer_id=2, amount=Money(50))
    for party in (1, 2):
        assert sum(line.amount for line in lines if line.party_id == party) == 0


def test_not_paying_never_looks_good():
    days = PaymentDays(1, "Voorbeeld", paid=4, within=4, days=80, late=4)
    assert (days.share, days.mean_days, days.publishable) == (Decimal("0.5"), Decimal(20), True)


def test_nothing_to_divide_is_nothing():
    none = PaymentDays(1, "Voorbeeld", paid=0, within=0, days=0, late=0)
    assert (none.share, none.mean_days, none.publishable) == (None, None, False)
