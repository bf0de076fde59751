"""The measures: golden sums, the stock-flow identity, a walk day by day as reference."""

from collections import Counter
from fractions import Fraction as F
from itertools import pairwise
from random import Random

import pytest

from ledger.circulation.errors import WindowInvalid
from ledger.circulation.rules import DAY, gini, measured, payments_of, stock_of, top_share, window_of
from ledger.flows.rules import Kind, Transfer, arranged
from tests.flows import some_transfers

K = Kind
WEEK = 7 * DAY


def flows(*rows):
    made, faults = arranged(Transfer(*each, row=place) for place, each in enumerate(rows))
    assert not faults
    return made


def golden():
    """600 that never pay, 400 paid on weekly for ten weeks."""
    rows = [(0, "I", "D", 60000, K.ISSUE), (0, "I", "A", 40000, K.ISSUE)]
    return rows + [(week * WEEK, "BA"[week % 2], "AB"[week % 2], 40000, K.PAYMENT) for week in range(1, 11)]


def test_plain_velocity_misleads_when_part_of_the_stock_is_dead():
    answer = measured(flows(*golden()))
    per_year = F(365, 7)
    assert answer["volume"] == "4000.00"
    assert answer["average_stock"] == "1000.0000"
    assert answer["velocity_by_stock"] == f"{float(F(4, 10) * per_year):.4f}"
    assert (
        answer["velocity_by_holding_time"]
        == answer["velocity_by_holding_time_fifo"]
        == f"{float(per_year):.4f}"
    )
    assert (answer["effective_stock"], answer["effective_share"]) == ("400.0000", "0.4000")
    assert answer["never_circulated"] == answer["never_circulated_fifo"] == "0.6000"
    assert answer["held_by_who_never_paid"] == "0.6000"
    assert answer["stock_flow_residual"] == "0.00"
    assert answer["loop_share"] == "1.0000"
    assert answer["velocity_unit"] == "per year of 365 days"


def test_a_window_counts_what_lies_in_it_and_what_was_held_before():
    answer = measured(flows(*golden()), start=3 * WEEK, end=5 * WEEK)
    assert (answer["payments"], answer["volume"], answer["days"]) == (2, "800.00", "14.0000")
    assert answer["stock_flow"]["opening"] == answer["stock_flow"]["closing"] == "1000.00"
    assert answer["effective_share"] == "0.4000"


def test_a_window_of_no_time_or_no_payment_has_no_velocity():
    answer = measured(flows((0, "I", "A", 100, K.ISSUE)))
    for name in (
        "average_stock",
        "velocity_by_stock",
        "velocity_by_holding_time",
        "effective_stock",
        "effective_share",
    ):
        assert answer[name] is None, name
    assert answer["loop_share"] is None
    later = measured(flows((0, "I", "A", 100, K.ISSUE)), start=DAY, end=3 * DAY)
    assert (later["transfers"], later["average_stock"], later["velocity_by_stock"]) == (0, "1.0000", "0.0000")
    assert later["velocity_by_holding_time"] is None
    with pytest.raises(WindowInvalid):
        measured(flows((0, "I", "A", 100, K.ISSUE)), start=3, end=2)


def test_reversals_and_what_they_reverse_are_no_volume_wherever_they_stand():
    made = flows(
        (0, "I", "A", 100, K.ISSUE), (1, "A", "B", 60, K.PAYMENT, "p"), (2, "A", "B", 40, K.PAYMENT),
        (9, "B", "A", 60, K.REVERSAL, "", "p"),
    )  # fmt: skip
    assert measured(made)["volume"] == measured(made, end=5)["volume"] == "0.40"
    assert measured(made)["reversed_payments"] == "0.60"
    assert measured(made)["apart"]["reversal"] == "0.60"


def test_leakage_is_what_left_of_what_came_in():
    made = flows(
        (0, "I", "A", 1000, K.ISSUE), (1, "A", "I", 200, K.REDEEM), (2, "A", "I", 50, K.PAYMENT),
        (3, "A", "F", 30, K.FEE), (4, "F", "B", 25, K.PAYMENT), (5, "A", "I", 100, K.REDEEM, "r"),
        (6, "I", "A", 100, K.REVERSAL, "", "r"),
    )  # fmt: skip
    answer = measured(made)
    assert answer["leakage"] == f"{250 / 1025:.4f}"
    assert answer["stock_flow"] == {
        "opening": "0.00", "issued": "10.00", "redeemed": "2.00", "lapsed": "0.00", "net_to_funds": "0.05",
        "net_paid_outside": "0.50", "closing": "7.45",
    }  # fmt: skip
    assert answer["volume"] == "0.00"


