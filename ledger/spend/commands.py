"""`cwb spend share`: the published figure of a period."""

import json
from typing import Any

import click

from cwb.config import Config
from cwb.kernel.period import Period, PeriodInvalid
from cwb.kernel.runtime import writing
from cwb.places.gateway import area_pack
from ledger.drafts import services
from ledger.drafts.services import Told
from ledger.publication.models import Publication
from ledger.rollups.queries import find_anchor
from ledger.spend.errors import AnchorUnknown


@click.group("spend")
def spend() -> None:
    """Local spend: import, measure, check."""


@spend.command("share")
@click.option("--period", "period_text", required=True, help="2026-Q3, 2026 or 2026-07-01/2026-10-01.")
@click.option("--anchor", help="KvK number or public id of one anchor; without it all together.")
@click.option("--level", type=click.Choice(["supplier", "landed"]), default="supplier", show_default=True)
@click.option("--draft", is_flag=True, help="How it stands now, whatever was signed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def share(period_text: str, anchor: str | None, level: str, draft: bool, as_json: bool) -> None:
    """The published figure of a period: bounds, coverage, bridge, change, versions and hash.

    Of a period that nobody signed: how it stands now, with `signed` false.
    """
    try:
        period = Period.parse(period_text)
    except PeriodInvalid as fault:
        click.echo(fault.text(), err=True)
        raise click.exceptions.Exit(2) from None
    config = Config.from_environment()
    with writing(config) as session:
        key = None if anchor is None else find_anchor(session, anchor)
        if anchor is not None and key is None:
            raise AnchorUnknown
        area = area_pack(config)
        newest = services.told(session, period, area, drafts=False)
        found = newest if newest.export and not draft else services.told(session, period, area, drafts=True)
        answer = {**published(found.export or {}, key, level), **standing(newest.signed, found)}
    if as_json:
        click.echo(json.dumps(answer))
    else:
        for name in (
            "period",
            "signed",
            "version",
            "level",
            "anchor",
            "lo",
            "hi",
            "coverage",
            "total",
            "publishable",
            "why",
            "hash",
        ):
            click.echo(f"{name}: {'-' if answer[name] is None else answer[name]}")


def standing(newest: Publication | None, found: Told) -> dict[str, Any]:
    """Whether a figure is signed and as which version; of a draft, as which version it was signed last."""
    version = None if newest is None else newest.version
    return {
        "signed": not found.draft,
        "version": None if found.draft else version,
        "signed_version": version,
        "signed_at": None if newest is None else newest.at.isoformat(),
    }


def published(export: dict[str, Any], anchor: str | None, level: str) -> dict[str, Any]:
    """What the export says of all anchors or of one. An anchor that is too small stands among others: all None."""
    figures = export["figures"]
    nothing = {"lo": None, "hi": None, "coverage": None, "total": None, "publishable": False}
    small = {**nothing, "why": "suppressed: too few suppliers to show this anchor by itself"}
    local = figures["local_supplier_share"]
    if level == "landed":
        landed = figures["landed_share"]
        mine = landed if anchor is None else landed["by_anchor"].get(anchor)
        small["why"] = landed.get("untold", {}).get(anchor, small["why"])
        found = small if mine is None else {
            "lo": mine["floor"], "hi": mine["hi"], "coverage": mine["coverage"], "total": mine["total"],
            "publishable": mine["measured"], "why": mine["why"],
        }  # fmt: skip
    else:
        found = local["total"] if anchor is None else local["by_anchor"].get(anchor, small)
    bridges = figures["bridge"]
    return {
        "period": export["period"], "level": level, "anchor": anchor, **found,
        "variants": {**local["variants"], **local["around"]} if anchor is None and level == "supplier" else None,
        "bridge": bridges["total"] if anchor is None else bridges["by_anchor"].get(anchor),
        "change": figures["change"] if anchor is None and level == "supplier" else None,
        "index": figures["index"] if anchor is None and level == "supplier" else None,
        "by_level": figures["by_level"], "by_grade": figures["by_grade"], "top_share": figures["top_share"],
        "local_suppliers": figures["local_suppliers"], "average": export["average"],
        "area": {"id": export["area"]["id"], "version": export["area"]["version"]},
        "definition": export["definition"], "facts": export["facts"], "hash": export["hash"],
    }  # fmt: skip
