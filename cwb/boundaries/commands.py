"""`cwb area import-boundaries`."""

import json
from pathlib import Path

import click

from cwb.boundaries.errors import BoundariesRefused, BoundariesUnreadable
from cwb.boundaries.gateway import keep, read_features
from cwb.boundaries.rules import outlines
from cwb.config import Config
from cwb.places.gateway import area_pack


@click.group("area")
def area() -> None:
    """The area of this installation."""


@area.command("import-boundaries")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", default="", help="Who published them: it stands under every map.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_boundaries(file: Path, source: str, *, as_json: bool) -> None:
    """Take the boundaries of wijken or buurten from FILE (GeoJSON, WGS84): checked, simplified, shown on maps."""
    config = Config.from_environment()
    try:
        features = read_features(file)
        found = outlines(features, area_pack(config))
    except BoundariesUnreadable as fault:
        click.echo(fault.text(), err=True)
        raise click.exceptions.Exit(2) from None
    except BoundariesRefused as fault:
        click.echo(fault.text(), err=True)
        raise click.exceptions.Exit(1) from None
    keep(config, found, " ".join(source.split()))
    if not source.strip():
        click.echo("no --source: the maps do not say who published these boundaries", err=True)
    facts = {
        "level": found.level, "places": len(features),
        "points": sum(len(ring) for each in features for ring in each.rings),
        "kept": sum(len(ring) for those in found.rings.values() for ring in those),
    }  # fmt: skip
    if as_json:
        click.echo(json.dumps(facts))
    else:
        click.echo("\n".join(f"{name}: {value}" for name, value in facts.items()))
