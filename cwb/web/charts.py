"""Charts as plain SVG shapes: no script, no inline style, mirrored for right-to-left, printable.

A chart is drawn twice: wide, and narrow for phones, so that its words stay readable; the style sheet shows
one. Figures come in as ratios or amounts with the text already written in the reader's language; nothing is
computed here but places. `templates/_charts.html` puts a chart in a figure with finding, table and source.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from cwb.web.drawings import (
    LINE,
    NARROW,
    SOFT,
    STRONG,
    TEXT,
    WIDE,
    Chart,
    Drawing,
    Shape,
    Sheet,
    both,
    free,
    length,
    plain,
    wrapped,
)

Value = Decimal | float | int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: `value` sets its length, `text` stands at its end.

    `weak` draws it lighter; the reason must stand in `text` too, since colour alone says nothing.
    """

    label: str
    value: Value | None
    text: str
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar in parts: of each its kind (`local`, `unknown`, `other`), its value, and both in words."""

    label: str
    parts: Sequence[tuple[str, Value, str]]


@dataclass(frozen=True, slots=True)
class Span:
    """One interval from `lo` to `hi` (ratios) with the text that says it.

    `coverage` (a ratio too) draws a thin line below; `known` says it in words. `weak` draws it in grey stripes: too
    little evidence; `text` says so too.
    """

    label: str
    lo: Value | None
    hi: Value | None
    text: str
    coverage: Value | None = None
    known: str = ""
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a line; with `lo` and `hi` the line gets a band of uncertainty."""

    label: str
    value: Value | None
    text: str
    lo: Value | None = None
    hi: Value | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A dashed line to compare with."""

    value: Value
    text: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One neighbourhood on the grid; `step` 0 to 4 shades it, None hatches it: no figure.

    `short` stands instead of `text` where a tile has no room for it.
    """

    code: str
    name: str
    column: int
    row: int
    text: str
    step: int | None = None
    href: str = ""
    short: str = ""


def _nice(top: float) -> float:
    """The end of a scale: the next 1, 2, 2.5, 4 or 5 times a power of ten."""
    if top <= 0:
        return 1.0
    power = 10.0
    while power > top:
        power /= 10
    while power * 10 <= top:
        power *= 10
    return next(step * power for step in (1, 2, 2.5, 4, 5, 10) if step * power >= top - 1e-12)


def bar_chart(bars: Sequence[Bar], *, target: Target | None = None, rtl: bool = False) -> Chart:
    """Bars from zero, each with its name above it and its figure at its end, or below where it is long."""
    values = [float(bar.value) for bar in bars if bar.value is not None]
    top = max([*values, float(target.value) if target else 0.0, 0.0]) or 1.0
    tail = max((length(bar.text) + 8 for bar in bars), default=0.0)

    def draw(width: int) -> Drawing:
        sheet, y, below = Sheet(width, rtl), 4.0, tail > width / 2
        room = width - (0.0 if below else tail)
        for bar in bars:
            y += sheet.lines(TEXT, (0, y + 14), bar.label, width)
            if target:
                place = float(target.value) / top * room
                sheet.line("cwb-chart-target", (place, y + 18), (place, y + 44))
            long = 0.0 if bar.value is None else max(float(bar.value), 0.0) / top * room
            if long:
                kind = "cwb-chart-bar cwb-chart-bar--weak" if bar.weak else "cwb-chart-bar"
                sheet.box(kind, (0, y + 22), (max(long, 2.0), 18))
            if below:
                y += LINE + sheet.lines(STRONG, (0, y + 56), bar.text, width)
            else:
                sheet.words(STRONG, (long + (8 if long else 0), y + 36.5), bar.text)
            y += 54
        if target:
            place = float(target.value) / top * room
            sheet.line("cwb-chart-target", (place, y - 10), (place, y))
            y += 24 + _beside_line(sheet, place, y + 16, target.text)
        return sheet.drawing(y)

    return both("bars", draw)


def _beside_line(sheet: Sheet, place: float, y: float, text: str) -> float:
    """What an upright line says, on the side with most room; how far below its first line it ends."""
    over = place > sheet.width / 2
    return sheet.lines(
        SOFT, (place, y), text, place if over else sheet.width - place, "end" if over else "start"
    )


def stack_chart(stacks: Sequence[Stack], *, rtl: bool = False) -> Chart:
    """Bars of one length, in parts that add up: each with its name above it and its parts in words below it."""
    return both("bars", lambda width: stacked(stacks, width, rtl=rtl))


