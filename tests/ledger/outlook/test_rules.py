"""What contracts will bring: to the cent, within bounds, and without a group of few suppliers."""

from datetime import date
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from cwb.kernel.period import Period
from ledger.declarations.rules import Landing
from ledger.outlook.rules import Paid, Running, forecast, landed, quarters_ahead, spread
from ledger.share.rules import Standing, minor

L, N, U = Standing.LOCAL, Standing.NOT_LOCAL, Standing.UNKNOWN
TODAY = date(2026, 11, 15)
Q3 = Period.parse("2026-Q3")


def some(standing, count, left=36_500, starts_on=date(2026, 1, 1), ends_on=date(2027, 12, 31)):
    return [Running(f"{standing}{i}", standing, left, starts_on, ends_on) for i in range(count)]


@given(st.integers(0, 10**9), st.integers(-300, 280), st.integers(0, 400))
@example(1, 280, 400)
def test_what_is_left_is_spread_to_the_cent(left, starts, length):
    """Of contracts that end within the quarters that are looked at: the last of them ends 685 days from the day."""
    first = date.fromordinal(TODAY.toordinal() + starts)
    last = date.fromordinal(max(first.toordinal(), TODAY.toordinal()) + length)
    found = spread(some(L, 1, left, first, last)[0], TODAY, quarters_ahead(Period.quarter_of(TODAY)))
    assert sum(found) == left
    assert min(found) >= 0


def test_a_contract_that_is_over_brings_nothing():
    over = some(L, 1, 100, ends_on=date(2026, 11, 14))[0]
    assert sum(spread(over, TODAY, quarters_ahead(Period.quarter_of(TODAY)))) == 0


def test_unproven_suppliers_only_raise_the_upper_end():
    found = forecast([*some(L, 5), *some(N, 5), *some(U, 5)], TODAY)
    assert len(found["quarters"]) == 8
    first = found["quarters"][0]
    assert first["period"] == "2026-Q4"
    lo, hi, total = (minor(first[name]) for name in ("lo", "hi", "total"))
    assert (lo * 2, lo * 3) == (hi, total)
    assert sum(minor(each["lo"]) for each in found["quarters"]) == 5 * 36_500
    assert found["quarters"][-1]["total"] == "0.00"


def test_attack_19_fewer_than_five_suppliers_are_not_told_of():
    assert forecast(some(L, 4), TODAY)["quarters"][0]["rows"] == []
    few = forecast([*some(L, 4), *some(N, 9)], TODAY)["quarters"][0]
    assert minor(few["lo"]) == 0, "four local ones count as unproven"
    assert few["hidden"], "and the page says so: hidden is not nothing"
    assert [forecast(each, TODAY)["quarters"][0]["hidden"] for each in (some(N, 9), some(L, 5))] == [
        False,
        False,
    ]
    assert all(row["suppliers"] >= 5 for row in few["rows"])


def test_of_a_contract_its_own_declaration_goes_first_and_silence_is_nothing():
    paid = [Paid(Q3, "p1", L, 60_00, "C-1"), Paid(Q3, "p2", U, 40_00, "C-1")]
    year = {"from_on": date(2026, 1, 1), "until_on": date(2028, 1, 1)}
    general = Landing("p1", "", landed=10, turnover=100, order=1, **year)
    own = Landing("p1", "C-1", landed=50, turnover=100, order=2, **year)
    found = landed(paid, [general, own])
    assert (found.share.lo, found.share.hi) == (Fraction(60, 100), 1)
    assert (found.landed, found.floor, found.declared) == (30_00, Fraction(30, 100), Fraction(60, 100))
    assert landed(paid, [general]).landed == 6_00
    assert landed(paid, []).floor == 0
    assert landed([], [own]).floor is None
    both = landed([*paid, Paid(Q3, "p1", L, 100_00, "C-2")], [general, own])
    assert (both.landed, both.floor) == (40_00, Fraction(40, 200)), "each contract by its own declaration"


def test_a_declaration_that_expired_within_the_quarter_does_not_count():
    old = Landing("p1", "", date(2025, 1, 1), date(2026, 9, 30), 50, 100, 1)
    assert landed([Paid(Q3, "p1", L, 100, "C-1")], [old]).landed == 0
