"""Facts are stored with their kind and come back as they were."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from cwb.kernel.facts import all_restored, restored, stored
from cwb.kernel.money import Money
from cwb.kernel.text import Marked


@pytest.mark.parametrize(
    "fact",
    [Marked("bedrag"), Money(-1), Money(5, "USD"), date(2026, 2, 1), datetime(2026, 2, 1, tzinfo=UTC), Decimal("1.50"), "x"],
)  # fmt: skip
def test_a_fact_comes_back_as_it_was(fact):
    again = restored(json.loads(json.dumps(stored(fact))))
    assert (again, type(again)) == (fact, type(fact))


def test_what_has_no_kind_stays():
    assert all_restored({"tries": stored(3), "old": {"x": 1}}) == {"tries": "3", "old": {"x": 1}}
