"""A map of boundaries as plain SVG shapes, beside the map of tiles; nothing is computed here but places."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from cwb.web.charts import Tile
from cwb.web.drawings import LINE, NARROW, WIDE, Chart, Drawing, Shape, length

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Outlined:
    """One place: the tile it would be, and its rings in units of the map.

    `border`: the rings around it, where its own are those of smaller places within it.
    """

    tile: Tile
    rings: Sequence[Sequence[Point]]
    border: Sequence[Sequence[Point]] = ()


def outline_map(places: Sequence[Outlined], *, width: float, height: float, credit: str = "") -> Chart:
    """Every place within its boundary, shaded as its tile; a map never mirrors. Names stand in the table.

    Where smaller places are drawn within it, its own border is the thicker line.

    A figure that is wider than its place stands in the table alone: over a neighbour it would be read as that one's.
    """

    def draw(across: int) -> Drawing:
        scale = across / width
        shapes: list[Shape] = []
        for each in places:
            shapes += _drawn(each, scale)
        for kind in (
            "cwb-border cwb-border--under",
            "cwb-border",
        ):  # a light line under a dark one: seen on any shade
            shapes += [
                Shape("path", {"class": kind, "d": _lines(each.border, scale)})
                for each in places
                if each.border
            ]
        return Drawing(across, round(height * scale) + 2, tuple(shapes))

    return Chart("tiles", draw(WIDE), draw(NARROW), credit)


def _drawn(place: Outlined, scale: float) -> list[Shape]:
    tile, step = place.tile, "none" if place.tile.step is None else place.tile.step
    words = f"cwb-tile-text cwb-tile-text--{step} cwb-tile-code"
    (start, end), down = _spot(place.rings, LINE / scale)
    field = {"class": f"cwb-tile cwb-tile--{step}", "d": _lines(place.rings, scale), "fill-rule": "evenodd"}
    if tile.step is None:
        field["fill"] = "url(#cwb-hatch)"
    fits = length(tile.text) <= (end - start) * scale
    across = f"{(start + end) / 2 * scale:.1f}"
    return [
        Shape("path", field, href=tile.href, title=f"{tile.code} {tile.name}: {tile.text}"),
        *(
            Shape(
                "text", {"class": words, "x": across, "y": f"{down * scale + move:.1f}", "text-anchor": "middle"},
                text, tile.href,
            )
            for move, text in (((-2, tile.code), (LINE - 2, tile.text)) if fits else ((6, tile.code),))
        ),
    ]  # fmt: skip


def _lines(rings: Sequence[Sequence[Point]], scale: float) -> str:
    return " ".join(
        "M" + " L".join(f"{x * scale:.1f} {y * scale:.1f}" for x, y in ring[:-1]) + " Z" for ring in rings
    )


def _spot(rings: Sequence[Sequence[Point]], reach: float) -> tuple[Point, float]:
    """Where two lines of words have most room in a place: from where to where, and how far down.

    `reach`: how far they go up and down.
    """
    downs = [y for ring in rings for _x, y in ring]
    top, high = min(downs), max(downs) - min(downs)
    spots = [(_widest(rings, y, reach), y) for y in (top + high * part / 24 for part in range(1, 24))]
    return max(spots, key=lambda spot: (round(spot[0][1] - spot[0][0]), -abs(spot[1] - top - high / 2)))


def _widest(rings: Sequence[Sequence[Point]], y: float, reach: float) -> Point:
    """The longest stretch that lies in the rings at three heights; of the middle one where there is none."""
    stretches = [_cut(rings, each) for each in (y - reach, y, y + reach)]
    shared = [
        (max(start for start, _ in those), min(end for _, end in those)) for those in product(*stretches)
    ]
    return max(
        [each for each in shared if each[1] > each[0]]
        or [((a + b) / 2,) * 2 for a, b in stretches[1]]
        or [(0.0, 0.0)],
        key=lambda each: each[1] - each[0],
    )


def _cut(rings: Sequence[Sequence[Point]], y: float) -> list[Point]:
    """The stretches of a level line that lie within rings."""
    met = sorted(
        a[0] + (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1])
        for ring in rings
        for a, b in pairwise(ring)
        if (a[1] > y) != (b[1] > y)
    )
    return list(zip(met[::2], met[1::2], strict=True))
