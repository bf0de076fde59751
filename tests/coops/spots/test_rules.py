from coops.spots import rules
from coops.spots.rules import Spot

TILES = {"FA": (1, 2), "FB": (2, 2), "FC": (5, 5)}


def spot(name, *sectors, wijk=None):
    return Spot("NWE", f"CODE{name[:4].upper()}", 1, None, name, sectors, wijk, None)


def test_who_sells_two_kinds_counts_for_both_and_what_went_back_for_nothing():
    wants = rules.interests([(("food", "catering", "food"), 500), (("food",), 200), (("ict",), 0), ((), 900)])
    assert wants == {"food": 700, "catering": 500}


def test_what_is_bought_most_stands_first_then_what_is_near_then_the_name():
    here = [
        spot("Zon", "energy", wijk="FB"), spot("Bos", "green", wijk="FC"), spot("Aap", "green", wijk="FA"),
        spot("Noot", "green"), spot("Brood", "food", "catering", wijk="FC"), spot("Mies", "green", wijk="FA"),
    ]  # fmt: skip
    found = rules.ranked(here, {"food": 100, "catering": 300}, "FB", TILES)
    assert [each.spot.name for each in found] == ["Brood", "Zon", "Aap", "Mies", "Bos", "Noot"]
    assert (found[0].sector, found[0].bought) == ("catering", 300)
    assert [each.steps for each in found] == [3, 0, 1, 1, 3, None]
    assert rules.ranked(reversed(here), {"food": 100, "catering": 300}, "FB", TILES) == found


def test_a_wijk_that_is_not_known_is_no_distance():
    assert rules.steps(None, "FA", TILES) is None
    assert rules.steps("FA", "XX", TILES) is None
    assert rules.steps("FA", "FA", TILES) == 0
