"""Money, periods, identifiers, identifiers that leave the house, canonical JSON."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import RFC_4122

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel import canonical, clock, identifiers
from cwb.kernel.errors import RuleBroken
from cwb.kernel.ids import uuid7, uuid7s
from cwb.kernel.money import AmountTooLarge, CurrencyMismatch, Money, half_up
from cwb.kernel.period import Period, PeriodInvalid


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any))
def test_parts_of_an_amount_add_up_and_differ_at_most_a_cent_from_their_share(minor, weights):
    parts = Money(minor).allocate(weights)
    assert sum(part.minor for part in parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Decimal(part.minor) - Decimal(minor) * weight / sum(weights)) < 1


def test_the_earlier_part_wins_a_tie():
    assert [part.minor for part in Money(100).allocate([1, 1, 1])] == [34, 33, 33]
    assert [part.minor for part in Money(-100).allocate([1, 1, 1])] == [-34, -33, -33]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 1]])
def test_weights_must_mean_something(weights):
    with pytest.raises(ValueError, match="weights"):
        Money(1).allocate(weights)


@pytest.mark.parametrize(("value", "rounded"), [("0.5", 1), ("1.5", 2), ("2.5", 3), ("-0.5", -1), ("2.4", 2)])
def test_half_is_away_from_zero(value, rounded):
    assert half_up(Decimal(value)) == rounded


def test_money_is_exact_and_never_mixes():
    assert Money.of("1250.00").plain() == "1250.00"
    assert Money.of("10.00").times(Decimal("0.21")) == Money(210)
    assert (Money(1) + Money(2) - Money(4), -Money(1)) == (Money(-1), Money(-1))
    assert Money(1) < Money(2) <= Money(2)
    assert not Money(0)
    for wrong in ("0.001", "NaN", "Infinity"):
        with pytest.raises(ValueError, match="cents"):
            Money.of(wrong)
    with pytest.raises(CurrencyMismatch):
        Money(1) + Money(1, "NWE")
    with pytest.raises(AmountTooLarge):
        Money(10**15 + 1)
    with pytest.raises(TypeError):
        Money(1.0)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-Q3", date(2026, 7, 1), date(2026, 10, 1)),
        ("2026-q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-07-03/2026-07-04", date(2026, 7, 3), date(2026, 7, 4)),
    ],
)
def test_periods_are_read_and_written_the_same_way(text, start, end):
    period = Period.parse(text)
    assert (period.start, period.end) == (start, end)
    assert str(period) == text.upper()
    assert start in period
    assert end not in period


@pytest.mark.parametrize(
    "text", ["", "2026-Q5", "x", "2026-07-04/2026-07-04", "0000", "2026-13-01/2027-01-01"]
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(PeriodInvalid):
        Period.parse(text)


def test_the_quarter_before():
    assert str(Period.parse("2026-Q1").previous_quarter()) == "2025-Q4"
    assert str(Period.quarter_of(date(2026, 12, 31))) == "2026-Q4"


GOOD = [
    (identifiers.KvkNumber, "01 234.567", "01234567"),
    (identifiers.BranchNumber, "000012345678", "000012345678"),
    (identifiers.Rsin, "111222333", "111222333"),
    (identifiers.VatId, "nl111222333b01", "NL111222333B01"),
    (identifiers.Iban, "nl91 abna 0417 1643 00", "NL91ABNA0417164300"),
    (identifiers.Postcode, "1069ab", "1069 AB"),
    (identifiers.Cpv, "90910000-9", "90910000"),
    (identifiers.Nuts, "nl32b", "NL32B"),
]
BAD = [
    (identifiers.KvkNumber, "1234567"), (identifiers.KvkNumber, "00000000"), (identifiers.KvkNumber, "٠١٢٣٤٥٦٧"),
    (identifiers.BranchNumber, "1"), (identifiers.Rsin, "111222334"), (identifiers.VatId, "NL111222334B01"),
    (identifiers.VatId, "DE123456789"), (identifiers.Iban, "NL91ABNA0417164301"), (identifiers.Iban, ""),
    (identifiers.Postcode, "0123 AB"), (identifiers.Postcode, "1069 SS"), (identifiers.Cpv, "9091"),
    (identifiers.Nuts, "32"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "typed", "stored"), GOOD)
def test_identifiers_are_stored_in_one_form(kind, typed, stored):
    assert kind.parse(typed) == stored


@pytest.mark.parametrize(("kind", "typed"), BAD)
def test_wrong_identifiers_are_refused_without_repeating_them(kind, typed):
    with pytest.raises(RuleBroken) as refused:
        kind.parse(typed)
    assert len(typed) < 9 or typed not in refused.value.text()


def test_only_the_new_kind_of_vat_number_hides_no_bsn():
    assert not identifiers.VatId.parse("NL111222333B01").hides_no_bsn()
    assert identifiers.VatId.parse("NL000099998B57").hides_no_bsn()


def test_small_reads():
    assert identifiers.Iban.parse("NL91ABNA0417164300").masked() == "NL91 •••• 4300"
    assert identifiers.Postcode.parse("1069 AB").four == "1069"
    assert identifiers.Cpv.parse("90911200").within("909")
    assert not identifiers.Cpv.parse("90911200").within("773")


@pytest.mark.parametrize("many", [[uuid7() for _ in range(50)], uuid7s(50)])
def test_uuids_are_version_seven_and_sort_by_time(many):
    assert {each.version for each in many} == {7}
    assert {each.variant for each in many} == {RFC_4122}
    assert len(set(many)) == 50
    assert many[0].int >> 80 <= many[-1].int >> 80


def test_the_calendar_day_is_that_of_amsterdam():
    assert clock.local_date(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == date(2026, 7, 1)
    assert clock.now().tzinfo is UTC


def test_canonical_json_does_not_depend_on_order():
    assert canonical.digest({"b": 1, "a": "é"}) == canonical.digest({"a": "é", "b": 1})
    assert canonical.link(canonical.GENESIS, {"a": 1}) != canonical.link("1" * 64, {"a": 1})
