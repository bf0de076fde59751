"""The border of a wijk, where a file has its buurten: what they share is left out, and it is drawn thicker."""

from itertools import pairwise

from cwb.boundaries import rules
from cwb.boundaries.gateway import find_outlines, keep
from cwb.boundaries.rules import Feature
from cwb.config import Config
from cwb.places.gateway import area_pack
from cwb.web.charts import Tile
from cwb.web.maps import Outlined, outline_map


def square(x, y, wide=1, high=1):
    return [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)]


def buurten():
    """The buurten of each wijk in a row, the wijken under each other."""
    area = area_pack()
    rows = {code: row for row, code in enumerate(area.wijken)}
    seen = dict.fromkeys(rows, 0)
    found = []
    for code, each in area.buurten.items():
        found.append(
            Feature(
                "buurt", code, [square(4 + seen[each.wijk] / 100, 52 + rows[each.wijk] / 100, 0.01, 0.01)]
            )
        )
        seen[each.wijk] += 1
    return found


def test_the_ring_around_places_beside_each_other_leaves_out_what_they_share():
    (ring,) = rules.around([square(0, 0), square(1, 0), square(0, 1)])
    assert ring[0] == ring[-1]
    assert {frozenset(step) for step in pairwise(ring)} == {
        frozenset(step)
        for step in pairwise([(0, 0), (1, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2), (0, 1), (0, 0)])
    }
    apart = rules.around([square(0, 0), square(5, 5)])
    assert sorted(map(len, apart)) == [5, 5]
    hole = [(1, 1), (1, 2), (2, 2), (2, 1), (1, 1)]
    assert rules.around([square(0, 0, 3, 3), hole, square(1, 1)]) == [square(0, 0, 3, 3)]


def test_borders_of_wijken_are_kept_with_buurten_and_are_not_there_with_wijken(tmp_path):
    found = rules.outlines(buurten(), area_pack())
    assert set(found.borders) == set(area_pack().wijken)
    assert all(len(those) == 1 for those in found.borders.values())
    config = Config(data_dir=tmp_path)
    keep(config, found)
    assert find_outlines(config) == found
    whole = [
        Feature("wijk", code, [square(4 + row / 100, 52, 0.01, 0.01)])
        for row, code in enumerate(area_pack().wijken)
    ]
    assert rules.outlines(whole, area_pack()).borders == {}


def test_a_border_is_drawn_over_every_place_and_words_are_not_links_twice():
    tile = Tile("FA", "Een", 0, 0, "1%", 2, "/x")
    chart = outline_map(
        [Outlined(tile, [square(0, 0), square(1, 0)], [square(0, 0, 2, 1)])], width=2, height=1
    )
    kinds = [shape.attributes["class"] for shape in chart.wide.shapes if shape.tag == "path"]
    assert kinds == ["cwb-tile cwb-tile--2", "cwb-border cwb-border--under", "cwb-border"]
    assert all(not shape.href for shape in chart.wide.shapes if "cwb-border" in shape.attributes["class"])
