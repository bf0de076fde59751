from dataclasses import astuple, replace
from datetime import UTC, date, datetime
from itertools import combinations
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coops.experience.rules import ContractJob, JobFacts
from cwb.kernel.money import Money
from procurement.demands.gateway import table
from procurement.demands.rules import DemandFacts
from procurement.lots.rules import HOUR, WEEKS, Candidate, Nearness
from procurement.matching import rules
from procurement.matching.rules import Answer, Group, Standing, Work

ON = date(2026, 9, 1)
LATER = datetime(2026, 10, 1, 10, tzinfo=UTC)
YEAR = Money.of("82800")
"""Forty hours a week: 40 x 46 x 45 euro."""


def firm(name="Ons", hours=None, largest=None, key=None, place="FB", jobs=(), sectors=("cleaning",)):
    cents = None if largest is None else largest * 100
    return Candidate(
        name, uuid4(), sectors, False, cents, hours, jobs, key or abs(hash(name)), place, serves=(place,)
    )


def work(needed=YEAR, demands=(), place=None, lot=1, sector="cleaning", closes_at=LATER, cpv="90910000"):
    return Work(1, "T-2026-0001", lot, "Werk", "Koper", sector, cpv, place, needed, demands, closes_at)


def reference(euro, number=1):
    return DemandFacts("slc-abil-ref-services", "Werk", "Nodig.", "", euro * 100, number)


def job(euro):
    return JobFacts("Werk", "Voor", euro * 100, "90919300", date(2024, 1, 1))


def found(one, of):
    return rules.match(one, of, table(), ON)


def teams(us, of, *others):
    return [sorted(each.name for each in team.members) for team in rules.teams(us, of, others, table(), ON)]


def test_another_kind_of_work_is_no_match():
    assert found(firm(sectors=("green",)), work()) is None
    assert found(firm(), work(sector=None)) is None


def test_the_size_is_the_hours_or_the_largest_contract():
    assert found(firm(hours=40), work()).standing is Standing.FITS
    assert found(firm(hours=39), work()).standing is Standing.TOGETHER
    assert found(firm(hours=1, largest=82_800), work()).standing is Standing.FITS
    assert found(firm(), work()).standing is Standing.UNKNOWN


def test_a_value_that_is_not_published_says_nothing_of_size():
    one = found(firm(hours=1), work(needed=None))
    assert (one.standing, one.is_large_enough) == (Standing.UNKNOWN, None)


def test_a_demand_is_met_lacking_or_not_known():
    asked = [reference(50_000)]
    assert found(firm(hours=99, largest=60_000), work(demands=asked)).standing is Standing.FITS
    lacks = found(firm(hours=99, jobs=(job(10_000),)), work(demands=asked))
    assert (lacks.standing, lacks.asked[0].answer, lacks.asked[0].most) == (
        Standing.TOGETHER, Answer.LACKS, 10_000_00,
    )  # fmt: skip
    assert found(firm(hours=99), work(demands=asked)).standing is Standing.UNKNOWN


def test_a_demand_nobody_can_judge_is_named_and_stops_nothing():
    paper = DemandFacts("slc-sche-env-cert-indep", "ISO", "Nodig.")
    one = found(firm(hours=40), work(demands=[paper]))
    assert (one.standing, one.asked[0].answer) == (Standing.FITS, Answer.UNKNOWN)


def test_what_fits_stands_first_then_near_then_soon():
    soon = datetime(2026, 9, 5, 10, tzinfo=UTC)
    works = [
        work(lot=1, needed=Money.of("900000")), work(lot=2, place="FC"), work(lot=3, place="FB"),
        work(lot=4, closes_at=soon),
    ]  # fmt: skip
    order = [each.work.lot for each in rules.matches(firm(hours=40), works, table(), ON)]
    assert order == [4, 3, 2, 1]


def test_hours_of_two_are_added_up():
    assert teams(firm(hours=20), work(), firm("Twee", 20), firm("Drie", 19)) == [["Ons", "Twee"]]


def test_who_can_do_it_alone_is_a_competitor():
    assert teams(firm(hours=20), work(), firm("Groot", 40)) == []
    assert teams(firm(hours=40), work(), firm("Twee", 20)) == []


def test_three_only_where_two_cannot_and_nobody_is_in_it_for_nothing():
    others = [firm("Twee", 14), firm("Drie", 14), firm("Vier", 1)]
    assert teams(firm(hours=14), work(), *others) == [["Drie", "Ons", "Twee"]]
    assert teams(firm(hours=14), work(), *others, firm("Vijf", 26)) == [["Ons", "Vijf"]]


def test_a_demand_may_be_met_by_a_partner():
    asked = [reference(50_000)]
    able = firm("Ervaren", 5, jobs=(job(60_000),))
    assert teams(firm(hours=40, jobs=(job(1_000),)), work(demands=asked), able) == [["Ervaren", "Ons"]]


def test_what_was_delivered_here_counts_beside_a_profile_without_jobs():
    here = ContractJob(*astuple(job(60_000)), contract="C-2026-0001")
    asked = [reference(50_000)]
    assert found(firm(hours=99, largest=10_000), work(demands=asked)).standing is Standing.TOGETHER
    one = found(firm(hours=99, largest=10_000, jobs=(here,)), work(demands=asked))
    assert (one.standing, one.asked[0].most) == (Standing.FITS, 60_000_00)
    larger = found(firm(hours=99, largest=70_000, jobs=(here,)), work(demands=asked))
    assert larger.asked[0].most == 70_000_00, "a contract here hides no larger job of the profile"
    two = [reference(50_000, 2)]
    assert found(firm(hours=99, jobs=(here,)), work(demands=two)).standing is Standing.UNKNOWN
    assert found(firm(hours=99, jobs=(here, job(50_000))), work(demands=two)).standing is Standing.FITS


