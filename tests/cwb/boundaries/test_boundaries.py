"""Boundaries: what is refused, what is kept, and how close a simplified line stays."""

import json
import os
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cwb import paths
from cwb.boundaries import rules
from cwb.boundaries.commands import area as command
from cwb.boundaries.errors import BoundariesRefused, BoundariesUnreadable
from cwb.boundaries.gateway import find_outlines, read_features
from cwb.boundaries.rules import Feature
from cwb.boundaries.views import boundary_map
from cwb.config import Config
from cwb.places.gateway import area_pack
from cwb.web.charts import Tile
from cwb.web.maps import Outlined, outline_map


def square(x: float, y: float, size: float = 0.01) -> list[tuple[float, float]]:
    return [(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]


def wijken() -> list[Feature]:
    return [
        Feature("wijk", code, [square(4.75 + 0.01 * number, 52.35)])
        for number, code in enumerate(area_pack().wijken)
    ]


def test_a_whole_area_is_drawn_in_its_own_proportion():
    found = rules.outlines(wijken(), area_pack())
    assert found.level == "wijk"
    assert set(found.rings) == set(area_pack().wijken)
    first = next(iter(found.rings.values()))[0]
    assert len(first) == 5
    wide = max(x for x, _ in first) - min(x for x, _ in first)
    tall = max(y for _, y in first) - min(y for _, y in first)
    assert 1.6 < tall / wide < 1.7  # a degree north is 1 / cos(52.355°) as long as one east


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda found: found[1:], "ontbreekt: FA"),
        (lambda found: [*found, found[0]], "twee keer: FA"),
        (lambda found: [*found, Feature("wijk", "ZZ", found[0].rings)], "onbekende code: ZZ"),
        (lambda found: [*found[:-1], Feature("buurt", "FQ01", found[0].rings)], "niet allebei"),
        (
            lambda found: [*found, Feature("", "", found[0].rings)],
            "geen code. Een van deze eigenschappen is nodig: buurt_code",
        ),
        (lambda found: [Feature("", "", each.rings) for each in found], "wijk_code"),
        (lambda found: [Feature("wijk", "FA", [square(4, 52)[:-1]]), *found[1:]], "niet gesloten: FA"),
        (lambda found: [Feature("wijk", "FA", [square(112_000, 487_000)]), *found[1:]], "WGS84"),
        (lambda found: [Feature("wijk", "FA", [square(4, 52, 0)]), *found[1:]], "zonder oppervlak: FA"),
        (lambda found: [Feature("wijk", "FA", []), *found[1:]], "geen grens: FA"),
        (lambda found: [Feature("wijk", "FA", [square(9, 52)]), *found[1:]], "groter dan"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(change, fault):
    with pytest.raises(BoundariesRefused) as told:
        rules.outlines(change(wijken()), area_pack())
    assert fault in told.value.text()


@given(st.lists(st.tuples(st.floats(0, 1000), st.floats(0, 1000)), min_size=3, max_size=40))
def test_a_simplified_ring_stays_closed_and_close(points):
    ring = [*points, points[0]]
    found = rules.simplified(ring, rules.TOLERANCE)
    assert found[0] == found[-1]
    for point in ring:
        near = min(rules._off(point, a, b) for a, b in pairwise(found))
        assert near <= rules.TOLERANCE + 0.1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"features": [{}]}', '{"features": [{"properties": {}, "geometry": null}]}',
    '{"features": [{"properties": {"code": "FA"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}]}'])  # fmt: skip
def test_what_is_no_geojson_is_unreadable(tmp_path, text):
    path = tmp_path / "x.geojson"
    path.write_text(text)
    with pytest.raises(BoundariesUnreadable):
        read_features(path)


def test_a_file_is_imported_by_a_command_and_drawn_on_the_map(tmp_path, monkeypatch, app, client):
    config: Config = app.extensions["cwb.config"]
    monkeypatch.setenv("CWB_DATA", str(config.data_dir))
    features = [
        {"type": "Feature", "properties": {"wijk_code": each.code},
         "geometry": {"type": "Polygon", "coordinates": each.rings}}
        for each in wijken()
    ]  # fmt: skip
    path = tmp_path / "wijken.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    assert find_outlines(config) is None
    answer = CliRunner().invoke(command, ["import-boundaries", str(path), "--json", "--source", "CBS"])
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.output) == {"level": "wijk", "places": 15, "points": 75, "kept": 75}
    assert len(find_outlines(config).rings) == 15
    with app.test_request_context():
        drawn = boundary_map([Tile("FA", "Sloterdijk", 0, 0, "1", 1)])
    assert drawn.credit == "CBS"
    path.write_text(json.dumps({"features": features[1:]}))
    assert CliRunner().invoke(command, ["import-boundaries", str(path)]).exit_code == 1
    assert CliRunner().invoke(command, ["import-boundaries", str(tmp_path / "none")]).exit_code == 2
    assert len(find_outlines(config).rings) == 15


def test_real_boundaries_lose_points_and_no_place():
    given = os.environ.get("CWB_SHARED")
    folder = (Path(given) if given else paths.PACKAGE.parent.parent / "shared") / "data" / "geo"
    if not folder.is_dir():
        pytest.skip("sample boundaries are not here")
    for name in ("wijken", "buurten"):
        features = read_features(folder / f"nieuw_west_{name}_2022.geojson")
        found = rules.outlines(features, area_pack())
        before = sum(len(ring) for each in features for ring in each.rings)
        after = sum(len(ring) for those in found.rings.values() for ring in those)
        assert after < before * 0.6
        assert all(found.rings.values())


def test_on_the_map_a_wijk_without_a_figure_is_hatched_and_no_other():
    ring = [(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 0.0)]
    tiles = [Tile("FB", "Geuzenveld", 0, 0, "–"), Tile("FC", "Slotermeer", 1, 0, "3%", 1)]
    found = outline_map([Outlined(each, [ring]) for each in tiles], width=9, height=9)
    fills = [each.attributes.get("fill") for each in found.wide.shapes if each.tag == "path"]
    assert fills == ["url(#cwb-hatch)", None]
