"""The boundaries of the area as a drawing for pages of others."""

from collections.abc import Sequence

from flask import current_app

from cwb.boundaries.gateway import find_outlines, stamp
from cwb.boundaries.rules import WIDTH
from cwb.web.charts import Tile
from cwb.web.drawings import Chart
from cwb.web.maps import Outlined, outline_map


def boundary_map(shown: Sequence[Tile]) -> Chart | None:
    """What a map of tiles shows, within the boundaries that were imported; None where none were."""
    found = find_outlines(current_app.extensions["cwb.config"])
    if found is None:
        return None
    places = [
        Outlined(each, found.rings[each.code], found.borders.get(each.code, ()))
        for each in shown
        if found.rings.get(each.code)
    ]
    return outline_map(places, width=WIDTH, height=found.height, credit=found.source)


def boundaries_stamp() -> int:
    """What a kept page with a `boundary_map` in it depends on besides its figures."""
    return stamp(current_app.extensions["cwb.config"])