def stacked(stacks: Sequence[Stack], width: int, *, rtl: bool = False) -> Drawing:
    """The drawing of `stack_chart`."""
    sheet, y = Sheet(width, rtl), 4.0
    for stack in stacks:
        y += sheet.lines(TEXT, (0, y + 14), stack.label, width)
        whole, x = sum(max(float(value), 0.0) for _, value, _text in stack.parts), 0.0
        for kind, value, _text in stack.parts:
            long = max(float(value), 0.0) / whole * width if whole else 0.0
            if long:
                sheet.box(f"cwb-part cwb-part--{kind}", (x, y + 22), (long, 18), 0)
            x += long
        texts = [text for _, _value, text in stack.parts]
        for line in texts if width == NARROW else [" · ".join(texts)]:
            y += 18 + sheet.lines(SOFT, (0, y + 58), line, width)
        y += 58
    return sheet.drawing(y)


def interval_chart(spans: Sequence[Span], *, target: Target | None = None, rtl: bool = False) -> Chart:
    """Intervals on one scale from 0 to 100%: where the figure lies, and how much of the spend is known."""

    def draw(width: int) -> Drawing:
        sheet, y = Sheet(width, rtl), 4.0
        below = 18.0 if width == NARROW else 0.0  # there both texts do not fit beside each other
        for span in spans:
            y += sheet.lines(TEXT, (0, y + 14), span.label, width)
            known = 0.0 if below or not span.known else length(span.known) + 16
            if known:
                sheet.words(SOFT, (width, y + 34), span.known, "end")
            y += sheet.lines(STRONG, (0, y + 34), span.text, width - known)
            _span(sheet, span, y)
            if below and span.known:
                y += sheet.lines(SOFT, (width, y + 80), span.known, width, "end")
            if target:
                place = float(target.value) * width
                sheet.line("cwb-chart-target", (place, y + 39), (place, y + 66))
            y += 80 + below
        if target:
            y += 10 + _beside_line(sheet, float(target.value) * width, y + 2, target.text)
        return sheet.drawing(y)

    return both("intervals", draw)


def _span(sheet: Sheet, span: Span, y: float) -> None:
    """The scale of one interval, what lies within it, and how much is known."""
    width = sheet.width
    sheet.box("cwb-chart-track", (0, y + 42), (width, 14), 7)
    if span.coverage is not None:
        sheet.box("cwb-chart-known", (0, y + 60), (float(span.coverage) * width, 4), 2)
    if span.lo is None or span.hi is None:
        return
    start, long = float(span.lo) * width, max((float(span.hi) - float(span.lo)) * width, 4.0)
    if span.weak:
        sheet.line("cwb-chart-range--weak", (start, y + 49), (start + long, y + 49))
    else:
        sheet.box("cwb-chart-range", (start, y + 42), (long, 14), 7)


QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Where a scale has a line and a figure."""


def line_chart(
    points: Sequence[Point], *, step: bool = False, target: Target | None = None, rtl: bool = False,
    scale: Callable[[float], str] = plain,
) -> Chart:  # fmt: skip
    """A line over equal times, from zero upwards. `scale` writes the figures at the side."""
    seen = [float(v) for p in points for v in (p.value, p.hi) if v is not None]
    top = _nice(max([*seen, float(target.value) if target else 0.0, 0.0]))

    def draw(width: int) -> Drawing:
        height = 300.0 if width == WIDE else 230.0
        sheet = Sheet(width, rtl)
        side = max(length(scale(top * part)) for part in QUARTERS) + 14
        frame = _Frame(side, width - 24.0, 28.0, height - 34.0, max(len(points) - 1, 1), top)
        for part in QUARTERS:
            level = frame.y(top * part)
            sheet.line(
                "cwb-chart-axis" if part == 0 else "cwb-chart-grid", (frame.left, level), (frame.right, level)
            )
            sheet.words(SOFT, (frame.left - 10, level + 5), scale(top * part), "end")
        for run in _runs(points, band=True):
            upper = [(frame.x(i), frame.y(points[i].hi)) for i in run]
            lower = [(frame.x(i), frame.y(points[i].lo)) for i in reversed(run)]
            sheet.path("cwb-chart-area", _stairs(upper, step) + _stairs(lower, step, back=True), closed=True)
        lines = [[(frame.x(i), frame.y(points[i].value)) for i in run] for run in _runs(points, band=False)]
        drawn = [_stairs(each, step) for each in lines]
        for each in drawn:
            sheet.path("cwb-chart-line", each)
        if target:
            level = frame.y(target.value)
            sheet.line("cwb-chart-target", (frame.left, level), (frame.right, level))
            reach = (frame.left + 4, frame.left + 4 + length(target.text))
            high = free(drawn, reach, level, frame.under)
            drawn.append([(frame.left, level), (frame.right, level)])
            sheet.words(f"{SOFT} cwb-chart-text--over", (reach[0], high), target.text)
        _mark_points(sheet, frame, points, width, drawn)
        return sheet.drawing(height)

    return both("line", draw)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The field of a line chart."""

    left: float
    right: float
    over: float
    under: float
    steps: int
    top: float

    def x(self, index: int) -> float:
        """Where a step lies along the chart."""
        inner = 14.0
        return self.left + inner + (self.right - self.left - 2 * inner) * index / self.steps

    def y(self, value: Value | None) -> float:
        """Where a value lies above the bottom; nothing counts as zero."""
        return self.under - (self.under - self.over) * float(value or 0) / self.top


