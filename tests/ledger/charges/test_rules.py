"""Worked examples of what lies still, and when what lapses was told in time."""

from datetime import UTC, date, datetime, timedelta

from cwb.kernel.period import Period
from ledger.charges import rules
from ledger.charges.rules import Asked, Kind
from ledger.conditions.rules import Every, Group, Terms

END = date(2026, 4, 1)
TERMS = Terms(accept_where=tuple(Group), demurrage_every=Every.QUARTER, demurrage_rate=200, lapse_months=24)


def taken(moves, *, firm=True, free=None):
    what = rules.asked(Kind.DEMURRAGE, TERMS, END)
    dated = [(END - timedelta(days=days), cents) for days, cents in moves]
    there = sum(cents for _, cents in moves) if free is None else free
    return rules.charge(what, firm=firm, free=there, lying_cents=rules.lying(dated, what.since))


def test_the_worked_examples_of_the_domain():
    assert taken([(100, 120_00), (10, 80_00)]) == (120_00, 2_40)
    assert taken([(100, 120_00)]) == (70_00, 1_40)


def test_residents_pay_nothing_and_a_part_of_a_cent_is_the_holders():
    assert taken([(100, 120_00)], firm=False) == (0, 0)
    assert taken([(100, 50_99)]) == (99, 1)
    assert taken([(100, 50_49)]) == (49, 0)


def test_what_leaves_is_what_came_first_and_what_is_reserved_is_not_counted():
    assert taken([(100, 120_00), (50, -90_00), (10, 80_00)]) == (30_00, 60)
    assert taken([(100, 120_00), (10, 80_00), (5, -120_00)]) == (0, 0)
    assert taken([(100, 120_00)], free=60_00) == (10_00, 20)
    assert taken([(100, 120_00)], free=10_00) == (0, 0)


def test_ninety_days_are_free():
    assert taken([(90, 200_00)]) == (0, 0)
    assert taken([(91, 200_00)]) == (150_00, 3_00)


def test_lapse_takes_all_that_lies_longer_also_of_residents():
    what = rules.asked(Kind.LAPSE, TERMS, END)
    assert what == Asked(date(2024, 4, 1), 10_000, 0, firms_only=False)
    assert rules.charge(what, firm=False, free=30_00, lying_cents=20_00) == (20_00, 20_00)


def test_only_a_period_that_is_over_is_due():
    for today, quarter in ((date(2026, 3, 31), "2025-Q4"), (date(2026, 4, 1), "2026-Q1")):
        assert rules.due_period(Kind.DEMURRAGE, TERMS, today) == Period.parse(quarter)
    yearly = Terms(accept_where=(Group.RESIDENT,), demurrage_every=Every.YEAR, demurrage_rate=100)
    assert rules.due_period(Kind.DEMURRAGE, yearly, END) == Period.parse("2025")
    assert rules.due_period(Kind.LAPSE, yearly, END) is None
    never = Terms(accept_where=(Group.RESIDENT,))
    assert rules.due_period(Kind.DEMURRAGE, never, END) is None
    assert rules.asked(Kind.DEMURRAGE, never, END) is None


def test_lapse_needs_two_notices_a_month_apart_and_a_month_before():
    at = datetime(2026, 4, 2, 9, tzinfo=UTC)
    days = [
        ((), False), ((60,), False), ((60, 40), False), ((70, 29), False), ((70, 40), True), ((70, 30), True),
        ((400, 40), False),
    ]  # fmt: skip
    for sent, enough in days:
        assert rules.told([at - timedelta(days=each) for each in sent], at) is enough, sent
