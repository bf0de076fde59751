"""`cwb bank import`: a bank statement becomes entries, and payments of the invoices they name."""

import json
from hashlib import file_digest
from pathlib import Path
from typing import Any

import click

from cwb.identity.queries import find_organisation_by_kvk
from cwb.kernel import clock
from cwb.kernel.errors import Refusal
from cwb.kernel.money import Money
from cwb.kernel.runtime import writing
from ledger.bank.errors import NobodyWithNumber
from ledger.bankdesk.services import Taken, claim_accounts, import_statements
from ledger.bankfiles.errors import BankFileUnreadable
from ledger.bankfiles.gateway import read


@click.group("bank")
def bank() -> None:
    """Bank statements."""


@bank.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--organisation", default="", help="KvK number of whose accounts these are, where that is not known."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_(file: Path, organisation: str, as_json: bool) -> None:
    """Take in FILE (camt.053 or MT940) and book what its references name; the same file twice adds nothing."""
    taken = Taken()
    try:
        with file.open("rb") as content:
            checksum = file_digest(content, "sha256").hexdigest()
        with writing() as session:
            at = clock.now()
            if organisation:
                owner = find_organisation_by_kvk(session, organisation)
                if owner is None:
                    raise NobodyWithNumber
                claim_accounts(session, party=owner, items=read(lambda: file.open("rb")), at=at)
            import_statements(
                session,
                read(lambda: file.open("rb")),
                checksum=checksum,
                party=None,
                actor=None,
                at=at,
                taken=taken,
            )
    except BankFileUnreadable as fault:
        click.echo(fault.text(), err=True)
        raise click.exceptions.Exit(2) from None
    except Refusal as fault:
        if as_json:
            click.echo(
                json.dumps(
                    {**report(taken, stored=False), "refused": fault.text(), "reason": type(fault).__name__}
                )
            )
        click.echo(fault.text(), err=True)
        raise click.exceptions.Exit(1) from None
    answer = report(taken, stored=True)
    if as_json:
        click.echo(json.dumps(answer))
        return
    for name, value in answer.items():
        if not isinstance(value, list):
            click.echo(f"{name}: {value}")
    for each in answer["faults"]:
        click.echo(f"fault {each['row']} {each['field']}: {each['fault']}", err=True)


def report(taken: Taken, *, stored: bool) -> dict[str, Any]:
    """What is said of an import: the contract's fields, what was new, and the faults with their places."""
    found, matched = taken.found, taken.matched if stored else 0
    return {
        "entries": found.entries, "matched": matched, "unmatched": found.entries - matched,
        "opening": None if found.opening is None else Money(found.opening).plain(),
        "closing": None if found.closing is None else Money(found.closing).plain(),
        "balanced": found.balanced, "added": taken.added if stored else 0,
        "statements": len(found.statements),
        "faults": [
            {"row": each.line, "field": each.field, "fault": each.what.text(), "code": type(each.what).__name__}
            for each in found.faults
        ],
        "fault_count": found.fault_count,
    }  # fmt: skip
