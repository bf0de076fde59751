"""What charts are drawn with: shapes on a sheet, once wide and once narrow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

WIDE, NARROW = 704, 320
"""Widths of the two drawings, in units that are pixels at full size."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One SVG element: its name, its attributes, its text, the link around it, what a pointer on it tells."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    href: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes on a sheet."""

    width: int
    height: int
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The same chart for a desk and for a phone."""

    kind: str
    wide: Drawing
    narrow: Drawing
    credit: str = ""
    """Who made the lines of a map, where others did."""

    @property
    def linked(self) -> bool:
        """Whether a shape leads somewhere, so that the drawing is more than a picture."""
        return any(shape.href for shape in self.wide.shapes)


def plain(value: float) -> str:
    """A number as SVG reads it, to a tenth."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def both(kind: str, draw: Callable[[int], Drawing]) -> Chart:
    """The wide and the narrow drawing of one chart."""
    return Chart(kind, draw(WIDE), draw(NARROW))


LINE = 19.0
"""From one line of words to the next."""

SIZE = 15.0
"""How large words are, in the units of a sheet; the soft ones are a little smaller."""

_EMS = {
    letter: ems
    for ems, letters in {
        0.3: " !',.:;ijl\xa0·", 0.35: "()-J[]", 0.4: "I`f{}", 0.45: "/\\_rt", 0.5: '"?z–', 0.55: "*Fcs",
        0.6: "$+0123456789<=>ELSTZ^aevxy~€", 0.7: "ABKRX", 0.75: "&DG", 0.8: "HOQU", 0.85: "N", 0.9: "@w…",
        0.95: "%M", 1.0: "Wm",
    }.items()
    for letter in letters
}  # fmt: skip
"""How wide the letters of Noto Sans in bold are, rounded up; others count as 0.65."""


def length(text: str) -> float:
    """How far words reach at most: a drawing has no browser to ask."""
    return SIZE * sum(_EMS.get(each, 0.65) for each in text)


def wrapped(text: str, room: float, *, most: int = 9) -> list[str]:
    """Words over lines that fit, broken at a blank or after a dash or stroke; what does not fit ends in "…"."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most:
        end = _fitting(rest, room)
        if end < len(rest):
            ends = [at for at in range(1, end + 1) if rest[at - 1] in " -/" or rest[at] == " "]
            if not ends or len(lines) == most - 1:
                word = rest.find(" ", end)
                lines.append(f"{rest[: _fitting(rest, room - length('…'))].strip()}…")
                rest = rest[word + 1 :] if word >= 0 else ""
                continue
            end = ends[-1]
        lines.append(rest[:end].strip())
        rest = rest[end:].lstrip(" ")
    return lines or [""]


def free(
    lines: Sequence[Sequence[tuple[float, float]]], stretch: tuple[float, float], y: float, under: float
) -> float:
    """How far down words over a stretch stand, near a point at `y`: above it, below it, or above all lines there.

    `under` is where the field ends; no line runs through the words.
    """
    heights = [
        start[1] + (end[1] - start[1]) * part / 12
        for line in lines
        for start, end in pairwise(line)
        for part in range(13)
        if stretch[0] - 6 <= start[0] + (end[0] - start[0]) * part / 12 <= stretch[1] + 6
    ]
    over, below = (y - 12 - SIZE, y - 9), (y + 9, y + 12 + SIZE)
    for (top, low), foot in ((over, y - 12), (below, y + 10 + SIZE)):
        if low <= under and not any(top <= each <= low for each in heights):
            return foot
    return min(heights) - 12


def _fitting(text: str, room: float) -> int:
    """How many letters fit, one at least."""
    end = 1
    while end < len(text) and length(text[: end + 1]) <= room:
        end += 1
    return end


TEXT = "cwb-chart-text"
STRONG = "cwb-chart-text cwb-chart-text--strong"
SOFT = "cwb-chart-text cwb-chart-text--soft"


@dataclass(slots=True)
class Sheet:
    """Collects shapes; flips places, not words, for right-to-left."""

    width: int
    rtl: bool = False
    shapes: list[Shape] = field(default_factory=list)

    def x(self, at: float) -> float:
        """Where a place lies, counted from the side where reading begins."""
        return self.width - at if self.rtl else at

    def box(self, kind: str, at: tuple[float, float], size: tuple[float, float], radius: float = 3) -> None:
        """A rectangle; `at` is the corner where reading begins, at the top."""
        left = self.x(at[0]) - (size[0] if self.rtl else 0)
        self.shapes.append(Shape("rect", {
            "class": kind, "x": plain(left), "y": plain(at[1]),
            "width": plain(size[0]), "height": plain(size[1]), "rx": plain(radius),
        }))  # fmt: skip

    def line(self, kind: str, start: tuple[float, float], end: tuple[float, float]) -> None:
        """A straight line."""
        self.shapes.append(Shape("line", {
            "class": kind, "x1": plain(self.x(start[0])), "y1": plain(start[1]),
            "x2": plain(self.x(end[0])), "y2": plain(end[1]),
        }))  # fmt: skip

    def path(self, kind: str, places: Sequence[tuple[float, float]], *, closed: bool = False) -> None:
        """A line through places; `closed` makes it a field."""
        steps = " L".join(f"{plain(self.x(x))} {plain(y)}" for x, y in places)
        self.shapes.append(Shape("path", {"class": kind, "d": f"M{steps}{' Z' if closed else ''}"}))

    def ribbon(self, kind: str, start: tuple[float, float], end: tuple[float, float], thick: float) -> None:
        """A band of one thickness from place to place; `start` and `end` are its upper corners."""
        (x, y), (to, under) = (self.x(start[0]), start[1]), (self.x(end[0]), end[1])

        def bent(middle: float, one: float, other: float, last: float) -> str:
            return " ".join(plain(each) for each in (middle, one, middle, other, last, other))

        middle = (x + to) / 2
        way = f"M{plain(x)} {plain(y)} C{bent(middle, y, under, to)} V{plain(under + thick)}"
        back = f"C{bent(middle, under + thick, y + thick, x)} Z"
        self.shapes.append(Shape("path", {"class": kind, "d": f"{way} {back}"}))

    def dot(self, kind: str, at: tuple[float, float], radius: float) -> None:
        """A filled circle."""
        self.shapes.append(
            Shape(
                "circle", {"class": kind, "cx": plain(self.x(at[0])), "cy": plain(at[1]), "r": plain(radius)}
            )
        )

    def words(self, kind: str, at: tuple[float, float], text: str, anchor: str = "start") -> None:
        """A text; `anchor` is an SVG text-anchor."""
        # An anchor follows the direction of the page by itself: "start" is right in Arabic.
        attributes = {"class": kind, "x": plain(self.x(at[0])), "y": plain(at[1]), "text-anchor": anchor}
        self.shapes.append(Shape("text", attributes, text))

    def lines(
        self, kind: str, at: tuple[float, float], text: str, room: float, anchor: str = "start"
    ) -> float:
        """A text within the room it has, over as many lines as that takes: how far below the first it ends."""
        found = wrapped(text, room)
        for number, each in enumerate(found):
            self.words(kind, (at[0], at[1] + LINE * number), each, anchor)
        return LINE * (len(found) - 1)

    def drawing(self, height: float) -> Drawing:
        """All of it, this high."""
        return Drawing(self.width, round(height), tuple(self.shapes))
