"""`cwb score FILE`: anyone recomputes a ranking from its inputs."""

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import click

from procurement.scoring import rules
from procurement.scoring.errors import ScoreInputInvalid
from procurement.scoring.gateway import read, written


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def score(file: Path, *, as_json: bool) -> None:
    """Rank the bids of FILE by its method, exactly. Exit 1: cannot be scored; 2: no readable input."""
    try:
        outcome = rules.score(*read(load(file)))
    except ScoreInputInvalid as fault:
        click.echo(fault.text(), err=True)
        sys.exit(2)
    found = written(outcome)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    for each in found["ranking"]:
        print(f"{each['rank'] or '-':>4}  {each['id']:<20} {each['total'] or each['knocked_out']}")
    print(f"formula: {found['formula']}")


def load(file: Path) -> Any:
    """The JSON of a file, numbers exact.

    Raises:
        ScoreInputInvalid: it cannot be read, or names something twice.
    """

    def refuse(name: str) -> NoReturn:
        raise ValueError(f"{name} is no number")

    try:
        return json.loads(
            file.read_text(encoding="utf-8-sig"), parse_float=Decimal, parse_constant=refuse,
            object_pairs_hook=_once,
        )  # fmt: skip
    except OSError as fault:
        raise ScoreInputInvalid(where=file.name, fault=fault.strerror or "cannot be read") from None
    except (ValueError, ArithmeticError, RecursionError):
        raise ScoreInputInvalid(where=file.name, fault="no readable JSON") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names occur once: of two scores for one criterion nobody knows which counts."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name occurs twice")
    return found
