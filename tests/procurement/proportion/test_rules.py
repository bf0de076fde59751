from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel.money import Money
from procurement.demands.rules import DemandFacts
from procurement.proportion import rules

REFERENCE, INSURANCE = "slc-abil-ref-services", "slc-stand-ins"


def reference(euro):
    return DemandFacts(REFERENCE, "Werk", "Omdat het nodig is.", "", euro * 100)


def test_the_register_judges_references_and_says_what_it_cannot():
    insurance = DemandFacts(INSURANCE, "Verzekerd", "Omdat het nodig is.", "", 100)
    found = rules.count([reference(100_000), insurance], [90_000_00, 100_000_00, None])
    assert (found.meeting, found.unknown) == (1, 1)
    assert found.unjudged == [insurance]


def test_one_lower_demand_lets_the_nearest_in():
    found = rules.count([reference(100_000)], [90_500_00, 90_999_99, 40_000_00])
    assert found.meeting == 0
    assert (found.lower.minimum, found.lower.more) == (Money.of("90000"), 2)


def test_nobody_fails_two_demands_at_once_by_one_lower():
    found = rules.count([reference(100_000), reference(80_000)], [50_000_00])
    assert found.lower is None
    assert rules.count([], [None, 5]).meeting == 2
    assert rules.count([reference(10)], [999]).lower is None


def test_a_demand_stricter_than_the_advice_is_lowered_to_it():
    found = rules.count([reference(100_000)], [90_000_00, 40_000_00, 20_000_00], {0: Money.of("30000")})
    assert (found.lower.minimum, found.lower.more) == (Money.of("30000"), 2)
    near = rules.count([reference(25_000)], [24_000_00, 20_000_00], {0: Money.of("30000")})
    assert (near.lower.minimum, near.lower.more) == (Money.of("24000"), 1)
    assert rules.count([reference(100_000)], [20_000_00], {0: Money.of("30000")}).lower is None


@given(
    st.lists(st.integers(1, 500), max_size=5), st.lists(st.none() | st.integers(0, 50_000_000), max_size=12)
)
def test_what_is_promised_holds(euros, largest):
    demands = [reference(each * 1000) for each in euros]
    found = rules.count(demands, largest)
    assert found.meeting <= len(largest)
    if found.lower is not None:
        eased = [
            reference(found.lower.minimum.minor // 100) if each is found.lower.demand else each
            for each in demands
        ]
        assert rules.count(eased, largest).meeting == found.meeting + found.lower.more
