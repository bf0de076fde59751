"""Parts of an invoice, and how fresh evidence is, on bare values."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel.money import Money
from ledger.chains import errors, rules
from ledger.chains.rules import Basis, EvidenceKind, Standing, blocked_part, parts_left, strayed_part

TODAY = date(2026, 9, 1)


def test_the_part_is_of_the_invoice_or_of_the_wages_in_it_rounded_once():
    sums = {"net": Money(100_005), "total": Money(121_006)}
    assert blocked_part(Basis.INVOICE, Decimal(40), None, **sums) == Money(48_402)
    assert blocked_part(Basis.WAGES, Decimal(30), Decimal("62.5"), **sums) == Money(18_751)


@pytest.mark.parametrize(
    ("basis", "share", "wages", "fault", "field"),
    [
        (Basis.INVOICE, "0", None, errors.PercentageWrong, "g_percentage"),
        (Basis.INVOICE, "100", None, errors.PercentageWrong, "g_percentage"),
        (Basis.INVOICE, "40.001", None, errors.PercentageWrong, "g_percentage"),
        (Basis.INVOICE, "40", "100", errors.PercentageWrong, "wage_share"),
        (Basis.WAGES, "40", None, errors.WageShareMissing, "wage_share"),
    ],
)
def test_shares_that_make_no_two_parts_are_refused(basis, share, wages, fault, field):
    with pytest.raises(fault) as told:
        rules.check_shares(basis, Decimal(share), Decimal(wages) if wages else None)
    assert told.value.field == field


AMOUNT = st.integers(0, 100_000)


@given(total=st.integers(2, 100_000), blocked=AMOUNT, credited=AMOUNT, free=AMOUNT, to_blocked=AMOUNT)
def test_what_is_left_on_both_accounts_is_what_is_open(total, blocked, credited, free, to_blocked):
    blocked, credited = min(blocked, total - 1), min(credited, total)
    left = parts_left(
        blocked, total=total, credited=credited, paid=free + to_blocked, paid_blocked=to_blocked
    )
    assert left.free.minor + left.blocked.minor == max(total - credited - free - to_blocked, 0)
    assert left.free.minor >= 0 <= left.blocked.minor


@pytest.mark.parametrize(
    ("credited", "paid", "paid_blocked", "left"),
    [
        (0, 0, 0, (600, 400)),
        (0, 600, 0, (0, 400)),  # the G-part is missing
        (0, 400, 400, (600, 0)),  # the free part is missing
        (500, 0, 0, (300, 200)),  # a credit note takes off both alike
        (0, 800, 0, (0, 200)),  # too much went to the free account: no more than is open is left
        (0, 1000, 0, (0, 0)),
        (1000, 0, 0, (0, 0)),
    ],
)
def test_which_part_is_missing(credited, paid, paid_blocked, left):
    found = parts_left(400, total=1000, credited=credited, paid=paid, paid_blocked=paid_blocked)
    assert (found.free.minor, found.blocked.minor) == left


@pytest.mark.parametrize(
    ("credited", "paid", "paid_blocked", "strayed"),
    [
        (0, 1000, 400, 0), (0, 600, 0, 0), (0, 0, 0, 0), (0, 1000, 0, 400), (0, 800, 0, 200), (0, 1000, 100, 300),
        (500, 500, 0, 200), (500, 1000, 400, 0), (1000, 0, 0, 0),
    ],
)  # fmt: skip
def test_what_is_not_open_and_did_not_come_on_the_g_account_went_astray(
    credited, paid, paid_blocked, strayed
):
    found = strayed_part(400, total=1000, credited=credited, paid=paid, paid_blocked=paid_blocked)
    assert found.minor == strayed


def test_a_piece_counts_until_its_last_day_or_as_long_as_its_kind_stays_fresh():
    kind, dated = EvidenceKind.PAYMENT, TODAY - timedelta(days=92)
    assert rules.standing(kind, dated, None, TODAY) is Standing.GOOD
    assert rules.standing(kind, dated - timedelta(days=1), None, TODAY) is Standing.EXPIRED
    assert rules.standing(kind, TODAY, TODAY, TODAY) is Standing.GOOD
    assert rules.standing(kind, TODAY, TODAY, TODAY + timedelta(days=1)) is Standing.EXPIRED
    assert rules.standing(kind, None, None, TODAY) is Standing.MISSING
    with pytest.raises(errors.DayInFuture):
        rules.check_evidence(TODAY + timedelta(days=1), None, TODAY)
    with pytest.raises(errors.ValidBeforeDated):
        rules.check_evidence(TODAY, TODAY - timedelta(days=1), TODAY)
