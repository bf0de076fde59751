"""A shortage is divided in its order, to the cent, the same each time."""

from datetime import date, timedelta

import pytest

from ledger.shortages import errors, rules
from ledger.shortages.rules import Held
from tests.conftest import AT

HELD = Held(3_00, 2_00, 1_00, {7: 100, 3: 200}, {1: 50, 2: 51})


@pytest.mark.parametrize(
    ("short", "fund", "firms", "residents"),
    [
        (1, (1, 0, 0), {}, {}),
        (5_50, (3_00, 2_00, 50), {}, {}),
        (6_01, (3_00, 2_00, 1_00), {3: 1}, {}),
        (7_00, (3_00, 2_00, 1_00), {3: 67, 7: 33}, {}),
        (9_00, (3_00, 2_00, 1_00), {3: 200, 7: 100}, {}),
        (9_01, (3_00, 2_00, 1_00), {3: 200, 7: 100}, {2: 1}),
        (10_01, (3_00, 2_00, 1_00), {3: 200, 7: 100}, {1: 50, 2: 51}),
    ],
)
def test_the_fund_bears_before_firms_and_firms_before_residents(short, fund, firms, residents):
    found = rules.divided(short, HELD)
    assert (found.units, found.euros, found.earned) == fund
    assert (found.firms, found.residents) == (firms, residents)
    assert found.fund + sum(found.shares.values()) == short


def test_only_an_end_that_came_divides_a_fresh_count_that_fell_short():
    facts = {
        "ends_on": AT.date() - timedelta(days=1), "today": AT.date(), "counted": (AT, 299_99, 300_00),
        "supply": 300_00, "waiting": 0, "at": AT,
    }  # fmt: skip
    assert rules.check_divide(**facts) == 1
    for change, fault in (
        ({"ends_on": None}, errors.NotEnding), ({"ends_on": AT.date()}, errors.NotEnding),
        ({"counted": None}, errors.CountOld), ({"counted": (AT, 299_99, 299_99)}, errors.CountOld),
        ({"counted": (AT - timedelta(days=8), 299_99, 300_00)}, errors.CountOld), ({"waiting": 1}, errors.RequestsFirst),
        ({"counted": (AT, 300_00, 300_00)}, errors.NothingShort),
    ):  # fmt: skip
        with pytest.raises(fault):
            rules.check_divide(**facts | change)
    assert isinstance(facts["ends_on"], date)


MANY = HELD._replace(residents=dict.fromkeys(range(10, 15), 100))


@pytest.mark.parametrize(
    ("held", "short", "told"),
    [
        (MANY, 4_00, (4_00, 0, 0, 0, 0)),
        (MANY, 7_00, (6_00, 1_00, 0, 33_34, 0)),
        (MANY, 9_50, (6_00, 3_00, 50, 100_00, 10_00)),
        (MANY, 14_00, (6_00, 3_00, 5_00, 100_00, 100_00)),
        (HELD, 6_00, (6_00, 0, 0, 0, 0)),
        (HELD, 6_01, (6_00, None, None, None, None)),
        (HELD, 10_01, (6_00, None, None, None, None)),
        (HELD._replace(residents={}), 7_00, (6_00, 1_00, 0, 33_34, None)),
        (HELD._replace(residents={1: 0}), 7_00, (6_00, 1_00, 0, 33_34, None)),
    ],
)
def test_what_a_shortage_would_mean_is_told_for_each_kind_of_holder_but_not_for_few(held, short, told):
    assert rules.imagined(short, held) == (short, *told)


@pytest.mark.parametrize("short", [0, -1, 14_01, 10**17])
def test_a_shortage_is_no_more_than_there_is(short):
    with pytest.raises(errors.MoreThanThere):
        rules.imagined(short, MANY)
