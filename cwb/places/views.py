"""The public register of places: which wijken and buurten the area has, and how postcodes lie."""

from collections import defaultdict
from typing import Any

from flask import Blueprint, current_app, g, jsonify, render_template

from cwb.places.gateway import area_pack
from cwb.places.rules import AreaPack, PostcodeClass
from cwb.web.guards import public
from cwb.web.i18n import language
from cwb.web.kept_pages import kept
from cwb.web.pages import csv_file

bp = Blueprint("places", __name__, url_prefix="/places")

_BUURT_HEAD = (
    "area", "version", "cluster", "wijk", "wijk_name", "buurt", "buurt_name", "focus", "valid_from",
    "valid_to",
)  # fmt: skip
_POSTCODE_HEAD = (
    "area", "version", "pc4", "class", "area_share", "buurten", "remainder", "valid_from", "valid_to",
    "source",
)  # fmt: skip


def area() -> AreaPack:
    """The area of this installation."""
    if "area" not in g:
        g.area = area_pack(current_app.extensions["cwb.config"])
    pack: AreaPack = g.area
    return pack


@bp.app_context_processor
def _area_facts() -> dict[str, object]:
    return {"area_name": area().name}


@bp.get("")
@public
@kept
def index() -> str:
    """The wijken with their buurten, the postcodes, the sources and the version."""
    pack, english = area(), language() == "en"
    by_class = defaultdict(list)
    for those in pack.postcodes.values():
        by_class[those[-1].verdict].append(those[-1])
    return render_template(
        "cwb/places/index.html",
        area=pack,
        focus=sum(buurt.focus for buurt in pack.buurten.values()),
        clusters={each.code: each.name for each in pack.clusters},
        inside=by_class[PostcodeClass.INSIDE],
        sources=[
            (each.title_en or each.title, each.publisher, each.use_en or each.use)
            if english
            else (each.title, each.publisher, each.use)
            for each in pack.sources
        ],
        split=by_class[PostcodeClass.SPLIT],
        outside=by_class[PostcodeClass.OUTSIDE],
    )


@bp.get("/buurten.csv")
@public
def buurten() -> Any:
    """Every buurt as CSV."""
    pack = area()
    rows = [
        [
            pack.id, pack.version, wijk.cluster, wijk.code, wijk.name, buurt.code, buurt.name,
            "yes" if buurt.focus else "no", buurt.valid_from, buurt.valid_to,
        ]
        for buurt in pack.buurten.values()
        for wijk in [pack.wijken[buurt.wijk]]
    ]  # fmt: skip
    return csv_file(f"{pack.id}-buurten", _BUURT_HEAD, rows)


@bp.get("/postcodes.csv")
@public
def postcodes() -> Any:
    """How each four-digit postcode lies to the area, as CSV."""
    pack = area()
    rows = [
        [
            pack.id, pack.version, each.pc4, each.verdict.value, str(each.area_share), ";".join(each.buurten),
            each.remainder, each.valid_from, each.valid_to, each.source,
        ]
        for those in pack.postcodes.values()
        for each in those
    ]  # fmt: skip
    return csv_file(f"{pack.id}-postcodes", _POSTCODE_HEAD, rows)


@bp.get("/register.json")
@public
def register() -> Any:
    """The whole register as JSON."""
    pack = area()
    return jsonify({
        "area": pack.id,
        "version": pack.version,
        "name": pack.full_name,
        "valid_from": pack.valid_from.isoformat(),
        "gemeente_code": pack.gemeente_code,
        "nested": [{"id": n.id, "name": n.name, "kind": n.kind, "code": n.code} for n in pack.nested],
        "clusters": [{"code": each.code, "name": each.name} for each in pack.clusters],
        "wijken": [
            {
                "code": wijk.code, "name": wijk.name, "cluster": wijk.cluster,
                "valid_from": wijk.valid_from.isoformat(), "tile": [wijk.tile_row, wijk.tile_column],
                "buurten": [
                    {"code": b.code, "name": b.name, "focus": b.focus, "valid_from": b.valid_from.isoformat()}
                    for b in pack.buurten_of(wijk.code)
                ],
            }
            for wijk in pack.wijken.values()
        ],
        "postcodes": [
            {
                "pc4": each.pc4, "class": each.verdict.value, "area_share": str(each.area_share),
                "buurten": each.buurten, "remainder": each.remainder,
                "valid_from": each.valid_from.isoformat(),
            }
            for those in pack.postcodes.values()
            for each in those
        ],
        "sources": [
            {"id": s.id, "title": s.title, "publisher": s.publisher, "use": s.use} for s in pack.sources
        ],
    })  # fmt: skip
