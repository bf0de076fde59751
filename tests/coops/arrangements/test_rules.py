from datetime import date

import pytest

from coops.arrangements import errors, rules
from coops.arrangements.rules import Delivered, Side, Taken, Terms, Told
from coops.commitments.rules import Kept
from coops.support.rules import Kind, OfferFacts

DAY, END, AFTER = date(2026, 9, 1), date(2027, 2, 28), date(2027, 3, 1)
OFFER = OfferFacts(
    Kind.EXPERTISE, "Jurist", "", 40, 0, 95_00, "Tarief", None, False, date(2026, 9, 1), date(2027, 8, 31)
)


def test_terms_stay_within_the_offer_and_come_to_totals():
    terms = Terms(10, date(2026, 9, 1), END, 10_00, 95_00, "Tarief")
    assert rules.check_terms(terms, OFFER, DAY) == (10, 100_00, 950_00)
    with pytest.raises(errors.OutsideOffer):
        rules.check_terms(Terms(10, date(2026, 9, 1), date(2027, 9, 1), 0, 95_00, "Tarief"), OFFER, DAY)


def test_premises_are_taken_where_days_meet_and_hours_for_good():
    agreed = [Taken(60, date(2026, 1, 1), date(2026, 12, 31)), Taken(30, date(2027, 1, 1), date(2027, 6, 30))]
    assert rules.taken("premises", agreed, date(2026, 12, 31), date(2026, 12, 31)) == 60
    assert rules.taken("expertise", agreed, date(2030, 1, 1), date(2030, 2, 1)) == 90
    rules.check_capacity(10, 100, 90)
    with pytest.raises(errors.OverCapacity) as refused:
        rules.check_capacity(11, 100, 90)
    assert refused.value.facts["left"] == 10


def line(amount, day, confirmed=True):
    return Delivered(amount, day, confirmed)


def test_a_promise_is_kept_late_broken_or_waits_for_the_receiver():
    def state(lines, closed_on=None, by=None, today=AFTER):
        return rules.standing(END, 10, rules.progress(10, lines), closed_on, by, today)

    assert state([line(10, END)]) is Kept.KEPT
    assert state([line(4, DAY), line(6, AFTER)]) is Kept.LATE
    assert state([line(9, DAY)]) is Kept.BROKEN
    assert state([line(9, DAY)], today=END) is Kept.OPEN
    assert state([line(4, DAY), line(6, END, None)]) is Kept.OPEN
    assert state([line(4, DAY), line(6, END, False)]) is Kept.BROKEN
    assert state([line(10, END), line(-1, END)]) is Kept.BROKEN
    assert state([], closed_on=END, by=Side.GIVER) is Kept.WITHDRAWN
    assert state([], closed_on=AFTER, by=Side.GIVER) is Kept.BROKEN
    assert state([], closed_on=AFTER, by=Side.RECEIVER) is Kept.WITHDRAWN


def test_a_delivery_is_of_a_day_that_has_been_and_not_more_than_agreed():
    days = {"first": DAY, "last": END, "recorded": 8, "units": 10}
    rules.check_delivery(2, END, **days)
    for amount, day, fault in (
        (3, END, errors.TooMuchDelivered), (0, END, errors.DeliveryAmountWrong), (-2, END, errors.DeliveryAmountWrong),
        (1, AFTER, errors.DeliveryDayWrong), (1, date(2026, 8, 31), errors.DeliveryDayWrong),
    ):  # fmt: skip
        with pytest.raises(fault):
            rules.check_delivery(amount, day, **days)
    assert rules.correction(5, 2, recorded=8, units=10) == -3
    assert rules.correction(5, 7, recorded=8, units=10) == 2
    for right, fault in (
        (5, errors.NothingCorrected),
        (-1, errors.DeliveryAmountWrong),
        (8, errors.TooMuchDelivered),
    ):
        with pytest.raises(fault):
            rules.correction(5, right, recorded=8, units=10)


def test_a_second_person_confirms_who_neither_delivered_nor_coaches():
    ok = {"recorded_by_id": 1, "coaches": [3], "works_for_giver": False}
    assert rules.may_confirm(2, **ok)
    assert not rules.may_confirm(1, **ok)
    assert not rules.may_confirm(3, **ok)
    assert not rules.may_confirm(2, **{**ok, "works_for_giver": True})


def test_the_report_hides_fewer_than_five_places_with_their_euros():
    told = [
        Told("expertise", "School", 3, 285_00, Kept.KEPT), Told("expertise", "School", 2, 190_00, Kept.BROKEN),
        Told("training", "School", 4, 400_00, Kept.LATE), Told("training", "Gemeente", 5, 500_00, Kept.OPEN),
    ]  # fmt: skip
    assert rules.report(told) == [
        ("expertise", "School", 5, 475_00, 2, 1, 1), ("training", "Gemeente", 5, 500_00, 1, 0, 0),
        ("training", "School", None, None, 1, 1, 0),
    ]  # fmt: skip
    assert rules.share(100, 1, 3) == 33
