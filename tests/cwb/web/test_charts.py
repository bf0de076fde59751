from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from flask import render_template_string

from cwb.web.charts import (
    NARROW,
    WIDE,
    Bar,
    Point,
    Span,
    Stack,
    Target,
    Tile,
    bar_chart,
    interval_chart,
    line_chart,
    stack_chart,
    tile_map,
)  # fmt: skip
from cwb.web.drawings import length, wrapped
from cwb.web.maps import Outlined, outline_map


def shapes(drawing, tag):
    return [shape for shape in drawing.shapes if shape.tag == tag]


def number(shape, name):
    return float(shape.attributes[name])


def test_bars_start_at_zero_and_keep_their_ratio():
    chart = bar_chart([Bar("a", Decimal(200), "200"), Bar("b", 50, "50")])
    long, short = shapes(chart.wide, "rect")
    assert number(long, "width") == pytest.approx(4 * number(short, "width"), rel=0.01)
    assert number(long, "x") == 0


def test_a_bar_without_a_figure_has_words_and_no_bar():
    chart = bar_chart([Bar("a", None, "geen cijfer")])
    assert not shapes(chart.wide, "rect")
    assert "geen cijfer" in [shape.text for shape in chart.wide.shapes]


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_right_to_left_mirrors_places_and_keeps_anchors(width):
    bars = [Bar("a", 3, "3"), Bar("b", 1, "1")]
    there, here = getattr(bar_chart(bars), width), getattr(bar_chart(bars, rtl=True), width)
    sheet = WIDE if width == "wide" else NARROW
    for left, right in zip(there.shapes, here.shapes, strict=True):
        if left.tag == "rect":
            assert number(right, "x") == pytest.approx(
                sheet - number(left, "x") - number(left, "width"), abs=0.2
            )
        else:
            assert number(right, "x") == pytest.approx(sheet - number(left, "x"), abs=0.2)
            assert right.attributes["text-anchor"] == left.attributes["text-anchor"]


def test_an_interval_lies_where_it_says():
    (track, known, span) = shapes(
        interval_chart([Span("x", Decimal("0.2"), Decimal("0.5"), "t", Decimal("0.8"))]).narrow, "rect"
    )
    assert number(span, "x") == pytest.approx(0.2 * NARROW)
    assert number(span, "width") == pytest.approx(0.3 * NARROW)
    assert number(known, "width") == pytest.approx(0.8 * NARROW)
    assert number(track, "width") == NARROW


def test_on_a_phone_what_is_known_stands_below_and_not_over_the_verdict():
    one = Span(
        "x", Decimal("0.2"), Decimal("0.5"), "tussen: onvoldoende bewijs", Decimal("0.8"), "bekend: 80 %"
    )
    chart = interval_chart([one, one])
    for drawing, beside in ((chart.narrow, False), (chart.wide, True)):
        heights = [number(each, "y") for each in shapes(drawing, "text")]
        assert (heights[1] == heights[2]) is beside
        assert len(set(heights)) == (4 if beside else 6)


def test_an_unknown_interval_draws_no_range():
    drawing = interval_chart([Span("x", None, None, "nog geen cijfer")]).wide
    assert [shape.attributes["class"] for shape in shapes(drawing, "rect")] == ["cwb-chart-track"]


def test_a_gap_breaks_the_line():
    points = [Point(str(i), v, str(v)) for i, v in enumerate([1, 2, None, 3, 4])]
    assert len(shapes(line_chart(points).wide, "path")) == 2


def test_a_step_line_goes_level_then_up():
    (path,) = shapes(line_chart([Point("a", 1, "1"), Point("b", 2, "2")], step=True).wide, "path")
    corners = [tuple(map(float, pair.split())) for pair in path.attributes["d"][1:].split(" L")]
    assert len(corners) == 3
    assert corners[0][1] == corners[1][1]
    assert corners[1][0] == corners[2][0]


@pytest.mark.parametrize("points", [[], [Point("a", None, "")], [Point("a", 0, "0")], [Point("a", 5, "5")]])
def test_lines_with_little_to_show_still_draw(points):
    assert line_chart(points, target=Target(0, "doel")).wide.shapes


def test_the_target_is_within_the_scale():
    chart = line_chart([Point("a", 0.1, "10%"), Point("b", 0.2, "20%")], target=Target(0.9, "doel"))
    (target,) = [shape for shape in chart.wide.shapes if shape.attributes["class"] == "cwb-chart-target"]
    assert 0 < number(target, "y1") < chart.wide.height


def test_tiles_never_mirror_and_unknown_is_hatched():
    chart = tile_map(
        [Tile("FA", "Molenwijk Nieuw-Oost", 1, 0, "–"), Tile("FB", "Tuindorp", 0, 1, "4%", 2, "#fb")]
    )
    hatched, shaded = shapes(chart.wide, "rect")
    assert hatched.attributes["fill"].startswith("url(#")
    assert number(hatched, "x") > number(shaded, "x")
    assert shaded.href == "#fb"
    assert chart.linked


def test_names_stand_on_the_wide_map_only():
    chart = tile_map([Tile("FA", "Molenwijk Nieuw-Oost", 0, 0, "4%", 1)])
    assert [shape.text for shape in shapes(chart.wide, "text")] == ["FA", "Molenwijk", "Nieuw-Oost", "4%"]
    assert [shape.text for shape in shapes(chart.narrow, "text")] == ["FA", "4%"]


