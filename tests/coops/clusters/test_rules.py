import random
import time
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from coops.clusters import rules
from coops.clusters.rules import Reach, Release, Supply, Why, Wish

D = Decimal
DAY = date(2027, 1, 1)
TILES = {"FA": (1, 2), "FB": (2, 2), "FC": (2, 3), "FM": (4, 5), "FN": (5, 4)}
NORMS = {"meal_week": D("0.10"), "visit_year": D("1.5")}


def wish(number, anchor, place="FB", day=0, volume="40", unit="hour_week", **facts):
    much = None if volume is None else D(volume)
    return Wish(
        f"N-2026-{number:04}", (anchor,) if isinstance(anchor, int) else anchor, facts.pop("category", "cleaning"), place,
        DAY + timedelta(days=day), much, unit, **facts,
    )  # fmt: skip


def clustered(*wishes, reach=Reach.NEIGHBOURS):
    return rules.clusters(wishes, tiles=TILES, per_unit=NORMS, reach=reach)


def test_two_neighbours_make_a_cluster_and_each_says_why_it_is_in():
    (found,) = clustered(wish(1, 1, "FB", volume="80"), wish(2, 2, "FC", volume="45"))
    assert found.hours == 125
    assert found.key == "N-2026-0001"
    assert found.anchors == {1, 2}
    assert [(each.place_why, each.hours_why) for each in found.members] == [
        (Why.SAME_PLACE, Why.TOLD), (Why.NEIGHBOUR, Why.TOLD),
    ]  # fmt: skip


def test_one_anchor_is_no_cluster_and_a_shared_need_is():
    assert clustered(wish(1, 1), wish(2, 1)) == []
    (found,) = clustered(wish(1, (1, 2)))
    assert found.anchors == {1, 2}


def test_far_places_join_only_over_the_whole_area():
    far = wish(1, 1, "FA"), wish(2, 2, "FN")
    assert clustered(*far) == []
    assert clustered(wish(1, 1, "FB"), wish(2, 2, "FC"), reach=Reach.PLACE) == []
    (found,) = clustered(*far, reach=Reach.AREA)
    assert {each.place_why for each in found.members} == {Why.ANYWHERE}


def test_a_need_for_anywhere_joins_the_heaviest_and_is_in_one_cluster_only():
    found = clustered(
        wish(1, 1, "FB"), wish(2, 2, "FC"), wish(3, 3, "FM", volume="90"), wish(4, 4, "FN"), wish(5, 5, None)
    )
    assert [each.centre for each in found] == ["FM", "FB"]
    numbers = [member.wish.number for each in found for member in each.members]
    assert sorted(numbers) == sorted(set(numbers))
    assert found[0].members[-1].place_why is Why.ANYWHERE


def test_other_work_and_another_time_stay_apart():
    assert clustered(wish(1, 1), wish(2, 2, category="green")) == []
    edge = rules.LEEWAY.days
    assert len(clustered(wish(1, 1), wish(2, 2, day=edge))) == 1
    assert clustered(wish(1, 1), wish(2, 2, day=edge + 1)) == []


def test_hours_are_told_reckoned_or_not_known():
    assert rules.hours_of(wish(1, 1, volume="520", unit="hour_year"), NORMS) == (D("10.0"), Why.TOLD)
    assert rules.hours_of(wish(1, 1, volume="600", unit="meal_week"), NORMS) == (D("60.0"), Why.RECKONED)
    assert rules.hours_of(wish(1, 1, volume="300", unit="visit_year"), NORMS) == (D("8.7"), Why.RECKONED)
    assert rules.hours_of(wish(1, 1, volume="16", unit="object"), NORMS) == (None, Why.UNKNOWN)
    assert rules.hours_of(wish(1, 1, volume=None, unit=None), NORMS) == (None, Why.UNKNOWN)


def test_what_is_not_known_is_counted_as_such():
    (found,) = clustered(wish(1, 1, volume="16", unit="object"), wish(2, 2, volume="60"))
    assert (found.hours, found.unknown) == (60, 1)
    assert found.value is None


def test_values_bought_together_add_up():
    (found,) = clustered(wish(1, 1, value_low=100, value_high=200), wish(2, 2, value_low=10, value_high=20))
    assert found.value == (110, 220)


def test_the_values_of_the_buyers_are_set_beside_the_hours():
    (found,) = clustered(
        wish(1, 1, volume="80", value_low=13_000_000, value_high=16_000_000),
        wish(2, 2, volume="40", value_low=6_000_000, value_high=8_400_000),
    )
    assert rules.told_prices(found) == (D("30.45"), D("39.10")), "190,000 and 244,000 euro over 6,240 hours"
    (dark,) = clustered(wish(1, 1, value_low=1, value_high=2), wish(2, 2))
    assert rules.told_prices(dark) is None
    (vague,) = clustered(
        wish(1, 1, value_low=1, value_high=2), wish(2, 2, volume=None, value_low=1, value_high=2)
    )
    assert rules.told_prices(vague) is None


def test_it_starts_with_the_first_and_is_whole_with_the_last():
    (found,) = clustered(wish(1, 1, day=30), wish(2, 2, day=5))
    assert (found.first_start, found.all_from) == (DAY + timedelta(days=5), DAY + timedelta(days=30))


def test_the_present_contract():
    def stands(**facts):
        return rules.release(wish(1, 1, **facts), start=DAY, today=date(2026, 11, 1))

    assert stands() is Release.NONE
    assert stands(contract_ends_on=DAY) is Release.ENDS
    later = DAY + timedelta(days=1)
    assert stands(contract_ends_on=later, notice_on=date(2026, 11, 1)) is Release.NOTICE
    assert stands(contract_ends_on=later, notice_on=date(2026, 10, 31)) is Release.RUNS_ON
    assert stands(contract_ends_on=later) is Release.RUNS_ON


def test_what_nobody_serves():
    assert rules.unserved(D(120), Supply(40, 20, 1, 0)) == 80
    assert rules.unserved(D(20), Supply(40, 20, 1, 0)) == 0


def many(count):
    chance = random.Random(7)
    return [
        wish(
            number, chance.randrange(100), chance.choice([*TILES, None]), chance.randrange(1000),
            str(chance.randrange(1, 99)), category=chance.choice(["cleaning", "green", "catering"]),
        )
        for number in range(count)
    ]  # fmt: skip


def test_the_order_of_the_needs_does_not_matter():
    wishes = many(300)
    turned = wishes[::-1]
    assert clustered(*wishes) == clustered(*turned)
    hours = [each.hours for each in clustered(*wishes)]
    assert all(one >= other for one, other in pairwise(hours))


def test_ten_thousand_needs_are_put_together_in_five_seconds():
    wishes = many(10_000)
    begun = time.perf_counter()
    found = clustered(*wishes)
    assert time.perf_counter() - begun < 5
    assert sum(len(each.members) for each in found) <= 10_000
