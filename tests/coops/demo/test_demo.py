from coops.demo.demo import _serves
from cwb.places.gateway import area_pack


def test_cooperatives_of_the_example_tick_their_own_wijk_and_some_beside_it_and_one_in_four_none():
    codes = sorted(area_pack().wijken)
    for place in codes:
        one, two, three, none = (_serves(place, number) for number in range(4))
        assert (len(one), len(two), len(three), none) == (2, 3, 4, [])
        assert {each[0] for each in (one, two, three)} == {place}
        assert set(three) <= set(codes)
