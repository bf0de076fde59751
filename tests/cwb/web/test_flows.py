from itertools import pairwise

from cwb.web.charts import Stack
from cwb.web.flows import Flow, Node, flow_chart

COLUMNS = [
    [Node("a", "Anker"), Node("b", "Boei")],
    [Node("x", "Schoonmaak"), Node("y", "Groen")],
    [Node("local", "lokaal", "local", "€ 4"), Node("other", "elders", "other", "€ 6")],
]
FLOWS = [
    Flow("a", "x", "local", 400),
    Flow("b", "x", "other", 500),
    Flow("b", "y", "other", 100),
    Flow("a", "y", "local", -50),
]


def heights(drawing, kind):
    return [
        float(s.attributes["height"])
        for s in drawing.shapes
        if s.attributes["class"] == f"cwb-part cwb-part--{kind}"
    ]


def chart(**more):
    return flow_chart(
        COLUMNS,
        FLOWS,
        [Stack("Schoonmaak", [("local", 4, "lokaal: 44%"), ("other", 5, "elders: 56%")])],
        **more,
    )


def test_nodes_are_as_high_as_their_money_and_what_is_below_zero_is_not_drawn():
    wide = chart().wide
    assert heights(wide, "local") == [120.0]
    assert heights(wide, "other") == [180.0]
    assert heights(wide, "plain") == [120.0, 180.0, 270.0, 30.0]
    bands = [s for s in wide.shapes if s.attributes["class"].startswith("cwb-band")]
    assert len(bands) == 6


def test_names_of_small_nodes_do_not_touch():
    places = sorted(
        float(s.attributes["y"]) for s in chart().wide.shapes if s.text in {"Schoonmaak", "Groen"}
    )
    assert places[1] - places[0] >= 22


def test_a_long_name_of_a_payer_is_whole_on_several_lines_and_the_next_stands_below_it():
    long = "Woningcorporatie Voorbeeld aan de Sloterplas"
    columns = [[Node("a", long), Node("b", "Boei")], *COLUMNS[1:]]
    wide = flow_chart(columns, [Flow("a", "x", "local", 1), *FLOWS[2:]], []).wide
    texts = [s for s in wide.shapes if s.tag == "text"]
    names = texts[: [s.text for s in texts].index("Boei")]
    assert " ".join(s.text for s in names) == long
    assert len(names) > 1
    lows = [float(s.attributes["y"]) for s in texts[: len(names) + 1]]
    assert all(after - before >= 19 for before, after in pairwise(lows))


def test_a_phone_gets_bars_with_every_part_on_a_line_of_its_own():
    texts = [s.text for s in chart().narrow.shapes if s.tag == "text"]
    assert texts == ["Schoonmaak", "lokaal: 44%", "elders: 56%"]
    assert chart().narrow.width == 320


def test_it_mirrors():
    left, right = (
        float(next(s for s in chart(rtl=rtl).wide.shapes if s.text == "Anker").attributes["x"])
        for rtl in (False, True)
    )
    assert left + right == 704
