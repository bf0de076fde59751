from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from coops.experience.rules import JobFacts
from cwb.kernel.money import Money
from procurement.demands.gateway import table
from procurement.demands.rules import DemandFacts
from procurement.proportion import rules
from procurement.proportion.rules import Known

REFERENCE, INSURANCE = "slc-abil-ref-services", "slc-stand-ins"


def reference(euro, number=1):
    return DemandFacts(REFERENCE, "Werk", "Omdat het nodig is.", "", euro * 100, number)


def each_of(*largest):
    """Cooperatives of which only the largest job is known."""
    return [Known(each) for each in largest]


def listing(*euros):
    """A cooperative that wrote its jobs down; its largest one of another kind was larger."""
    return Known(9_999_999_00, [each * 100 for each in euros], lists=True)


def job(cpv="90919300", ends_on=date(2025, 9, 1)):
    return JobFacts("Werk", "Voor", 100, cpv, date(2020, 1, 1), ends_on)


def test_only_jobs_of_the_same_kind_and_not_long_ago_count():
    done = [
        job(),
        job("77310000"),
        job(ends_on=None),
        job(ends_on=date(2023, 8, 31)),
        job(ends_on=date(2023, 9, 1)),
    ]
    found = rules.known_of(done, 7, "90910000", table(), date(2026, 9, 1))
    assert (found.largest, len(found.values), found.lists) == (7, 3, True)
    assert len(rules.known_of(done, 7, None, table(), date(2026, 9, 1)).values) == 4
    assert rules.known_of([], None, "90910000", table(), date(2028, 2, 29)) == Known()


def test_jobs_that_were_written_down_are_judged_by_value_and_number():
    two = [listing(60_000, 50_000), listing(60_000), listing(), Known(80_000_00)]
    assert rules.count([reference(50_000)], two).meeting == 3
    found = rules.count([reference(50_000, 2)], two)
    assert (found.meeting, found.unknown) == (1, 1)
    lower = rules.count([reference(55_000, 2)], two).lower
    assert (lower.minimum, lower.more) == (Money.of("50000"), 1)


def test_a_demand_taken_back_is_not_judged():
    gone = replace(reference(100_000), asked=False)
    assert rules.count([gone], each_of(1)).meeting == 1


def test_the_register_judges_references_and_says_what_it_cannot():
    insurance = DemandFacts(INSURANCE, "Verzekerd", "Omdat het nodig is.", "", 100)
    found = rules.count([reference(100_000), insurance], each_of(90_000_00, 100_000_00, None))
    assert (found.meeting, found.unknown) == (1, 1)
    assert found.unjudged == [insurance]


def test_one_lower_demand_lets_the_nearest_in():
    found = rules.count([reference(100_000)], each_of(90_500_00, 90_999_99, 40_000_00))
    assert found.meeting == 0
    assert (found.lower.minimum, found.lower.more) == (Money.of("90000"), 2)


def test_nobody_fails_two_demands_at_once_by_one_lower():
    found = rules.count([reference(100_000), reference(80_000)], each_of(50_000_00))
    assert found.lower is None
    assert rules.count([], each_of(None, 5)).meeting == 2
    assert rules.count([reference(10)], each_of(999)).lower is None


def test_a_demand_stricter_than_the_advice_is_lowered_to_it():
    found = rules.count(
        [reference(100_000)], each_of(90_000_00, 40_000_00, 20_000_00), {0: Money.of("30000")}
    )
    assert (found.lower.minimum, found.lower.more) == (Money.of("30000"), 2)
    near = rules.count([reference(25_000)], each_of(24_000_00, 20_000_00), {0: Money.of("30000")})
    assert (near.lower.minimum, near.lower.more) == (Money.of("24000"), 1)
    assert rules.count([reference(100_000)], each_of(20_000_00), {0: Money.of("30000")}).lower is None


@given(
    st.lists(st.integers(1, 500), max_size=5), st.lists(st.none() | st.integers(0, 50_000_000), max_size=12)
)
def test_what_is_promised_holds(euros, largest):
    demands = [reference(each * 1000) for each in euros]
    known = each_of(*largest)
    found = rules.count(demands, known)
    assert found.meeting <= len(largest)
    if found.lower is not None:
        eased = [
            reference(found.lower.minimum.minor // 100) if each is found.lower.demand else each
            for each in demands
        ]
        assert rules.count(eased, known).meeting == found.meeting + found.lower.more


def test_turnover_and_insurance_count_once_somebody_told_them():
    why = "Omdat het nodig is."
    asked = [
        DemandFacts("slc-stand-to-gen", "Omzet", why, why, 100), DemandFacts(INSURANCE, "Verzekerd", why, why, 50),
    ]  # fmt: skip
    silent, able, poor = Known(), Known(turnover=100, insured=50), Known(turnover=99, insured=0)
    nobody = rules.count(asked, [silent, silent])
    assert (nobody.meeting, nobody.unknown, list(nobody.judged)) == (2, 0, [])
    some = rules.count(asked, [silent, able, poor])
    assert (some.meeting, some.unknown, len(some.judged)) == (1, 1, 2)
    assert some.lower is None