def test_stock_is_the_exact_average_and_the_flows_explain_it_in_any_window():
    for seed in range(40):
        rows = some_transfers(seed, 60)
        made = flows(*rows)
        for start, end in ((None, None), (100, 400), (0, 50), (300, None), (10**6, 10**6 + 9)):
            window = window_of(made, start, end)
            stock = stock_of(made, window)
            area, has = 0, Counter()
            times = [window.start, *(r[0] for r in rows if window.start <= r[0] < window.end), window.end]
            for since, until in pairwise(times):
                has = held(rows, since)
                area += (until - since) * sum(has.values())
            assert stock.area == area, seed
            assert stock.residual == 0, seed
            assert stock.opening == sum(held(rows, window.start - 1).values()), seed
            inside = made.transfers[window.first : window.last]
            assert inside == [
                r for r in made.transfers if window.start <= r.at and (end is None or r.at < end)
            ], seed


def held(rows, at):
    """What each member holds once all of this instant has happened."""
    has = Counter()
    for when, giver, taker, amount, *_ in rows:
        if when <= at:
            has[giver] -= amount
            has[taker] += amount
    return Counter({name: has[name] for name in "ABCDE"})


def test_volume_is_what_members_paid_each_other():
    for seed in range(20):
        rows = some_transfers(seed, 60)
        undone = {r[6] for r in rows if r[6]}
        wanted = sum(r[3] for r in rows if r[4] is K.PAYMENT and r[1] != "F" and r[5] not in undone)
        made = flows(*rows)
        assert payments_of(made, window_of(made, None, None)).volume == wanted, seed


def test_concentration():
    assert gini([5, 5, 5]) == 0
    assert gini([0, 0, 0, 100]) == F(3, 4)
    assert gini([1, 3]) == F(1, 4)
    assert gini([]) is gini([0, 0]) is None
    assert top_share([50, *[5] * 10]) == F(55, 100)  # eleven accounts: two of them
    assert top_share([0]) is None


def test_stuck_is_at_the_ceiling_and_old():
    made = flows(
        (0, "I", "A", 15000, K.ISSUE), (40 * DAY, "I", "B", 10000, K.ISSUE), (90 * DAY, "B", "C", 4000, K.PAYMENT),
        (95 * DAY, "A", "C", 100, K.INTERNAL),
    )  # fmt: skip
    stuck = measured(made, ceiling=14900)["stuck"]
    assert (stuck["accounts"], stuck["at_ceiling"]) == (3, 1)
    assert (stuck["older_than_90_days"], stuck["older_than_90_days_share"]) == ("150.00", "0.6000")
    assert measured(made)["stuck"]["at_ceiling"] is None
    assert measured(made, end=90 * DAY)["stuck"]["older_than_90_days"] == "0.00"  # not more than 90 days


def test_mutual_credit_is_measured_by_its_positive_balances():
    rows = [
        (0, "A", "B", 10000, K.PAYMENT), (WEEK, "B", "C", 6000, K.PAYMENT), (2 * WEEK, "C", "A", 6000, K.PAYMENT),
        (3 * WEEK, "B", "A", 1000, K.PAYMENT),
    ]  # fmt: skip
    answer = measured(flows(*rows))
    assert (answer["transfers"], answer["payments"], answer["volume"]) == (4, 4, "230.00")
    assert answer["stock_flow"] == {
        "opening": "0.00", "issued": "100.00", "redeemed": "70.00", "lapsed": "0.00", "net_to_funds": "0.00",
        "net_paid_outside": "0.00", "closing": "30.00",
    }  # fmt: skip
    assert (answer["stock_flow_residual"], answer["leakage"], answer["average_stock"]) == (
        "0.00",
        None,
        "80.0000",
    )
    assert answer["loop_share"] == "1.0000"
    assert answer["rounds"]["fifo"] == ["100.0000", "70.0000", "60.0000"]
    assert answer["hops"]["fifo"] == {"at_redemption": "2.8571", "in_circulation": "1.0000"}


def test_the_stock_of_mutual_credit_is_the_sum_of_positive_balances_at_every_moment():
    random, balance, rows, positive = Random(5), Counter(), [], []
    for step in range(200):
        giver, taker = random.sample("ABCDEF", 2)
        rows.append((step * DAY, giver, taker, random.randrange(1, 10_000), K.PAYMENT, str(step)))
        undo = step % 17 == 16
        if undo:
            _, taker, giver, amount, *_ = rows[step - 3]
            if rows[step - 3][4] is K.PAYMENT:
                rows[-1] = (step * DAY, giver, taker, amount, K.REVERSAL, str(step), str(step - 3))
        _, giver, taker, amount, *_ = rows[-1]
        balance[giver] -= amount
        balance[taker] += amount
        positive.append(sum(each for each in balance.values() if each > 0))
    made = flows(*rows)
    for step in (0, 50, 199):
        stock = stock_of(made, window_of(made, 0, step * DAY + 1))
        assert (stock.closing, stock.residual) == (positive[step], 0)
    whole = measured(made)
    assert whole["average_stock"] == f"{sum(positive[:-1]) / 199 / 100:.4f}"
