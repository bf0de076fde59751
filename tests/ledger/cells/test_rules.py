"""What people write in a cell is read in every habit, and what cannot be read is refused."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.cells.errors import AmountInvalid, AmountMissing, SideUnknown, YesNoInvalid
from ledger.cells.rules import cents, date_order, day, decimal_mark, is_blank, side, three_decimals, yes_no
from ledger.spend.errors import CurrencyUnsupported


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1.234,56", "", 123456), ("1,234.56", "", 123456), ("1 234,56", "", 123456), ("1\u00a0234,56", "", 123456),
        ("1'234.50", "", 123450), ("1.234,56-", "", -123456), ("-1.234,56", "", -123456), ("−5,00", "", -500),
        ("(1,234.56)", "", -123456), ("(€ 5)", "", -500), ("1.250,-", "", 125000), ("€ 1.250,00", "", 125000),
        ("EUR -12", "", -1200), ("12 EUR", "", 1200), ("1234.56 CR", "", -123456), ("1234.56DR", "", 123456), ("5 C", "", -500),
        ("1.250", ",", 125000), ("1.250", "", 125000), ("1.250", ".", 125), ("1250.000", "", 125000), ("12.345.678", "", 1234567800),
        ("931.80 ", ".", 93180), (",50", "", 50), ("€ 5,==", "", 500), ("'5,00", "", 500), ("0", "", 0), ("1,5", "", 150), ("007", "", 700), ("9999999999999.99", "", 999999999999999),
    ],
)  # fmt: skip
def test_an_amount_is_read_in_every_habit(text, mark, value):
    assert cents(text, mark) == value


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", AmountMissing), ("-", AmountMissing), ("N/A", AmountMissing), ("n.v.t.", AmountMissing), ("1,23,456.00", AmountInvalid),
        ("1.5E3", AmountInvalid), ("-(5)", AmountInvalid), ("(5", AmountInvalid), ("-5-", AmountInvalid), ("=1+1", AmountInvalid),
        ("1.2345", AmountInvalid), ("99999999999999", AmountInvalid), ("9" * 5000, AmountInvalid), ("1.23.4", AmountInvalid),
        ("twaalf", AmountInvalid), ("£5", CurrencyUnsupported), ("USD 3", CurrencyUnsupported), ("3 GBP", CurrencyUnsupported),
    ],
)  # fmt: skip
def test_what_is_no_amount_in_euro_is_refused(text, fault):
    with pytest.raises(fault):
        cents(text)


HABITS = {
    "nl": lambda sign, whole, part: f"{sign}{whole:,}".replace(",", ".") + f",{part:02d}",
    "en": lambda sign, whole, part: f"{sign}{whole:,}.{part:02d}",
    "fr": lambda sign, whole, part: f"{sign}{whole:,}".replace(",", " ") + f",{part:02d}",
    "bare": lambda sign, whole, part: f"{sign}{whole}.{part:02d}",
    "trailing": lambda sign, whole, part: f"{whole:,}".replace(",", ".") + f",{part:02d}{sign}",
    "brackets": lambda sign, whole, part: f"({whole}.{part:02d})" if sign else f"{whole}.{part:02d}",
}


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.sampled_from(sorted(HABITS)))
def test_any_amount_written_in_any_habit_reads_back(value, habit):
    text = HABITS[habit]("-" if value < 0 else "", *divmod(abs(value), 100))
    assert cents(text) == value


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["1.250", "12,50"], ","), (["1,250", "12.50"], "."), (["1.250", "2.000"], "?,"), (["1,250"], "?."), (["12", "x", ""], ""),
        (["1.234,56", "1.234"], ","), (["€ 3,50"], ","),
        (["1.250", "12.500", "1,250"], "??"), (["1.250", "1,250", "3,5"], ","),
    ],
)  # fmt: skip
def test_a_column_says_what_stands_before_the_cents(texts, mark):
    assert decimal_mark(texts) == mark


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2016-04-12", date(2016, 4, 12)), ("12/04/2016", date(2016, 4, 12)), ("12-4-16", date(2016, 4, 12)), ("12.04.2016", date(2016, 4, 12)),
        ("2016-04-12T10:00:00Z", date(2016, 4, 12)), ("12/04/2016 00:00", date(2016, 4, 12)), ("20160412", date(2016, 4, 12)),
        ("12042016", date(2016, 4, 12)), ("42461", date(2016, 4, 1)), ("42461.5", date(2016, 4, 1)), ("42461,5", date(2016, 4, 1)),
        ("di 12 april 2016", date(2016, 4, 12)), ("dinsdag 12-04-2016", date(2016, 4, 12)), ("Za. 2/4/16", date(2016, 4, 2)), ("wo, 6 apr '16", date(2016, 4, 6)),
        ("1e april 2016", date(2016, 4, 1)), ("2de mei 2016", date(2016, 5, 2)), ("1dec2016", date(2016, 12, 1)), ("'12-04-2016", date(2016, 4, 12)),
        ("2042016", date(2016, 4, 2)), ("1 September, 2016", date(2016, 9, 1)), ("zo 2016-04-03 08:00", date(2016, 4, 3)), ("dinsdag", None), ("12-apr-2016", date(2016, 4, 12)),
        ("12 mrt. 2016", date(2016, 3, 12)), ("3 mei 2026", date(2026, 5, 3)), ("April 5, 2016", date(2016, 4, 5)), ("1 okt 95", date(1995, 10, 1)),
        ("12/042016", None), ("VARIOUS", None), ("", None), ("31-02-2026", None), ("1967-01-01", None), ("2300-01-01", None),
        ("12 foo 2016", None), ("99999", None), ("9" * 5000, None),
    ],
)  # fmt: skip
def test_a_date_is_read_in_every_habit_or_is_none(text, found):
    assert day(text) == found


@given(
    st.dates(date(1990, 1, 1), date(2069, 12, 31)),
    st.sampled_from(["%d-%m-%Y", "%Y-%m-%d", "%d/%m/%y", "%Y%m%d", "%d %b %Y", "%m/%d/%Y"]),
)
def test_any_day_written_in_any_habit_reads_back(value, form):
    assert day(value.strftime(form), "mdy" if form.startswith("%m") else "dmy") == value
    assert day(str((value - date(1899, 12, 30)) // timedelta(days=1))) == value


@pytest.mark.parametrize(
    ("texts", "order"),
    [(["01/02/2016", "13/02/2016"], "dmy"), (["1/13/16"], "mdy"), (["01/02/2016"], "?dmy"), (["2016-01-02"], ""), (["13/02/2016", "02/13/2016"], "?dmy")],
)  # fmt: skip
def test_a_column_says_whether_the_day_stands_first(texts, order):
    assert date_order(texts) == order


def test_debit_credit_yes_and_no():
    assert [side(text) for text in ("D", "C", "Debet", " cr. ", "S", "H")] == [1, -1, 1, -1, 1, -1]
    assert [yes_no(text) for text in ("ja", "NEE", "", "1")] == [True, False, None, True]
    assert is_blank(" N/A ")
    with pytest.raises(SideUnknown):
        side("Q")
    with pytest.raises(YesNoInvalid):
        yes_no("misschien")


def test_a_column_is_read_no_further_than_until_it_says_what_its_habit_is():
    def said(*texts):
        yield from texts
        yield from ["1.250", "03/04/2026"] * 500
        raise AssertionError("read on")

    assert (decimal_mark(said("12,34")), date_order(said("31/12/2026"))) == (",", "dmy")
    with pytest.raises(AssertionError, match="read on"):
        decimal_mark(said())


def test_three_digits_behind_the_sign_for_cents_look_like_thousands():
    for text in ("1,250", "-1,250", "€ 12,500", "(999,990)", "1,250-"):
        assert three_decimals([text], ","), text
        assert not three_decimals([text], "."), text
    for text in ("12,50", "1.250", "1.250,50", "1250,500", "1,250,500", "0,5", "", "x"):
        assert not three_decimals([text], ","), text
