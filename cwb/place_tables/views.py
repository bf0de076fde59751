"""The page of the tables of places: what was read, from which day it holds, and how another is read."""

from typing import Any

from flask import Blueprint, current_app, render_template

from cwb.boundaries.gateway import find_outlines
from cwb.place_tables import policy
from cwb.place_tables.rules import KINDS, read_tables
from cwb.places.views import area
from cwb.web.guards import guarded
from cwb.web.pages import csv_file

bp = Blueprint("place_tables", __name__, url_prefix="/places/tables")

_HEAD = ("kind", "valid_from", "valid_to", "rows", "source", "sha256")


@bp.get("")
@guarded(policy.SEE)
def index() -> str:
    """Every table with its days, its size and whose it is; and the boundaries that maps are drawn with."""
    pack = area()
    outlines = find_outlines(current_app.extensions["cwb.config"])
    return render_template(
        "cwb/place_tables/index.html", tables=read_tables(pack), kinds=KINDS, outlines=outlines, area=pack,
        split=sum(those[-1].verdict.value == "split" for those in pack.postcodes.values()),
    )  # fmt: skip


@bp.get("/tables.csv")
@guarded(policy.SEE)
def export() -> Any:
    """The same list as a file."""
    return csv_file("tabellen-van-plaatsen", _HEAD, map(tuple, read_tables(area())))
