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
        ({"counted": (AT - timedelta(days=8), 299_99, 300_00)}, errors.CountOld), ({"waiting": 1}, errors.CountOld),
        ({"counted": (AT, 300_00, 300_00)}, errors.NothingShort),
    ):  # fmt: skip
        with pytest.raises(fault):
            rules.check_divide(**facts | change)
    assert isinstance(facts["ends_on"], date)
