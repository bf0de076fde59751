"""Open data of the figure: the whole export, its rows, and the published shares."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, current_app, request
from sqlalchemy.orm import Session

from cwb.kernel.canonical import canonical_json
from cwb.kernel.feature import DataFile, Figure
from cwb.kernel.money import Money
from cwb.kernel.text import N_
from cwb.places.gateway import area_pack
from cwb.places.rules import AreaPack
from cwb.web.guards import permit, public
from cwb.web.i18n import percent
from cwb.web.pages import csv_file
from cwb.web.request import db, find_actor
from cwb.web.workbooks import Sheet, workbook_file
from ledger.drafts.policy import may_read
from ledger.drafts.services import newest_signed, told
from ledger.exports.gateway import whole_export
from ledger.figure.rules import SCHEMAS
from ledger.opendata.rules import shape
from ledger.publication.queries import signed_periods
from ledger.rows.rules import partial
from ledger.spend.rules import public_period

bp = Blueprint("spend_data", __name__, url_prefix="/data/spend")

_FIGURE_HEAD = (
    "measure", "of", "period", "lo", "hi", "coverage", "total", "publishable", "why", "area", "definition", "hash",
)  # fmt: skip


def _area() -> AreaPack:
    return area_pack(current_app.extensions["cwb.config"])


def _export(text: str) -> dict[str, Any]:
    """The export that stands in an address: what was signed; until then all buyers together; or a draft, by name.

    Raises:
        PeriodNotPublished. Forbidden: a draft, for who reads none.
    """
    draft, period = bool(request.args.get("draft")), public_period(text)
    permit(not draft or may_read(find_actor()))
    return told(db(), period, _area(), drafts=draft).export or whole_export(db(), period, _area())


def _name(found: Mapping[str, Any]) -> str:
    """What a file of an export is called: what is not signed says so."""
    kind = "" if "publication" in found else "-concept" if request.args.get("draft") else "-voorlopig"
    return f"inkoop-{found['period']}{kind}"


@bp.get("/<period>.json")
@public
def whole(period: str) -> Any:
    """The export of a period: rows, figures, hash. The same bytes for the same figures (RFC 8785)."""
    return Response(canonical_json(_export(period)), mimetype="application/json")


@bp.get("/<period>.csv")
@public
def rows(period: str) -> Any:
    """The rows of the public export of a period."""
    found = _export(period)
    variants = [each["id"] for each in found["area"]["variants"]]
    head = [
        "period", "anchor", "anchor_name", "category", "exclusion", "class", "grade", *variants, "suppliers", "lines",
        "up", "down",
    ]  # fmt: skip
    lines: list[list[object]] = [
        [
            found["period"], row["anchor"], found["anchors"].get(row["anchor"], ""), row["category"], "", row["class"],
            row["grade"], *(row["variants"][each] for each in variants), row["suppliers"], row["lines"],
            Money.of(row["up"]), Money.of(row["down"]),
        ]
        for row in found["rows"]
    ]  # fmt: skip
    lines += [
        [
            found["period"], row["anchor"], found["anchors"].get(row["anchor"], ""), "", row["code"], "", "",
            *("" for _variant in variants), "", row["lines"], Money.of(row["amount"]), Money(0),
        ]
        for row in found["excluded"]
    ]  # fmt: skip
    return csv_file(_name(found), head, lines)


@bp.get("/<period>-figures.csv")
@public
def figures(period: str) -> Any:
    """The published shares of a period: all together, per variant of the area, per anchor, per category."""
    found = _export(period)
    return csv_file(f"{_name(found)}-cijfers", _FIGURE_HEAD, _figure_rows(found))


def _figure_rows(found: Mapping[str, Any]) -> list[list[object]]:
    share = found["figures"]["local_supplier_share"]
    groups = {
        "total": {"": share["total"]},
        **{name: share[name] for name in ("variants", "around", "by_anchor", "by_category", "by_wijk")},
    }
    papers = (f"{found['area']['id']} {found['area']['version']}", found["definition"], found["hash"])
    landed = found["figures"]["landed_share"]
    floors = {"": landed, **landed["by_anchor"]}
    return [
        [
            name, key, found["period"], *(_ratio(each[part]) for part in ("lo", "hi", "coverage")),
            Money.of(each["total"]), "yes" if each["publishable"] else "no", each["why"], *papers,
        ]
        for name, group in groups.items()
        for key, each in group.items()
    ] + [
        [
            "landed", key, found["period"], *(_ratio(each[part]) for part in ("floor", "hi", "coverage")),
            Money.of(each["total"]), "yes" if each["measured"] else "no", each["why"], *papers,
        ]
        for key, each in floors.items()
    ]  # fmt: skip


_LISTS = (
    "rows", "nettings", "landed", "wijken", "rings", "novelty", "payments", "contracts", "without_euros", "excluded",
    "influence",
)  # fmt: skip
_AMOUNTS = frozenset({
    "up", "down", "amount", "declared_up", "declared_down", "landed", "silent_up", "silent_down",
})  # fmt: skip


@bp.get("/<period>.<any(xlsx, ods):kind>")
@public
def workbook(period: str, kind: str) -> Any:
    """The whole export as a workbook: the shares, then each of its lists on a sheet of its own."""
    found = _export(period)
    sheets = [Sheet("figures", _FIGURE_HEAD, _figure_rows(found)), _about(found)]
    sheets += [_sheet(name, found[name]) for name in _LISTS if found[name]]
    sheets += [_gaps(found)] if partial(found) else []
    return workbook_file(_name(found), kind, sheets)


def _about(found: Mapping[str, Any]) -> Sheet:
    """What the export is made of and how its keys are called."""
    rows: list[tuple[str, str, object]] = [
        *(("export", name, found[name]) for name in ("schema", "definition", "period", "rows_hash", "hash")),
        ("area", found["area"]["id"], found["area"]["version"]),
        *((name, key, text) for name in ("anchors", "categories") for key, text in found[name].items()),
        *(("wijken", key, text) for key, text in found["area"]["wijken"].items()),
    ]
    return Sheet("about", ("part", "key", "value"), rows)


def _gaps(found: Mapping[str, Any]) -> Sheet:
    """What is missing from the period: a row per quarter that an anchor did not hand in whole."""
    rows = [
        (each["anchor"], each["name"], gap["quarter"], gap["by"] or "nothing", " ".join(gap["months"]))
        for each in found["deliveries"]
        for gap in each["gaps"]
    ]
    return Sheet("gaps", ("anchor", "name", "quarter", "by", "months"), rows)


def _sheet(name: str, rows: Sequence[Mapping[str, Any]]) -> Sheet:
    """A list of the export: its keys as columns, a mapping within as one column per key."""
    flat = [
        {
            key if part is None else part: Money.of(value) if key in _AMOUNTS else value
            for key, held in row.items()
            for part, value in (held.items() if isinstance(held, Mapping) else ((None, held),))
        }
        for row in rows
    ]
    return Sheet(name, list(flat[0]), [list(row.values()) for row in flat])


@bp.get(f"/<any({', '.join(f'{each!r}' for each in SCHEMAS)}):name>.schema.json")
@public
def schema(name: str) -> Any:
    """What an export holds, as a JSON Schema; its address changes only with the shape, and earlier ones stay."""
    return Response(canonical_json(shape(name)), mimetype="application/schema+json")


def _ratio(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def files(session: Session, _at: datetime) -> list[DataFile]:
    """The exports of the latest four quarters that were signed, for the page with open data."""
    return [
        DataFile(kind, f"spend_data.{endpoint}", {"period": period, **more}, period)
        for period in sorted((each for each in signed_periods(session) if "Q" in each), reverse=True)[:4]
        for kind, endpoint, more in (
            ("JSON", "whole", {}),
            ("CSV", "rows", {}),
            ("XLSX", "workbook", {"kind": "xlsx"}),
            ("ODS", "workbook", {"kind": "ods"}),
        )
    ]


def share(session: Session, _at: datetime) -> Figure | None:
    """The local supplier share of the latest quarter that was signed, for the front page; None while none was."""
    newest = newest_signed(session)
    if newest is None:
        return None
    facts = newest[1]["figures"]["local_supplier_share"]["total"]
    known = facts["publishable"] and facts["lo"] is not None and facts["hi"] is not None
    return Figure(
        (Decimal(facts["lo"]), Decimal(facts["hi"])) if known else None,
        N_("van de inkoop gaat naar leveranciers uit het gebied"),
        "spend.index",
        hint=N_("Kwartaal %(period)s, getekend. We kennen %(share)s van de uitgaven."),
        facts={"period": newest[0].period, "share": percent(_ratio(facts["coverage"]), 0)},
    )
