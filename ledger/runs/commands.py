"""`cwb spend undo`: a booked file is taken back, as on its page."""

import json
from typing import Any

import click
from sqlalchemy.orm import Session

from cwb.kernel import clock
from cwb.kernel.errors import NotFound, Refusal
from cwb.kernel.runtime import reading, writing
from ledger.cells.rules import plain
from ledger.corrections.services import undo_import
from ledger.repeats.queries import elsewhere
from ledger.spend.errors import ImportUndone
from ledger.spend.models import SpendImport
from ledger.spend.queries import undone
from ledger.spend.rules import check_reason
from ledger.uploads import queries


@click.group("spend")
def spend() -> None:
    """Local spend: import, measure, check."""


@spend.command("undo")
@click.argument("import_", metavar="IMPORT")
@click.option("--anchor", required=True, help='KvK number, public id, or "demo".')
@click.option("--reason", required=True, help="Why; it stays readable.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def undo(import_: str, anchor: str, reason: str, dry_run: bool, as_json: bool) -> None:
    """Take a booked file back: IMPORT is its id, or twelve or more digits of its SHA-256."""
    try:
        with reading() if dry_run else writing() as session:
            made = queries.booked_as(session, queries.anchor(session, anchor).id, import_)
            told = check_reason(reason)
            if made.id in undone(session, made.anchor_id):
                raise ImportUndone
            answer = effect(session, made) | {"dry_run": dry_run}
            if not dry_run:
                gone = undo_import(session, made=made, reason=told, actor_id=None, at=clock.now())
                answer["lines"] = gone.line_count
    except Refusal as fault:
        if as_json and not isinstance(fault, NotFound):
            click.echo(json.dumps({"refused": fault.text(), "reason": type(fault).__name__}))
        click.echo(fault.text(), err=True)
        raise click.exceptions.Exit(1) from None
    if as_json:
        click.echo(json.dumps(answer))
        return
    for name, value in answer.items():
        click.echo(f"{name}: {json.dumps(value) if isinstance(value, list) else value}")


def effect(session: Session, made: SpendImport) -> dict[str, Any]:
    """What taking a file back does, as its page tells it: what goes, what counts again, and what stays by whom."""
    goes, back = queries.effects(session, made.id), queries.returns(session, made)
    return {
        "import": str(made.public_id), "file": made.file_name, "lines": sum(each.lines for each in goes),
        "goes": _sums(goes), "returns": _sums(back),
        "net": plain(sum(each.net for each in back) - sum(each.net for each in goes)),
        "kept": [
            {"file": each.file_name, "lines": each.lines, "sum": plain(each.net)}
            for each in elsewhere(session, made.id)
        ],
    }  # fmt: skip


def _sums(found: list[queries.Effect]) -> list[dict[str, Any]]:
    return [
        {"period": each.period and str(each.period), "lines": each.lines, "sum": plain(each.net)}
        for each in found
    ]