def test_a_chart_page_is_whole(macros):
    source = """{% import "_charts.html" as charts %}
        {{- charts.chart(drawing, "Het stijgt <sterk>", "Een lijn.",
        ["Jaar", ("Aandeel", "num")], [["2025", "18%"]], csv="/x.csv", source="boek") }}"""
    drawing = line_chart([Point("2025 & later", 1, "1"), Point("b", 2, "2")])
    with macros.test_request_context("/"):
        html = render_template_string(source, drawing=drawing)
    assert "style=" not in html
    figure = ET.fromstring(  # noqa: S314 (our own page)
        html.replace("<details>", "<div>")
        .replace("</details>", "</div>")
        .replace(" download>", ">")
        .replace(" data-num>", ">")
    )
    pictures = [svg for svg in figure.iter("svg") if svg.get("role") == "img"]
    assert len(pictures) == 2
    for svg in pictures:
        assert svg.findtext("title") == "Het stijgt <sterk>"
        assert svg.findtext("desc") == "Een lijn."
    assert figure.find(".//table") is not None
    assert "/x.csv" in html


def test_tiles_that_lead_somewhere_are_no_picture(macros):
    drawing = tile_map([Tile("FB", "Tuindorp", 0, 0, "4%", 2, "#fb")])
    with macros.test_request_context("/"):
        html = render_template_string(
            '{% import "_charts.html" as c %}{{ c.chart(drawing, "f", "d", ["a"], [["b"]]) }}',
            drawing=drawing,
        )
    assert 'role="group"' in html
    assert html.count('<a class="cwb-tile-link" href="#fb">') == 2


LONG = "Koper: Woningcorporatie De Voorbeeldhoek aan de Burgemeester-van-Voorbeeldstraat (voorbeeld)"
SAID = "tussen 28,2\xa0% en 100,0\xa0%: onvoldoende bewijs"


@pytest.mark.parametrize(
    "chart",
    [
        bar_chart([Bar(LONG, 3, "€ 695.368 (74\xa0%)"), Bar("b", 3, "€ 1")], target=Target(3, LONG)),
        bar_chart([Bar(LONG, 3, SAID)], target=Target(1, LONG)),
        stack_chart([Stack(LONG, [("local", 1, SAID), ("other", 2, LONG)])]),
        interval_chart([Span(LONG, 0.2, 0.9, SAID, 0.5, "bekend: 100,0\xa0%")], target=Target(0.3, LONG)),
        line_chart(
            [Point("2026-Q1", 1e6, "€ 1.000.000"), Point("2026-Q2", 2, SAID)], scale=lambda v: f"{v:,.0f}"
        ),
    ],
    ids=["bars", "bars with long figures", "stacks", "intervals", "line"],
)
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_no_words_reach_out_of_a_chart(chart, width):
    drawing = getattr(chart, width)
    for each in shapes(drawing, "text"):
        reach = length(each.text)
        start = (
            number(each, "x")
            - {"start": 0, "middle": reach / 2, "end": reach}[each.attributes["text-anchor"]]
        )
        assert start >= -1, each.text
        assert start + reach <= drawing.width + 1, each.text
        assert 0 < number(each, "y") < drawing.height


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("Kort", 300, ["Kort"]),
        ("een twee drie", 75, ["een twee", "drie"]),
        ("Lutkemeer/Ookmeer", 100, ["Lutkemeer/", "Ookmeer"]),
        ("Onafbreekbaarheid telt", 80, ["Onafbre…", "telt"]),
        ("", 80, [""]),
    ],
)
def test_words_break_where_they_may_and_are_cut_where_they_must(text, room, lines):
    assert wrapped(text, room) == lines
    assert all(length(each) <= room for each in lines)


def test_a_figure_too_wide_for_a_tile_gives_way_to_the_short_one():
    row = [Tile(f"F{n}", "Wijk", n, 0, "minstens 12,4\xa0%", 1, short="12,4\xa0%") for n in range(5)]
    chart = tile_map(row)
    assert "minstens 12,4\xa0%" in [each.text for each in chart.wide.shapes]
    assert [each.text for each in shapes(chart.narrow, "text")][:2] == ["F0", "12,4\xa0%"]


def test_a_figure_wider_than_its_place_is_not_printed_over_the_neighbour():
    def box(left, right):
        return [[(left, 0), (right, 0), (right, 200), (left, 200), (left, 0)]]

    tiles = [Tile(code, code, 0, 0, "12,4\xa0%", 1) for code in ("FA", "FB")]
    places = [Outlined(tiles[0], box(0, 60)), Outlined(tiles[1], box(60, 400))]
    chart = outline_map(places, width=400, height=200, credit="Kadaster")
    assert [each.text for each in shapes(chart.narrow, "text")] == ["FA", "FB", "12,4\xa0%"]
    assert [each.text for each in shapes(chart.wide, "text")] == ["FA", "12,4\xa0%", "FB", "12,4\xa0%"]
    assert number(shapes(chart.wide, "text")[0], "x") == pytest.approx(30 / 400 * WIDE, abs=1)
    assert chart.credit == "Kadaster"
    assert [each.title for each in shapes(chart.wide, "path")] == ["FA FA: 12,4\xa0%", "FB FB: 12,4\xa0%"]
