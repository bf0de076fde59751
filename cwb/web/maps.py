"""A map of boundaries as plain SVG shapes, beside the map of tiles; nothing is computed here but places."""

from collections.abc import Sequence
from dataclasses import dataclass

from cwb.web.charts import Tile
from cwb.web.drawings import NARROW, WIDE, Chart, Drawing, Shape

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Outlined:
    """One place: the tile it would be, its rings and where its words stand, in units of the map."""

    tile: Tile
    rings: Sequence[Sequence[Point]]
    label: Point


def outline_map(places: Sequence[Outlined], *, width: float, height: float) -> Chart:
    """Every place within its boundary, shaded as its tile; a map never mirrors. Names stand in the table."""

    def draw(across: int) -> Drawing:
        scale = across / width
        shapes: list[Shape] = []
        for each in places:
            shapes += _drawn(each, scale)
        return Drawing(across, round(height * scale) + 2, tuple(shapes))

    return Chart("tiles", draw(WIDE), draw(NARROW))


def _drawn(place: Outlined, scale: float) -> list[Shape]:
    tile, step = place.tile, "none" if place.tile.step is None else place.tile.step
    lines = " ".join(
        "M" + " L".join(f"{x * scale:.1f} {y * scale:.1f}" for x, y in ring[:-1]) + " Z"
        for ring in place.rings
    )
    words = f"cwb-tile-text cwb-tile-text--{step} cwb-tile-code"
    across, down = place.label[0] * scale, place.label[1] * scale
    field = {"class": f"cwb-tile cwb-tile--{step}", "d": lines, "fill-rule": "evenodd"}
    if tile.step is None:
        field["fill"] = "url(#cwb-hatch)"
    return [
        Shape("path", field, href=tile.href),
        *(
            Shape(
                "text", {"class": words, "x": f"{across:.1f}", "y": f"{down + move:.1f}", "text-anchor": "middle"},
                text, tile.href,
            )
            for move, text in ((-2, tile.code), (16, tile.text))
        ),
    ]  # fmt: skip
