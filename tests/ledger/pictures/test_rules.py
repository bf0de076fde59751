from decimal import Decimal

import pytest

from ledger.pictures.rules import MOST_SECTORS, REST, Flow, drawn, flows, shade


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