def _runs(points: Sequence[Point], *, band: bool) -> list[list[int]]:
    """Stretches without a gap; a missing figure breaks the line instead of being guessed."""
    runs: list[list[int]] = [[]]
    for index, point in enumerate(points):
        there = (point.lo is not None and point.hi is not None) if band else point.value is not None
        if there:
            runs[-1].append(index)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def _stairs(
    places: list[tuple[float, float]], step: bool, *, back: bool = False
) -> list[tuple[float, float]]:
    """The same places with a corner between each two, for figures that jump."""
    if not step:
        return places
    corners = [places[0]] if places else []
    for here, there in pairwise(places):
        corners += [(here[0], there[1]) if back else (there[0], here[1]), there]
    return corners


def _mark_points(
    sheet: Sheet, frame: _Frame, points: Sequence[Point], width: int,
    lines: Sequence[Sequence[tuple[float, float]]],
) -> None:  # fmt: skip
    """Dots, the words at the first and last figure, and as many names below as fit."""
    known = [i for i, point in enumerate(points) if point.value is not None]
    every = -(-len(points) // (8 if width == WIDE else 4))
    for index, point in enumerate(points):
        place = frame.x(index)
        last = len(points) - 1
        if index == last or (index % every == 0 and last - index >= every):
            anchor = "middle" if 0 < index < last else ("end" if index == last and last else "start")
            sheet.words(
                SOFT,
                (place + (14 if anchor == "end" else -14 if anchor == "start" else 0), frame.under + 22),
                point.label,
                anchor,
            )
        if point.value is None:
            continue
        sheet.dot("cwb-chart-dot", (place, frame.y(point.value)), 5 if index in {known[0], known[-1]} else 3)
        if index in {known[0], known[-1]}:
            anchor = "end" if index == known[-1] and place > width / 2 else "start"
            text = wrapped(point.text, width, most=1)[0]
            reach = length(text)
            at = max(place, reach) if anchor == "end" else max(min(place, width - reach), 0.0)
            stretch = (at - reach, at) if anchor == "end" else (at, at + reach)
            high = free(lines, stretch, frame.y(point.value), frame.under)
            sheet.words(f"{STRONG} cwb-chart-text--over", (at, high), text, anchor)


def tile_map(tiles: Sequence[Tile]) -> Chart:
    """One tile per neighbourhood at its place in the area pack. A map never mirrors.

    The narrow drawing holds codes and figures only; names stand in the table.
    """
    left, top = min((tile.column for tile in tiles), default=0), min((tile.row for tile in tiles), default=0)
    placed = [replace(tile, column=tile.column - left, row=tile.row - top) for tile in tiles]
    columns = max((tile.column for tile in placed), default=0) + 1
    rows = max((tile.row for tile in placed), default=0) + 1
    return both("tiles", lambda width: _grid(placed, columns, rows, width))


def _grid(tiles: Sequence[Tile], columns: int, rows: int, width: int) -> Drawing:
    gap, side = 4.0, (width - 2.0) / columns
    tall = side - gap if width == NARROW else 92.0
    shapes: list[Shape] = []
    for tile in tiles:
        x, y = tile.column * side + 2, tile.row * (tall + gap) + 2
        shade = f"cwb-tile cwb-tile--{'none' if tile.step is None else tile.step}"
        words = f"cwb-tile-text cwb-tile-text--{'none' if tile.step is None else tile.step}"
        shapes.append(Shape("rect", {
            "class": shade, "x": plain(x), "y": plain(y), "width": plain(side - gap), "height": plain(tall), "rx": "6",
            **({"fill": "url(#cwb-hatch)"} if tile.step is None else {}),
        }, href=tile.href))  # fmt: skip
        lines = (
            [(tile.code, True)]
            if width == NARROW
            else [
                (tile.code, True),
                *((part, False) for part in wrapped(tile.name, min(side - gap - 12, 128), most=2)),
            ]
        )
        fits = not tile.short or length(tile.text) <= side - gap - (0 if width == NARROW else 10)
        lines.append((tile.text if fits else tile.short, False))
        for number, (text, strong) in enumerate(lines):
            across, down = (
                (x + (side - gap) / 2, y + tall / 2 - 4 + 20 * number)
                if width == NARROW
                else (x + 10, y + 22 + 19 * number)
            )
            anchor = "middle" if width == NARROW else "start"
            kind = f"{words} cwb-tile-code" if strong or number == len(lines) - 1 else words
            shapes.append(
                Shape(
                    "text",
                    {"class": kind, "x": plain(across), "y": plain(down), "text-anchor": anchor},
                    text,
                    tile.href,
                )
            )
    return Drawing(width, round(rows * (tall + gap) + 4), tuple(shapes))
