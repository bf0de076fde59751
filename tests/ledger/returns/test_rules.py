from decimal import Decimal

import pytest

from cwb.kernel.money import Money
from ledger.returns import rules
from ledger.vat.errors import VatCodeUnknown


@pytest.mark.parametrize(
    ("category", "percent", "small", "key", "box"),
    [
        ("S", 21, False, "standard", "1a"),
        ("S", 19, False, "standard", "1a"),
        ("S", 9, False, "reduced", "1b"),
        ("S", 6, False, "reduced", "1b"),
        ("Z", 0, False, "zero", "1e"),
        ("AE", 0, False, "reverse_charge", "1e"),
        ("E", 0, False, "exempt", None),
        ("E", 0, True, "kor", None),
        ("O", 0, True, "outside", None),
    ],
)
def test_each_category_and_rate_has_its_row_and_box(category, percent, small, key, box):
    row = rules.sale_row(category, Decimal(percent), small=small, count=1, net=Money(100), vat=Money(0))
    assert (row.key, row.box) == (key, box)


def test_a_rate_that_never_was_has_no_row():
    with pytest.raises(VatCodeUnknown):
        rules.sale_row("S", Decimal(20), small=False, count=1, net=Money(1), vat=Money(0))


def test_what_neither_invoices_nor_named_postings_explain_is_the_difference():
    moved = [("invoice_sent", Money(2100)), ("credit_note_sent", Money(-100)), ("vat_paid", Money(-500))]
    held = rules.tie("vat_output", Money(2000), moved)
    assert (held.booked, held.others, held.difference) == (
        Money(1500), (("vat_paid", Money(-500)),), Money(0),
    )  # fmt: skip
    assert rules.tie("vat_output", Money(1999), moved).difference == Money(1)


def test_the_overview_ties_only_when_both_accounts_do():
    right, wrong = rules.tie("x", Money(5), [("invoice_sent", Money(5))]), rules.tie("x", Money(5), [])
    assert rules.Overview((), right, right).ties
    assert not rules.Overview((), right, wrong).ties
    assert not rules.Overview((), wrong, right).ties
    found = rules.Overview((), rules.tie("o", Money(700), []), rules.tie("i", Money(900), []))
    assert (found.owed, found.back, found.payable) == (Money(700), Money(900), Money(-200))
