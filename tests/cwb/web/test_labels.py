"""Words in a line chart: no line runs through them."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from cwb.web.charts import Point, Target, line_chart
from cwb.web.drawings import SIZE, STRONG, length


def crossed(drawing):
    """Labels of points with a place of a line in them."""
    paths = [
        shape.attributes["d"] for shape in drawing.shapes if shape.attributes["class"] == "cwb-chart-line"
    ]
    lines = [[tuple(map(float, pair.split())) for pair in each[1:].split(" L")] for each in paths]
    lines += [
        [(float(at["x1"]), float(at["y1"])), (float(at["x2"]), float(at["y2"]))]
        for at in (shape.attributes for shape in drawing.shapes)
        if at["class"] == "cwb-chart-target"
    ]
    found = []
    for shape in drawing.shapes:
        at = shape.attributes
        if shape.tag == "text" and at["class"].startswith(STRONG):
            foot, reach = float(at["y"]), length(shape.text)
            left = float(at["x"]) - (reach if at["text-anchor"] == "end" else 0)
            for line in lines:
                for (x1, y1), (x2, y2) in pairwise(line):
                    places = [(x1 + (x2 - x1) * part / 40, y1 + (y2 - y1) * part / 40) for part in range(41)]
                    if any(left <= x <= left + reach and foot - SIZE * 0.7 < y < foot for x, y in places):
                        found.append(shape.text)
    return found


def test_the_first_figure_of_a_line_that_rises_and_the_last_of_one_that_falls_are_not_struck():
    rising = [Point(f"K{i}", value, f"€ {value * 100}") for i, value in enumerate([604, 700, 900])]
    falling = [Point(f"K{i}", value, f"€ {value * 100}") for i, value in enumerate([900, 300, 100])]
    for points in (rising, falling):
        for step in (False, True):
            assert crossed(line_chart(points, step=step).wide) == []
            assert crossed(line_chart(points, step=step, target=Target(650, "doel")).narrow) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=2, max_size=9), st.none() | st.integers(0, 1000))
def test_no_line_runs_through_a_label(values, goal):
    points = [Point(f"K{i}", value, f"€ {value}.000") for i, value in enumerate(values)]
    chart = line_chart(points, target=None if goal is None else Target(goal, "doel"))
    assert crossed(chart.wide) == crossed(chart.narrow) == []
