"""The largest set-off: the golden cases, an independent solver, and our own check of every answer."""

from random import Random

import numpy as np
import pytest

from benchmarks.clearing import highest, made_up
from ledger.netting import gateway, rules
from ledger.netting.errors import AnswerWrong, SolverGaveUp, TooMuchTogether
from ledger.netting.gateway import solve
from ledger.netting.rules import flow_of, network


def net(rows, credit=None, ages=None):
    places = {}
    pairs = [[places.setdefault(name, len(places)) for name in row[:2]] for row in rows]
    return network(
        list(places),
        [a for a, _ in pairs],
        [b for _, b in pairs],
        [row[2] for row in rows],
        age=ages,
        credit=credit,
    )


def clear(rows, credit=None, ages=None):
    return solve(net(rows, credit, ages))


def by_pair(found):
    of = found.network
    return {
        (of.parties[a], of.parties[b], int(age)): int(x)
        for a, b, age, x in zip(of.debtor, of.creditor, of.age, found.amount, strict=True)
        if x
    }


CHAIN = [("A", "B", 100), ("B", "C", 100), ("C", "D", 100)]
FORK = [("A", "B", 100), ("B", "C", 80)]


@pytest.mark.parametrize(
    ("rows", "credit", "cleared", "used"),
    [
        ([("A", "B", 100), ("B", "C", 80), ("C", "A", 70)], None, 210, 0),
        ([("A", "B", 100), ("B", "A", 70)], None, 140, 0),
        (CHAIN, None, 0, 0),
        (CHAIN, {"A": (100, 0), "D": (0, 100)}, 300, 100),
        (CHAIN, {"A": (60, 0), "D": (0, 60)}, 180, 60),
        (CHAIN, {"A": (100, 0), "D": (0, 60)}, 180, 60),
        (FORK, {"A": (100, 100), "C": (100, 100)}, 160, 80),
        (FORK, dict.fromkeys("ABC", (100, 100)), 180, 100),
        ([("anchor 1", "coop", 500), ("anchor 2", "coop", 300), ("coop", "supplier", 700)], None, 0, 0),
        ([("A", "B", 30), ("A", "B", 40), ("B", "A", 100)], None, 140, 0),
        ([("A", "B", 10**15), ("B", "A", 10**15)], {"A": (10**30, 0)}, 2 * 10**15, 0),
    ],
)  # fmt: skip
def test_the_golden_cases(rows, credit, cleared, used):
    found = clear(rows, credit)
    assert (found.total, found.credit_used, found.proven) == (cleared, used, True)


def test_what_is_left_of_the_triangle_and_what_money_from_outside_settles_it():
    found = clear([("A", "B", 100), ("B", "C", 80), ("C", "A", 70)])
    assert (found.network.amount - found.amount).tolist() == [30, 10, 0]
    assert found.network.net_internal_debt == 30


def test_with_credit_on_all_the_one_between_ends_higher():
    found = clear(FORK, dict.fromkeys("ABC", (100, 100)))
    assert dict(zip(found.network.parties, found.credit.tolist(), strict=True)) == {
        "A": 100,
        "B": -20,
        "C": -80,
    }


def test_of_two_loops_that_are_as_large_the_older_goes_first():
    rows = [("A", "B", 100), ("B", "A", 60), ("B", "A", 60)]
    assert by_pair(clear(rows, ages=[5, 40, 3])) == {
        ("A", "B", 5): 100,
        ("B", "A", 40): 60,
        ("B", "A", 3): 40,
    }
    rows = [("A", "B", 100), ("B", "C", 60), ("C", "A", 60), ("B", "D", 60), ("D", "A", 60)]
    for old, other, ages in (("C", "D", [0, 9, 9, 8, 9]), ("D", "C", [0, 8, 9, 9, 9])):
        off = {pair[:2]: x for pair, x in by_pair(clear(rows, ages=ages)).items()}
        assert (off["B", old], off["B", other], off["A", "B"]) == (60, 40, 100)


