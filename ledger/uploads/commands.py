"""`cwb spend import`: what an organisation exports becomes purchase lines."""

import json
from collections.abc import Mapping
from hashlib import file_digest
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from cwb.kernel import clock
from cwb.kernel.errors import NotFound, Refusal
from cwb.kernel.period import Period, PeriodInvalid
from cwb.kernel.runtime import reading as looking
from cwb.kernel.runtime import writing
from ledger.cells.rules import plain
from ledger.details.rules import Findings
from ledger.details.rules import Found as Finding
from ledger.readers.gateway import Found, look
from ledger.readers.rules import Reading
from ledger.spend.rules import File, Recorded
from ledger.tables.errors import FileUnreadable
from ledger.tables.rules import sheet_and_row
from ledger.twins.queries import Replaced, changed_lines, replaced
from ledger.twins.queries import told as told_twins
from ledger.uploads import queries, services


@click.group("spend")
def spend() -> None:
    """Local spend: import, measure, check."""


@spend.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--anchor", required=True, help='KvK number, public id, or "demo".')
@click.option("--profile", help="A mapping saved under this name; without it the mapping is guessed.")
@click.option("--period", "period_text", help="2026-Q3, 2026 or 2026-07-01/2026-10-01: refuse other days.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_(
    file: Path, anchor: str, profile: str | None, period_text: str | None, dry_run: bool, as_json: bool
) -> None:
    """Book the purchase lines of FILE (CSV, Excel, ODS, XAF, UBL or CAMT.053); the same file twice adds nothing."""
    told: dict[str, Any] = {}
    try:
        period = None if period_text is None else Period.parse(period_text)
        with looking() if dry_run else writing() as session:
            _book(session, told, file, anchor, profile, period)
    except (PeriodInvalid, FileUnreadable) as fault:
        click.echo(fault.text(), err=True)
        raise click.exceptions.Exit(2) from None
    except Refusal as fault:
        if as_json and not isinstance(fault, NotFound):
            click.echo(json.dumps({**report(told), "refused": fault.text(), "reason": type(fault).__name__}))
        click.echo(fault.text(), err=True)
        raise click.exceptions.Exit(1) from None
    answer = report(told)
    if as_json:
        click.echo(json.dumps(answer))
        return
    _say(answer)


def _say(answer: Mapping[str, Any]) -> None:
    """What was found, for people; what asks for attention beside it."""
    for name, value in answer.items():
        if not isinstance(value, list | dict):
            click.echo(f"{name}: {value}")
    if answer["likely_counted"]["lines"]:
        click.echo(
            "likely counted already, see /spend/conflicts: {lines} lines, {sum}, in {file}".format(
                **answer["likely_counted"]
            ),
            err=True,
        )
    if answer["likely_counted"]["changed"]:
        click.echo(
            "counted with another amount, see /spend/conflicts: {changed} lines, {changed_sum}".format(
                **answer["likely_counted"]
            ),
            err=True,
        )
    _say_if_new(answer["likely_counted"].get("if_new", {}))
    for name in ("faults", "flags"):
        for each in answer[name][:20]:
            click.echo(
                f"{name[:-1]} {each['row'] or 'file'} {each['field']}: {each.get('told') or each[name[:-1]]}",
                err=True,
            )


def _say_if_new(found: Mapping[str, Any]) -> None:
    """What goes and what comes when the new amounts are taken, where an invoice would lose lines."""
    if not found.get("fewer_invoices"):
        return
    click.echo(
        "if the new amounts are taken: {old_lines} lines, {old_sum} go; {new_lines} lines, {new_sum} come; "
        "invoices that come with fewer lines than they have: {fewer_invoices}".format(**found),
        err=True,
    )
    for each in found["fewer"]:
        for line in each["lost"]:
            click.echo(
                f"  goes: {each['supplier']} {each['document']} {line['amount']} {line['description']}",
                err=True,
            )


