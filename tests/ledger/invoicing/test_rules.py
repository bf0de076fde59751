"""Invoices on bare values."""

from datetime import date
from decimal import Decimal

import pytest

from cwb.kernel.money import Money
from ledger.agreements.errors import EndsBeforeStart
from ledger.agreements.rules import part_of
from ledger.invoicing import errors, rules

TERM = {"today": date(2026, 9, 1), "starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}


def test_due_is_so_many_days_after_sending():
    assert rules.due_on(date(2026, 1, 31), 30) == date(2026, 3, 2)


def test_overdue_is_after_the_last_day_and_with_something_open():
    assert rules.is_overdue(date(2026, 9, 1), 1, date(2026, 9, 2))
    assert not rules.is_overdue(date(2026, 9, 1), 1, date(2026, 9, 1))
    assert not rules.is_overdue(date(2026, 9, 1), 0, date(2026, 9, 2))
    assert not rules.is_overdue(None, 1, date(2026, 9, 2))


@pytest.mark.parametrize(
    ("first", "last", "fault"),
    [
        (date(2026, 8, 2), date(2026, 8, 1), EndsBeforeStart),
        (date(2026, 8, 2), date(2026, 9, 2), errors.DeliveredInFuture),
        (date(2025, 12, 31), date(2026, 8, 1), errors.DeliveredOutsideAgreement),
    ],
)
def test_wrong_delivery_days_are_refused(first, last, fault):
    with pytest.raises(fault):
        rules.check_delivered(first, last, **TERM)


def test_a_delivery_after_the_term_is_refused_at_its_last_day():
    with pytest.raises(errors.DeliveredOutsideAgreement) as caught:
        rules.check_delivered(date(2026, 8, 1), date(2026, 8, 31), **(TERM | {"ends_on": date(2026, 8, 30)}))
    assert caught.value.field == "delivered_until"


def test_a_credit_never_passes_what_is_left():
    rules.check_credit(Money(60), Money(100), Money(40))
    with pytest.raises(errors.CreditAboveInvoice) as caught:
        rules.check_credit(Money(61), Money(100), Money(40))
    assert caught.value.facts["left"] == Money(60)


@pytest.mark.parametrize("credit", [False, True])
def test_the_sellers_books_add_up_to_zero(credit):
    lines = rules.seller_lines(seller_id=1, buyer_id=2, net=Money(100), vat=Money(21), credit=credit)
    assert sum(line.amount for line in lines) == 0
    assert lines[0].amount == (-121 if credit else 121)


def test_without_vat_there_is_no_line_for_it():
    assert len(rules.seller_lines(seller_id=1, buyer_id=2, net=Money(100), vat=Money(0), credit=False)) == 2


def test_noon_is_noon_in_amsterdam():
    assert rules.at_noon(date(2026, 7, 1)).isoformat() == "2026-07-01T12:00:00+02:00"


def test_several_instalments_or_other_days_are_worth_a_question():
    march = rules.Instalments(1, date(2026, 3, 1), date(2026, 3, 31))
    assert not march.several()
    assert rules.Instalments(2).several()
    assert not march.misfits(date(2026, 3, 1), date(2026, 3, 31))
    assert not march.misfits(date(2026, 2, 25), date(2026, 4, 4))
    assert march.misfits(date(2026, 2, 21), date(2026, 3, 31))
    assert march.misfits(date(2026, 3, 1), date(2026, 4, 8))
    assert march.misfits(date(2026, 2, 25), date(2026, 2, 28))
    assert not rules.Instalments(1).misfits(date(2020, 1, 1), date(2030, 1, 1))


def test_hours_on_a_draft_stand_beside_what_was_agreed_and_what_is_too_much_is_below_zero():
    lines = [
        (1, "Schoonmaken", "HUR", Decimal(100)),
        (2, "Ramen", "C62", Decimal(4)),
        (3, "Tuin", "HUR", Decimal(8)),
    ]
    found = rules.compare_hours(lines, {1: Decimal("60.5")}, {1: Decimal(40), 2: Decimal(9)})
    assert [(each.description, each.agreed, each.earlier, each.now, each.left) for each in found] == [
        ("Schoonmaken", Decimal(100), Decimal("60.5"), Decimal(40), Decimal("-0.5"))
    ]
    assert part_of(Decimal(100), 3_333) == Decimal("33.33")
