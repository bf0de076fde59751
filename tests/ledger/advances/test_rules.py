"""One amount over what is owed, to the cent."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel.money import Money
from ledger.advances import errors, rules
from ledger.advances.rules import NOTHING, Claim, Split


@pytest.mark.parametrize(
    ("claim", "came_in", "parts"),
    [
        (Claim(1000, 0, 0, 0, 10, 0), 2000, Split(1000, 0, 10, 990)),
        (Claim(1000, 0, 0, 0, 10, 0), 400, Split(400, 0, 0, 0)),
        (Claim(1000, 400, 0, 0, 10, 0), 605, Split(600, 0, 5, 0)),
        (Claim(1000, 400, 600, 100, 10, 0), 515, Split(0, 500, 10, 5)),
        (NOTHING, 77, Split(0, 0, 0, 77)),
    ],
)
def test_what_came_in(claim, came_in, parts):
    assert rules.split(claim, came_in) == parts


amounts = st.integers(0, 10**9)


@given(amounts, amounts, amounts, amounts, amounts, st.integers(1, 10**10))
def test_the_parts_are_the_amount_and_every_book_is_zero(amount, repaid, lost, back, fee, came_in):
    repaid = min(repaid, amount)
    lost = min(lost, amount - repaid)
    claim = Claim(amount, repaid, lost, min(back, lost), fee, 0)
    parts = rules.split(claim, came_in)
    assert parts.kept + parts.rest == came_in
    assert parts.kept <= claim.owed
    assert parts.rest == 0 or parts.kept == claim.owed
    sums: dict[int, int] = {}
    for line in rules.assigned_payment_lines(parts, fund_id=1, borrower_id=2, debtor_id=3):
        sums[line.party_id] = sums.get(line.party_id, 0) + line.amount
    assert not any(sums.values())


def test_a_repayment_is_at_most_what_is_owed():
    claim = Claim(1000, 0, 0, 0, 10, 0)
    rules.check_repayment(claim, Money(1010))
    with pytest.raises(errors.AboveOwed):
        rules.check_repayment(claim, Money(1011))
    with pytest.raises(errors.AmountInvalid):
        rules.check_repayment(claim, Money(0))
    with pytest.raises(errors.NotRunning):
        rules.check_repayment(Claim(1000, 1000, 0, 0, 10, 10), Money(1))


def test_a_day_lies_between_what_it_follows_and_today():
    rules.check_day(date(2026, 9, 1), first=date(2026, 9, 1), today=date(2026, 9, 1))
    with pytest.raises(errors.DayInFuture):
        rules.check_day(date(2026, 9, 2), first=date(2026, 9, 1), today=date(2026, 9, 1))
    with pytest.raises(errors.DayTooEarly):
        rules.check_day(date(2026, 8, 31), first=date(2026, 9, 1), today=date(2026, 9, 1))