def _book(
    session: Session,
    told: dict[str, Any],
    file: Path,
    anchor_text: str,
    profile: str | None,
    period: Period | None,
) -> None:
    anchor = queries.anchor(session, anchor_text)
    columns = None if profile is None else queries.profile(session, anchor.id, profile).map
    told["found"] = found = look(file, columns)
    at = clock.now()
    told["reading"] = rows = found.reading(
        columns, period, services.who_reports(session), clock.local_date(at)
    )
    with file.open("rb") as content:
        checksum = file_digest(content, "sha256").hexdigest()
    told["done"] = services.book_file(
        session, anchor=anchor, reading=rows, file=File(file.name[-200:], checksum), actor_id=None, at=at,
        with_payments=True,
    )  # fmt: skip
    told["twins"] = told_twins(session, told["done"].twins)
    if told["done"].twins.changed:
        told["replaced"] = replaced(session, changed_lines(session, told["done"].import_id or 0))


def _twins(found: dict[str, Any]) -> dict[str, Any]:
    """What seems to count already, with amounts as text."""
    return {**found, **{name: plain(found[name]) for name in ("sum", "changed_sum")}}


def _if_new(found: Replaced | None) -> dict[str, Any]:
    """What deciding that the new amounts stand in the place of the old would do, with amounts as text."""
    if found is None:
        return {}
    fewer = [
        {
            "supplier": each.supplier, "document": each.document, "old_lines": each.old_lines,
            "old_sum": plain(each.old_sum), "new_lines": each.new_lines, "new_sum": plain(each.new_sum),
            "lost": [{"description": line.description, "amount": plain(line.amount)} for line in each.lost],
        }
        for each in found.fewer
    ]  # fmt: skip
    said = {
        "old_lines": found.old_lines, "old_sum": plain(found.old_sum), "new_lines": found.new_lines,
        "new_sum": plain(found.new_sum), "fewer_invoices": found.fewer_invoices, "fewer": fewer,
    }  # fmt: skip
    return {"if_new": said}


def report(told: dict[str, Any]) -> dict[str, Any]:
    """What is said of an import, as far as it came: the contract's fields, and what was flagged."""
    reading: Reading | None = told.get("reading")
    found: Found | None = told.get("found")
    done: Recorded | None = told.get("done")
    if reading is None:
        return {} if found is None else _looked(found)
    tally = reading.tally
    return {
        "rows": tally.rows, "accepted": tally.accepted, "rejected": tally.rejected, "sum": plain(tally.total),
        "negatives": tally.negatives, "negatives_sum": plain(tally.negatives_total),
        "duplicates": done.duplicates if done else 0, "added": done.added if done else 0,
        "likely_counted": {**_twins(told["twins"]), **_if_new(told.get("replaced"))} if done else None,
        "encoding": reading.table.encoding, "delimiter": reading.table.delimiter, "header_row": reading.header_row,
        "first_date": tally.first_on.isoformat() if tally.first_on else None,
        "last_date": tally.last_on.isoformat() if tally.last_on else None, "suppliers": len(reading.suppliers),
        "mapping": dict(reading.columns.fields), "confidence": dict(reading.confidence),
        "decimal_mark": reading.columns.mark, "date_order": reading.columns.order,
        "faults": [
            {**_where(each), "fault": each.what.text(), "code": type(each.what).__name__}
            for each in sorted(tally.faults.kept, key=lambda each: each.row)
        ],
        "fault_counts": _counts(tally.faults), "flag_counts": _counts(tally.flags),
        "flags": [
            {**_where(each), "flag": each.what} if isinstance(each.what, str)
            else {**_where(each), "flag": type(each.what).__name__, "told": each.what.text()}
            for each in sorted(tally.flags.kept, key=lambda each: each.row)
        ],
    }  # fmt: skip


def _where(found: Finding) -> dict[str, Any]:
    """The row and field of a finding; of a further sheet of a workbook also its place."""
    sheet, row = sheet_and_row(found.row)
    return {"row": row, "field": found.field} | ({"sheet": sheet} if sheet else {})


def _counts(findings: Findings) -> dict[str, int]:
    found: dict[str, int] = {}
    for (_field, what), number in findings.counts.items():
        found[what] = found.get(what, 0) + number
    return found


def _looked(found: Found) -> dict[str, Any]:
    """What a file seems to hold, where no mapping was safe."""
    return {
        "encoding": found.table.encoding, "delimiter": found.table.delimiter, "header_row": found.header_row,
        "columns": found.labels, "mapping": dict(found.guess.map.fields), "proposed": dict(found.guess.proposed),
        "confidence": dict(found.guess.confidence), "missing": list(found.guess.missing),
    }  # fmt: skip
