"""Agreements on bare values."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel.money import Money
from ledger.agreements import errors, rules
from ledger.agreements.rules import AgreementLine
from ledger.vat.errors import VatCodeUnknown


def line(**facts):
    known = {"description": "Werk", "unit": "HUR", "quantity": Decimal(1), "unit_price": Decimal(1)}
    return AgreementLine(**(known | facts))


def test_a_change_is_known_by_its_reference():
    assert rules.change_of(rules.change_reference("C-2026-0001", 12)) == ("C-2026-0001", 12)
    for other in ("C-2026-0001", "N-2026-0001", "C-2026-0001/W", "C-2026-0001/W0", "C-2026-0001/W1a"):
        assert rules.change_of(other) is None


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"description": " "}, errors.TextMissing),
        ({"description": "x" * 201}, errors.TextTooLong),
        ({"unit": "uur"}, errors.UnitUnknown),
        ({"quantity": Decimal(0)}, errors.QuantityWrong),
        ({"quantity": Decimal(-1)}, errors.QuantityWrong),
        ({"quantity": Decimal("0.00001")}, errors.QuantityWrong),
        ({"quantity": Decimal("NaN")}, errors.QuantityWrong),
        ({"quantity": Decimal("1e8")}, errors.QuantityWrong),
        ({"unit_price": Decimal("-0.01")}, errors.PriceWrong),
        ({"unit_price": Decimal("Infinity")}, errors.PriceWrong),
        ({"unit_price": Decimal("0.12345")}, errors.PriceWrong),
        ({"vat": "21"}, VatCodeUnknown),
    ],
)
def test_a_wrong_line_is_refused(facts, fault):
    with pytest.raises(fault):
        line(**facts)


def test_a_line_is_rounded_half_up():
    assert line(quantity=Decimal("0.5"), unit_price=Decimal("0.01")).net == Money(1)
    assert line(quantity=Decimal("37.5"), unit_price=Decimal("32.50")).net == Money(121875)
    assert line(quantity=Decimal(3), unit_price=Decimal("0.3333")).net == Money(100)


@pytest.mark.parametrize(
    ("public", "anchor", "days"), [(True, False, 30), (None, True, 30), (None, False, 60)]
)
def test_the_longest_term_follows_the_law(public, anchor, days):
    assert rules.longest_payment_days(public_body=public, anchor=anchor) == days


def test_a_longer_term_is_void_for_a_public_body():
    rules.check_payment_days(30, 30)
    with pytest.raises(errors.PaymentTermVoid):
        rules.check_payment_days(31, 30)
    with pytest.raises(errors.PaymentTermWrong):
        rules.check_payment_days(0, 30)


@pytest.mark.parametrize("shares", [[9999], [5000, 5001], [10000, 0], [-1, 10001], []])
def test_shares_are_one_whole(shares):
    with pytest.raises(errors.SharesIncomplete):
        rules.check_shares(shares)


def test_parties_are_different():
    rules.check_parties(1, [2, 3])
    with pytest.raises(errors.SupplierTwice):
        rules.check_parties(1, [2, 2])
    with pytest.raises(errors.SupplierIsBuyer):
        rules.check_parties(1, [2, 1])


def test_a_split_is_by_largest_remainder():
    assert [part.minor for part in rules.split(Money(100), [3333, 3333, 3334])] == [33, 33, 34]
    assert [part.minor for part in rules.split(Money(1), [5000, 5000])] == [1, 0]


@given(st.integers(0, 10**12), st.lists(st.integers(1, 100), min_size=1, max_size=8))
def test_a_split_loses_no_cent_and_stays_near_the_share(cents, weights):
    shares = [w * 10_000 // sum(weights) or 1 for w in weights]
    shares[0] += 10_000 - sum(shares)
    if shares[0] <= 0:
        return
    parts = rules.split(Money(cents), shares)
    assert sum(part.minor for part in parts) == cents
    assert all(
        abs(part.minor * 10_000 - cents * share) < 10_000 for part, share in zip(parts, shares, strict=True)
    )


@pytest.mark.parametrize("percentage", [Decimal(-1), Decimal("100.01"), Decimal("1.001"), Decimal("NaN")])
def test_a_g_percentage_is_a_percentage(percentage):
    with pytest.raises(errors.GPercentageWrong):
        rules.check_g_percentage(percentage)


def test_what_may_be_left_out_may():
    rules.check_g_percentage(None)
    rules.check_g_percentage(Decimal("37.5"))
    assert rules.short_text("", 5, "note", needed=False) == ""


def test_an_end_lies_after_its_start():
    rules.check_term(date(2026, 1, 1), date(2026, 1, 1))
    with pytest.raises(errors.EndsBeforeStart):
        rules.check_term(date(2026, 1, 2), date(2026, 1, 1))


ONE = Decimal(1)


@pytest.mark.parametrize(
    ("lines", "instalments"),
    [
        ([("LS", ONE), ("LS", ONE)], True),
        ([("MON", ONE), ("MON", ONE)], True),
        ([("LS", ONE)], False),
        ([("LS", ONE), ("HUR", ONE)], False),
        ([("MON", ONE), ("MON", Decimal(12))], False),
    ],
)
def test_instalments_are_several_lines_of_one_month_or_amount(lines, instalments):
    assert rules.are_instalments(lines) is instalments


def test_regular_instalments_differ_by_no_more_than_the_rounding():
    assert rules.are_regular([Decimal("33.34"), Decimal("33.33")])
    assert not rules.are_regular([Decimal("33.35"), Decimal("33.33")])


def test_a_new_invoice_starts_with_the_next_instalment_alone():
    left = {1: Decimal(0), 2: Decimal("0.60"), 3: ONE}
    assert rules.next_instalment(left) == {2: Decimal("0.60")}
    assert rules.next_instalment({1: Decimal(0)}) == {}


def test_an_instalment_stands_for_a_month_or_an_equal_part_of_the_term():
    start, two_years = date(2026, 1, 1), date(2027, 12, 31)
    assert rules.instalment_days(start, two_years, 24, 2) == (date(2026, 2, 1), date(2026, 2, 28))
    assert rules.instalment_days(start, two_years, 24, 24) == (date(2027, 12, 1), two_years)
    assert rules.instalment_days(start, date(2026, 1, 10), 3, 2) == (date(2026, 1, 4), date(2026, 1, 6))
    assert rules.instalment_days(start, start, 3, 3) == (start, start)


@pytest.mark.parametrize(
    ("worths", "off", "taken"),
    [
        ([100, 50], 30, [0, 30]), ([100, 50], 120, [70, 50]), ([100], 40, [40]), ([0, 20], 5, [0, 5]),
        ([10], 40, [10]), ([], 5, []),
    ],
)  # fmt: skip
def test_a_lower_price_takes_first_what_was_added_last(worths, off, taken):
    assert rules.reductions(worths, off) == taken


def test_lines_with_the_same_words_say_which_of_how_many_each_is():
    term = rules.AgreementLine("Schoonmaak, termijn", "LS", Decimal(1), Decimal(1850))
    other = rules.AgreementLine("Ramen", "LS", Decimal(1), Decimal(90))
    long = rules.AgreementLine("x" * rules.LINE, "LS", Decimal(1), Decimal(1))
    made = [each.description for each in rules.told_apart([term, other, term, long, long])]
    assert made[:3] == ["Schoonmaak, termijn, 1 van 2", "Ramen", "Schoonmaak, termijn, 2 van 2"]
    assert [len(each) for each in made[3:]] == [rules.LINE, rules.LINE]
    shared = [replace(term, party_id=party_id) for party_id in (7, 8)]
    assert rules.told_apart(shared) == shared
