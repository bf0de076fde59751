"""Which tables of places were read: each with its days and rows, newest first, also where a later one changed some."""

from dataclasses import replace
from datetime import date

from cwb.municipalities.rules import AddressTable, Municipalities, Table
from cwb.place_tables.rules import read_tables
from cwb.places.gateway import area_pack

ONE, TWO, THREE = date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)


def test_each_table_holds_until_the_next_of_its_kind_and_has_its_own_rows():
    first = AddressTable("CBS", ONE, {("1061 AB", 1): "FM01", ("1061 AB", 2): "FM01"})
    second = AddressTable(
        "CBS", TWO, {("1061 AB", 1): "FM02", ("1061 AB", 3): "FM01", ("1061 AB", 4): "FM01"}
    )
    third = AddressTable("CBS", THREE, {("1061 AB", 4): "FM01"})
    addresses = third.after(second.after(first))
    around = Municipalities("CBS", TWO, {"1061": frozenset({"0363"})})
    tables = (
        *(Table("addresses", on, "CBS", "a" * 64) for on in (ONE, TWO, THREE)),
        Table("municipalities", TWO, "CBS", "b" * 64),
    )
    pack = replace(area_pack(), addresses=addresses, municipalities=around, tables=tables)
    assert [(each.kind, each.from_on, each.until_on, each.rows) for each in read_tables(pack)] == [
        ("addresses", THREE, None, 1), ("addresses", TWO, THREE, 3), ("addresses", ONE, TWO, 2),
        ("municipalities", TWO, None, 1),
    ]  # fmt: skip
    assert read_tables(replace(area_pack(), addresses=None, municipalities=None, tables=())) == []
