"""What a plan says before the start, when to stop, and what of a result is shown."""

from datetime import date
from fractions import Fraction

import pytest

from cwb.kernel.period import Period
from ledger.experiment import errors, rules
from ledger.experiment.rules import Design, Seen
from ledger.secondhop.rules import Landed

DESIGN = Design(
    "Titel", "Meer", "Kosten", Period.parse("2027-Q1"), 2, ("A", "B"), "3 6 1 1 4 2 5 3", Fraction(1, 4),
    Fraction(5, 100), 100_000,
)  # fmt: skip
CLUSTERS = [["a", "b", "c"], ["d", "e"], ["f"]]


def plan(clusters=CLUSTERS, **facts):
    return rules.plan_of(
        DESIGN._replace(**facts), clusters, inside=Fraction(3, 4), since=Period.parse("2026")
    )


def test_a_plan_says_beforehand_what_can_be_seen():
    made = plan(
        [[f"{group}{number}" for number in range(5)] for group in "abcdefghijklmnopqr"], rho=Fraction(0)
    )
    assert (made["sample"]["traders"], made["sample"]["per_arm"]) == (90, 30)
    assert made["sample"]["detectable"] == "0.1807"
    assert made["periods"] == ["2026-Q4", "2027-Q1", "2027-Q2"]
    assert made["arms"] == ["E", "A", "B"]


def test_a_plan_without_spread_is_refused():
    for facts in ({"sd": Fraction(0)}, {"sd": Fraction(2)}, {"rho": Fraction(-1)}, {"rho": Fraction(2)}):
        with pytest.raises(errors.SpreadInvalid):
            plan(**facts)


def test_traders_of_a_cluster_begin_together():
    given = rules.waves_of(plan())
    assert len({given[name] for name in "abc"}) == len({given[name] for name in "de"}) == 1
    assert {wave for wave, _ in given.values()} == {1, 2}


def test_a_plan_is_registered_by_a_second_person_before_the_first_wave():
    rules.check_before(plan(), date(2026, 12, 31))
    with pytest.raises(errors.BegunAlready):
        rules.check_before(plan(), date(2027, 1, 1))
    rules.check_second(1, 2)
    with pytest.raises(errors.PlanOwn):
        rules.check_second(1, 1)


def test_a_cut_is_a_wave_of_the_plan_that_is_over():
    assert rules.check_cut(plan(), "2027-Q1", date(2027, 4, 1)) == 2
    for cut, today in (
        ("2027-Q1", date(2027, 3, 31)),
        ("2026-Q4", date(2028, 1, 1)),
        ("x", date(2028, 1, 1)),
    ):
        with pytest.raises(errors.CutNotOver):
            rules.check_cut(plan(), cut, today)


def test_other_code_is_used_only_when_a_deviation_names_it():
    rules.check_code("a", "a", [None])
    rules.check_code("a", "b", [None, "b"])
    with pytest.raises(errors.AnalysisChanged):
        rules.check_code("a", "b", [None, "c"])


def test_a_deviation_happened_already():
    rules.check_deviation(date(2027, 1, 1), date(2027, 1, 1))
    with pytest.raises(errors.DeviationInFuture):
        rules.check_deviation(date(2027, 1, 2), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("seen", "passed"),
    [
        (Seen(), (None, None, None, None)),
        (Seen(Fraction(1), Fraction(20, 100), Fraction(1, 100), 100_000), (False, False, False, False)),
        (
            Seen(Fraction(99_999, 100_000), Fraction(21, 100), Fraction(2, 100), 100_001),
            (True, True, True, True),
        ),
    ],
)
def test_stop_rules_are_values(seen, passed):
    assert tuple(rules.stops(plan(), seen).values()) == passed


def landed(low, names="abcdef"):
    return {name: Landed(100, low, Fraction(1)) for name in names}


def test_a_result_without_an_effect_is_shown_as_one():
    found = rules.result_of(plan(), [landed(Fraction(1, 4)), landed(Fraction(1, 2))])
    assert found["primary"]["low"]["difference"] == "0.0000"
    assert found["primary"]["low"]["p"] == found["primary"]["high"]["p"] == "1.0000"
    assert found["traders"] == 6
    # All six waited in the first period, so E shows; in the arms are fewer than five.
    assert found["arms"]["E"][1] == "1.0000"
    assert (found["arms"]["A"], found["arms"]["B"]) == (None, None)


def test_nothing_is_shown_of_fewer_than_five():
    found = rules.result_of(plan(), [landed(Fraction(1, 4), "abcd"), landed(Fraction(1, 2), "abcd")])
    assert found["primary"] == {"low": None, "high": None}
    assert (found["traders"], set(found["arms"].values())) == (None, {None})


def test_who_is_not_in_the_plan_is_not_in_the_result():
    more = landed(Fraction(1, 4), "abcdefxyz")
    assert rules.result_of(plan(), [more, more]) == rules.result_of(
        plan(), [landed(Fraction(1, 4)), landed(Fraction(1, 4))]
    )
