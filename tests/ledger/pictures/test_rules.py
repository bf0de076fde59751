from decimal import Decimal

import pytest

from ledger.pictures.rules import MOST_SECTORS, REST, Flow, at_least, drawn, flows, opened, shade


def row(anchor, category, standing, up, down="0.00"):
    return {"anchor": anchor, "category": category, "class": standing, "up": up, "down": down}


def test_flows_add_up_to_the_rows_largest_first():
    rows = [
        row("A", "x", "local", "10.00"), row("A", "x", "local", "5.00", "-1.00"), row("B", "x", "not_local", "90.00"),
        row("A", "y", "unknown", "2.00"),
    ]  # fmt: skip
    assert flows({"rows": rows}) == [
        Flow("B", "x", "not_local", 9000),
        Flow("A", "x", "local", 1400),
        Flow("A", "y", "unknown", 200),
    ]


def test_a_drawing_names_the_largest_sectors_and_loses_no_cent():
    rows = [row("A", f"s{n}", "local", f"{n + 1}.00") for n in range(MOST_SECTORS + 3)]
    found = drawn(flows({"rows": rows}))
    assert len({each.sector for each in found}) == MOST_SECTORS + 1
    assert next(each.amount for each in found if each.sector == REST) == 600
    assert sum(each.amount for each in found) == sum(each.amount for each in flows({"rows": rows}))


@pytest.mark.parametrize(
    ("lo", "step"),
    [(None, None), ("-0.01", 0), ("0", 0), ("0.01", 1), ("0.0101", 2), ("0.05", 3), ("0.9", 4)],
)
def test_a_shade_holds_its_printed_upper_end(lo, step):
    assert shade(None if lo is None else Decimal(lo)) == step


@pytest.mark.parametrize(
    ("lo", "hi", "told"),
    [
        ("0", "0.71", None),
        ("-0.01", "0.2", None),
        ("0.01", "0.71", "0.01"),
        ("0", "0", "0"),
        (None, None, None),
    ],
)
def test_a_place_of_which_nothing_is_proven_has_no_figure_on_the_map(lo, hi, told):
    as_number = lambda text: None if text is None else Decimal(text)  # noqa: E731
    assert at_least(as_number(lo), as_number(hi)) == as_number(told)


EXPORT = {
    "rows": [
        row("A", "x", "local", "10.00") | {"grade": "E2"}, row("A", "", "local", "5.00", "-1.00") | {"grade": "*"},
        row("B", "x", "not_local", "90.00") | {"grade": "E2"},
    ],
    "excluded": [{"anchor": "A", "code": "X2", "lines": 1, "amount": "3.00"}],
    "wijken": [{"id": "FA", "suppliers": 6, "up": "9.00", "down": "-1.00"}, {"id": "FE", "suppliers": 0, "up": "0.00", "down": "0.00"}],
    "novelty": [{"id": "new", "suppliers": 5, "up": "6.00", "down": "0.00"}],
    "facts": {"top_suppliers": 10, "top_amount": "80.00"},
    "figures": {"bridge": {"total": {"d1": "104.00"}}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "what", "rows", "total"),
    [
        ({}, "rows", 3, 10400),
        ({"anchor": "A", "category": ""}, "rows", 2, 1400),
        ({"category": "-"}, "rows", 1, 400),
        ({"category": "x", "standing": "local"}, "rows", 1, 1000),
        ({"grade": "*"}, "rows", 1, 400),
        ({"exclusion": "X2"}, "excluded", 1, 300),
        ({"exclusion": "X2", "anchor": "B"}, "excluded", 0, 0),
        ({"wijk": "FA"}, "wijk", 1, 800),
        ({"wijk": "FA", "standing": "local"}, "wijk", 1, 800),
        ({"wijk": "FE"}, "wijk", 1, 0),
        ({"wijk": "FD"}, "wijk", 0, 0),
        ({"novelty": "new"}, "novelty", 1, 600),
        ({"top": "largest"}, "top", 1, 8000),
        ({"top": "others"}, "top", 1, 2400),
        ({"top": "rubbish"}, "top", 0, 0),
        # what the export does not hold is not shown, and no wider list stands in its place
        ({"wijk": "FA", "anchor": "A"}, "wijk", 0, 0),
        ({"wijk": "FA", "standing": "unknown"}, "wijk", 0, 0),
        ({"novelty": "new", "category": "x"}, "novelty", 0, 0),
        ({"top": "largest", "standing": "local"}, "top", 0, 0),
    ],
)
def test_filters_open_the_rows_they_ask_for_or_none(asked, what, rows, total):
    found = opened(EXPORT, asked)
    assert (found.what, len(found.rows), found.total) == (what, rows, total)
