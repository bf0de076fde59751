"""`cwb bench`: figures beside their yardsticks, measured in the same run."""

import json
import os
import platform
from pathlib import Path
from typing import Any

import click

from cwb.bench.errors import BenchUnknown
from cwb.bench.gateway import measure
from cwb.config import Config
from cwb.kernel import clock
from cwb.kernel.feature import load
from cwb.kernel.runtime import database_url

HEAD = ("figure", "ours", "yardstick", "ratio", "target", "")


@click.command()
@click.argument(
    "name",
    metavar="ledger|clusters|pages|deadline|lists|matching|import|report|clearing|storm|invoices|bank|circulation|charges|wallet|all",
)
@click.option("--size", type=click.Choice(["small", "normal", "large"]), default="normal", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Also write the JSON to a file.")
def bench(*, name: str, size: str, as_json: bool, out: Path | None) -> None:
    """Measure how fast this machine does the work. Compare ratios, not figures: they hold on a busy machine too."""
    config = Config.from_environment()
    known = {name: target for each in load(config.features) for name, target in each.benches.items()}
    if name not in {"all", *known}:
        raise BenchUnknown(name=name, known=", ".join(known))
    wanted = list(known) if name == "all" else [name]
    measures = {each: measure(known[each]) for each in wanted}
    url = database_url(config)
    started = clock.now()
    results: dict[str, Any] = {}
    for each, run in measures.items():
        click.echo(f"Measuring {each} ({size})", err=True)
        results[each] = run(size, url)
        if not as_json:
            click.echo(table(results[each]))
    document = {
        "at": started.isoformat(), "size": size, "python": platform.python_version(),
        "machine": platform.machine(), "cores": os.cpu_count(), "results": results,
    }  # fmt: skip
    if as_json:
        click.echo(json.dumps(document, indent=2))
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def table(figures: list[dict[str, Any]]) -> str:
    """Figures under each other, for a terminal."""
    rows = [HEAD, *(_row(each) for each in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) if column in {0, 5} else cell.rjust(width)
                  for column, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows
    )  # fmt: skip


def _row(figure: dict[str, Any]) -> tuple[str, ...]:
    said = "reached" if figure.get("reached") else "NOT reached"
    return (
        str(figure["name"]),
        f"{figure['figure']} {figure['unit']}",
        str(figure["yardstick"]),
        f"{figure['ratio']:.2f}",
        f"{figure['target']}",
        f"{said}{', ' + figure['note'] if figure.get('note') else ''}",
    )