def test_age_and_credit_never_cost_a_cent_of_the_total():
    for seed in range(30):
        random = Random(seed)
        rows = made_up(12, 40, seed)
        credit = {each[0]: (random.randrange(30_000), random.randrange(30_000)) for each in rows[::3]}
        ages = [random.randrange(5_000) for _ in rows]
        plain, aged = clear(rows, credit), clear(rows, credit, ages)
        assert (plain.total, plain.credit_used) == (aged.total, aged.credit_used), seed


@pytest.mark.parametrize("lent", [False, True])
def test_an_independent_solver_finds_the_same_total(lent):
    for seed in range(40):
        random = Random(seed)
        rows = made_up(random.randrange(2, 30), random.randrange(2, 200), seed)
        if not rows:
            continue
        credit = (
            {name: (random.randrange(50_000), random.randrange(50_000)) for name, *_ in rows[::2]}
            if lent
            else None
        )
        found = clear(rows, credit)
        assert found.proven
        assert found.total == round(highest(rows, credit)), seed


def test_every_position_stays_whatever_the_order_and_the_names():
    for seed in range(20):
        random = Random(seed)
        rows = made_up(25, 150, seed)
        found = clear(rows)
        assert not found.network.flow_into(found.amount).any()
        assert (found.amount <= found.network.amount).all()
        assert (found.amount >= 0).all()
        again = rows.copy()
        random.shuffle(again)
        assert by_pair(clear(again)) == by_pair(found), seed
        names = sorted({name for row in rows for name in row[:2]})
        other = dict(zip(names, random.sample(names, len(names)), strict=True))
        assert clear([(other[a], other[b], x) for a, b, x in rows]).total == found.total, seed


def test_a_wrong_answer_of_the_solver_is_refused():
    of = net([("A", "B", 100), ("B", "C", 80), ("C", "A", 70), ("B", "A", 50)], {"A": (5, 5), "C": (5, 5)})
    flow = flow_of(of)
    right = of.amount - solve(of).amount
    pad = np.zeros(len(flow.capacity) - len(right), np.int64)
    assert rules.cleared(of, flow, np.concatenate((of.amount, pad)) - solve_all(of)).proven
    nothing = np.concatenate((of.amount, pad))
    for answer, why in (
        (nothing, "er kan meer"),
        (nothing + 1, "meer dan er open staat"),
        (-nothing, "meer dan er open staat"),
        (np.concatenate((of.amount - 1, pad)), "een saldo verschuift"),
        (nothing[:-1], "meer dan er open staat"),
    ):
        with pytest.raises(AnswerWrong, match=why):
            rules.cleared(of, flow, answer)


def solve_all(of):
    """What is set off per row, and minus what runs along the arcs of credit, of our own answer."""
    kept = []
    original = rules.cleared
    try:
        gateway.cleared = lambda net, flow, answer: kept.append(answer) or original(net, flow, answer)
        solve(of)
    finally:
        gateway.cleared = original
    return np.concatenate((of.amount, np.zeros(len(kept[0]) - len(of.amount), np.int64))) - kept[0]


def test_a_solver_that_gives_up_is_said_and_changes_nothing():
    of = net([("A", "B", 100), ("B", "A", 100)])
    flow = flow_of(of)
    for name, broken in (
        ("UNBALANCED", {"supply": flow.supply + 1}),
        ("BAD_COST_RANGE", {"cost": flow.cost + 2**62}),
    ):
        parts = {
            each: getattr(flow, each) for each in ("tail", "head", "capacity", "cost", "supply")
        } | broken
        before, gateway.flow_of = gateway.flow_of, lambda _, parts=parts: rules.Flow(**parts)
        try:
            with pytest.raises(SolverGaveUp, match=name):
                solve(of)
        finally:
            gateway.flow_of = before


def test_more_than_can_be_added_up_exactly_is_refused():
    rows = [(f"{number:05d}", "all", 10**15) for number in range(2**61 // 10**15 + 1)]
    with pytest.raises(TooMuchTogether):
        net(rows)
    assert solve(net(rows[:-1])).total == 0


def test_a_proof_that_takes_too_long_is_said_to_be_missing(monkeypatch):
    monkeypatch.setattr(rules, "PATIENCE", 0)
    found = clear([("A", "B", 100), ("B", "A", 70)])
    assert (found.total, found.proven) == (140, False)
