"""VAT: dated rates, one rounding per category and rate, lawful combinations."""

import itertools
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel.money import Money
from ledger.vat import errors
from ledger.vat.rules import RATES, VatCode, VatRate, check_categories, rate_on, rate_over, totals


@pytest.mark.parametrize(
    ("code", "on", "percent"),
    [
        ("standard", date(2012, 9, 30), "19"),
        ("standard", date(2012, 10, 1), "21"),
        ("reduced", date(2018, 12, 31), "6"),
        ("reduced", date(2019, 1, 1), "9"),
        ("zero", date(2026, 1, 1), "0"),
        ("outside", date(2026, 1, 1), "0"),
    ],
)
def test_the_rate_follows_the_day_of_supply(code, on, percent):
    assert rate_on(VatCode(code), on).percent == Decimal(percent)


def test_a_day_before_every_rate_is_refused():
    with pytest.raises(errors.NoVatRate):
        rate_on(VatCode.STANDARD, date(2000, 12, 31))


def test_a_period_over_a_change_is_refused_and_names_the_day():
    with pytest.raises(errors.VatRateChanges) as caught:
        rate_over(VatCode.REDUCED, date(2018, 12, 15), date(2019, 1, 15))
    assert caught.value.facts["on"] == date(2019, 1, 1)
    assert rate_over(VatCode.ZERO, date(2018, 12, 15), date(2019, 1, 15)).percent == 0
    assert rate_over(VatCode.REDUCED, date(2018, 12, 15), date(2018, 12, 31)).percent == 6
    assert rate_over(VatCode.REDUCED, date(2019, 1, 1), date(2019, 1, 1)).percent == 9


def test_a_later_rate_is_one_row_more():
    later = (
        VatRate(VatCode.STANDARD, "S", Decimal(21), date(2012, 10, 1), date(2030, 1, 1)),
        VatRate(VatCode.STANDARD, "S", Decimal(22), date(2030, 1, 1)),
    )
    assert rate_on(VatCode.STANDARD, date(2030, 1, 1), later).percent == 22


def test_rates_of_one_code_never_overlap():
    for code in VatCode:
        own = sorted((r for r in RATES if r.code is code), key=lambda r: r.valid_from)
        for before, after in itertools.pairwise(own):
            assert before.valid_until == after.valid_from
        assert own[-1].valid_until is None


def test_vat_is_rounded_once_per_rate_not_per_line():
    three = [("S", Decimal(21), Money(102))] * 3  # 0.2142 a line: 0.21 × 3 = 0.63, but 0.6426 together
    assert totals(three).vat == Money(64)


def test_vat_is_rounded_half_up_not_to_even():
    assert totals([("S", Decimal(21), Money(50))]).vat == Money(11)  # 0.105; to even it would be 0.10


def test_rates_are_kept_apart_and_the_highest_comes_first():
    sums = totals(
        [
            ("E", Decimal(0), Money(100)), ("S", Decimal(9), Money(1000)), ("Z", Decimal(0), Money(10)),
            ("S", Decimal(21), Money(1000)),
        ]
    )  # fmt: skip
    assert [(line.category, line.percent, line.vat.minor) for line in sums.lines] == [
        ("S", 21, 210), ("S", 9, 90), ("E", 0, 0), ("Z", 0, 0),
    ]  # fmt: skip
    assert sums.total == Money(2410)


@given(st.lists(st.tuples(st.sampled_from([9, 21]), st.integers(0, 10**9)), min_size=1, max_size=20))
def test_totals_do_not_depend_on_the_order_and_add_up(lines):
    forward = totals(("S", Decimal(rate), Money(net)) for rate, net in lines)
    assert forward == totals(("S", Decimal(rate), Money(net)) for rate, net in reversed(lines))
    assert forward.net.minor == sum(net for _, net in lines)
    for rate in {rate for rate, _ in lines}:
        exact = Decimal(sum(net for r, net in lines if r == rate)) * rate / 100
        line = next(each for each in forward.lines if each.percent == rate)
        assert abs(line.vat.minor - exact) <= Decimal("0.5")


def test_a_code_is_parsed_or_refused():
    assert VatCode.of("reduced") is VatCode.REDUCED
    with pytest.raises(errors.VatCodeUnknown):
        VatCode.of("hoog")


@pytest.mark.parametrize(
    ("categories", "seller", "buyer", "reason", "fault"),
    [
        ({"O", "S"}, "x", "x", "x", errors.OutsideVatMixed),
        ({"S"}, None, "x", "x", errors.SellerVatIdMissing),
        ({"Z"}, "", "x", "x", errors.SellerVatIdMissing),
        ({"AE"}, "x", None, "x", errors.BuyerVatIdMissing),
        ({"E"}, None, None, " ", errors.ExemptionReasonMissing),
        ({"E"}, None, None, None, errors.ExemptionReasonMissing),
    ],
)
def test_unlawful_combinations_are_refused(categories, seller, buyer, reason, fault):
    with pytest.raises(fault):
        check_categories(categories, seller_vat_id=seller, buyer_vat_id=buyer, reason=reason)


@pytest.mark.parametrize("categories", [{"O"}, {"E"}, {"S", "AE", "E"}])
def test_lawful_combinations_pass(categories):
    check_categories(categories, seller_vat_id="x", buyer_vat_id="x", reason="Kleineondernemersregeling")