def test_references_of_partners_add_up_in_number():
    asked = [reference(50_000, 2)]
    us, other = firm(hours=40, jobs=(job(60_000),)), firm("Twee", 1, jobs=(job(50_000),))
    assert teams(us, work(demands=asked), other) == [["Ons", "Twee"]]
    assert teams(us, work(demands=[reference(50_000, 3)]), other) == []


def test_where_it_works_is_what_it_ticked_and_not_where_it_sits():
    ticked = Candidate("Ons", uuid4(), ("cleaning",), False, None, 40, place_code=None, serves=("FB", "FC"))
    assert found(ticked, work(place="FC")).near is Nearness.HERE
    assert found(ticked, work(place="FD")).near is Nearness.ELSEWHERE
    assert found(replace(ticked, place_code="FD"), work(place="FD")).near is Nearness.ELSEWHERE
    everywhere = replace(ticked, serves=())
    assert found(everywhere, work(place="FD")).near is Nearness.ANYWHERE
    assert found(replace(everywhere, place_code="FD"), work(place="FD")).near is Nearness.HERE
    assert found(everywhere, work()).near is Nearness.ANYWHERE, "nobody sits in no wijk"


@pytest.mark.parametrize(
    ("hours", "largest", "standing", "has_hours", "did"),
    [
        (40, 60_000, Standing.FITS, True, False),
        (39, 60_000, Standing.TOGETHER, False, False),
        (None, 60_000, Standing.UNKNOWN, None, False),
        (39, 82_800, Standing.FITS, False, True),
        (39, None, Standing.TOGETHER, False, None),
    ],
)
def test_a_small_largest_job_is_an_obstacle_neither_alone_nor_together(
    hours, largest, standing, has_hours, did
):
    alone = found(firm(hours=hours, largest=largest), work())
    both = [firm(hours=hours, largest=largest), firm("Twee", hours and 0, largest)]
    for one in (alone, rules.combined(both, work(), table(), ON)):
        assert (one.standing, one.has_hours, one.did_as_large) == (standing, has_hours, did)


def test_a_team_is_said_to_be_there_exactly_where_one_is_found():
    us, small, large = firm(hours=20), firm("Klein", 5), firm("Groot", 30)
    for others in ([], [small], [large], [small, large]):
        assert rules.has_team(us, work(), others, table(), ON) == bool(teams(us, work(), *others))
    assert rules.has_team(us, work(), [large], table(), ON)


def test_a_partner_of_the_place_stands_before_one_with_more_hours():
    of = work(place="FC")
    near, far = firm("Dichtbij", 20, place="FC"), firm("Ver", 30)
    assert teams(firm(hours=20), of, far, near) == [["Dichtbij", "Ons"], ["Ons", "Ver"]]


@pytest.mark.parametrize(
    ("hours", "is_barred", "has_team", "group"),
    [
        (40, False, False, Group.FITS),
        (39, False, True, Group.TOGETHER),
        (39, False, False, Group.LARGE),
        (None, False, True, Group.UNKNOWN),
        (40, True, True, Group.BARRED),
        (39, True, True, Group.BARRED),
        (None, True, False, Group.BARRED),
    ],
)
def test_under_which_heading_a_lot_stands(hours, is_barred, has_team, group):
    asked = []
    one = found(firm(hours=hours), work())
    assert rules.group(one, is_barred=is_barred, has_team=lambda it: asked.append(it) or has_team) is group
    assert len(asked) == (group in {Group.TOGETHER, Group.LARGE}), "teams are sought only where they matter"


def test_lots_that_nobody_serves_stand_first():
    firms = [firm("Een", 20), firm("Twee", 20), firm("Drie")]
    works = [work(), work(lot=2, needed=Money.of("900000")), work(lot=3, needed=Money.of("41400"))]
    one, two, three = rules.supply(works, firms, table(), ON)
    assert (one.work.lot, one.fits, one.unknown, one.together, one.is_served) == (2, 0, 1, 2, False)
    assert (two.work.lot, two.fits, two.is_served) == (1, 0, True)
    assert (three.work.lot, three.fits, three.is_served) == (3, 2, True)


def test_hours_are_rounded_up():
    assert rules.hours_of(YEAR) == 40
    assert rules.hours_of(YEAR + Money(1)) == 41


@given(st.lists(st.integers(0, 45), min_size=1, max_size=6), st.integers(1, 45))
def test_a_team_carries_the_lot_and_no_part_of_it_does(hours, own):
    us = firm(hours=own)
    others = [firm(f"F{number}", each, key=number + 2) for number, each in enumerate(hours)]
    for team in rules.teams(us, work(), others, table(), ON):
        assert team.members[0] is us
        assert sum(each.weekly_hours for each in team.members) * WEEKS * HOUR.minor >= YEAR.minor
        for part in combinations(team.members, len(team.members) - 1):
            assert sum(each.weekly_hours for each in part) * WEEKS * HOUR.minor < YEAR.minor
