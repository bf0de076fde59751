from dataclasses import replace
from datetime import date

import pytest

from coops.property import errors, gateway, rules
from coops.property.rules import CriterionTest, Deal, Demand, NoticeFacts, Stage

DAY = date(2026, 9, 1)
LONG = "Huur voor buurtwerk telt 60, ervaring telt 40, elk met punten."
FACTS = NoticeFacts(Deal.LEASE, "Plein 1", "FB", 240, "Buurtwerk", LONG, "")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"title": " "}, errors.TextMissing), ({"use": ""}, errors.TextMissing), ({"place_code": ""}, errors.PlaceMissing),
        ({"area": -1}, errors.AreaWrong), ({"area": 0}, errors.AreaWrong), ({"criteria": "Wie wij willen"}, errors.ReasonTooShort),
        ({"sole_reason": "Wij kennen ze"}, errors.ReasonTooShort), ({"sole_reason": LONG}, errors.PointsForOne),
    ],
)  # fmt: skip
def test_a_notice_names_what_where_and_testable_criteria(change, fault):
    rules.check_notice(FACTS)
    rules.check_notice(replace(FACTS, sole_reason=LONG, criteria=LONG.replace("punten", "tellen")))
    with pytest.raises(fault):
        rules.check_notice(replace(FACTS, **change))


def test_the_last_day_is_in_time_and_terms_are_dated():
    window = rules.window_on(gateway.windows("nieuw_west"), DAY)
    closes = window.closes_on(DAY)
    assert (closes, window.decide_by(DAY)) == (date(2026, 10, 13), date(2026, 11, 10))
    assert not window.certain
    free = {"withdrawn": False, "decided": False}
    assert rules.stage(None, today=DAY, **free) is Stage.DRAFT
    assert rules.stage(closes, today=closes, **free) is Stage.OPEN
    assert rules.stage(closes, today=date(2026, 10, 14), **free) is Stage.DECIDING
    assert rules.stage(closes, today=DAY, withdrawn=False, decided=True) is Stage.DECIDED
    assert rules.stage(closes, today=DAY, withdrawn=True, decided=False) is Stage.WITHDRAWN
    with pytest.raises(errors.WindowMissing):
        rules.window_on(gateway.windows("nieuw_west"), date(2023, 3, 22))
    with pytest.raises(errors.WrongMoment):
        rules.check_stage(Stage.OPEN, Stage.DECIDING)
    with pytest.raises(errors.SecondPerson):
        rules.check_second(1, 1)


@pytest.mark.parametrize("lacks", [None, *Demand])
def test_one_demand_that_is_not_met_keeps_it_from_the_public(lacks):
    meets = frozenset(Demand) - {lacks}
    wanted = rules.to_test(" Huur \n\nUren", "")
    tests = [
        CriterionTest("Huur", frozenset(Demand), "Na te rekenen."),
        CriterionTest("Uren", meets, "Na te tellen."),
    ]
    assert rules.all_pass(wanted, tests) is (lacks is None)
    assert rules.to_test("Huur", "Er is er één") == ["Huur", "Er is er één"]
