"""What a table of places holds, told as a row."""

from datetime import date
from typing import NamedTuple

from cwb.kernel.text import N_
from cwb.municipalities.rules import Municipalities
from cwb.places.rules import AreaPack

KINDS = {
    "addresses": N_("Adressen: in welke buurt een huisnummer ligt"),
    "municipalities": N_("Postcodes: in welke gemeenten zij liggen"),
}
"""Kinds of tables, as people read them."""


class Read(NamedTuple):
    """A table that was read: its kind, the days it holds (None: still), its rows, whose it is, its file's SHA-256."""

    kind: str
    from_on: date
    until_on: date | None
    rows: int
    source: str
    checksum: str


def read_tables(area: AreaPack) -> list[Read]:
    """Every table of an area, by kind, newest first; each holds until the next of its kind."""
    found: list[Read] = []
    for kind in KINDS:
        until: date | None = None
        for each in sorted(
            (one for one in area.tables if one.kind == kind), key=lambda one: one.valid_from, reverse=True
        ):
            rows = _rows(area, kind, each.valid_from)
            found.append(Read(kind, each.valid_from, until, rows, each.source, each.checksum))
            until = each.valid_from
    return found


def _rows(area: AreaPack, kind: str, on: date) -> int:
    if kind == "addresses":
        return area.addresses.size(on) if area.addresses else 0
    table: Municipalities | None = area.municipalities
    while table is not None and table.valid_from > on:
        table = table.earlier
    return len(table.codes) if table else 0
