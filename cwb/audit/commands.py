"""`cwb audit verify`."""

import json
import sys

import click

from cwb.audit import queries
from cwb.kernel.runtime import reading


@click.group()
def audit() -> None:
    """The chained record of acts."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(*, as_json: bool) -> None:
    """Recompute the whole chain; exit 1 if anything is wrong."""
    with reading() as session:
        found = queries.verdict(session)
    facts = {
        "records": found.records,
        "unsealed": found.unsealed,
        "chain": "ok" if found.fault is None else f"broken at {found.fault}",
        "head": found.head,
    }
    if as_json:
        print(json.dumps(facts))
    else:
        for name, value in facts.items():
            print(f"{name}: {value}")
    sys.exit(0 if found.fault is None else 1)
