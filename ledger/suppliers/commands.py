"""`cwb spend place`: where suppliers are, with the registers the area has now."""

import json

import click
from sqlalchemy import select

from cwb.kernel.clock import now
from cwb.kernel.runtime import writing
from ledger.suppliers.models import Supplier
from ledger.suppliers.services import place_anew

AT_ONCE = 1000


@click.group("spend")
def spend() -> None:
    """Local spend: import, measure, check."""


@spend.command("place")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def place(*, as_json: bool) -> None:
    """Say anew where every supplier is, after a new table of addresses or another version of the area.

    What was said before stays in the file of each supplier; published figures stay as they were signed.
    """
    with writing() as session:
        ids = session.scalars(select(Supplier.id).order_by(Supplier.id)).all()
        rows = sum(
            place_anew(session, supplier_ids=ids[start : start + AT_ONCE], at=now())
            for start in range(0, len(ids), AT_ONCE)
        )
    facts = {"suppliers": len(ids), "changed": rows}
    click.echo(json.dumps(facts) if as_json else f"{len(ids)} suppliers, {rows} rows of evidence placed anew")
