"""How much a page takes, what saved mappings are called, and how far long work is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from cwb.kernel.errors import Refusal, RuleBroken
from cwb.kernel.facts import stored
from cwb.kernel.period import Period
from cwb.kernel.text import N_
from ledger.details.rules import Findings, Found
from ledger.extracts.rules import bare_name
from ledger.readers.rules import Tally
from ledger.suppliers.rules import SupplierFacts
from ledger.tables.rules import sheet_and_row
from ledger.uploads.errors import ProfileNameInvalid

MOST_ROWS = 20_000
"""Rows of a file that a page reads and books while one waits; a longer one is work for the worker."""

QUICK_SIZE = 3 * 1024 * 1024
"""Bytes of a file that a page reads while one waits."""

HEAD_SIZE = 512 * 1024
"""Bytes of the beginning of a longer file that a page reads: some four thousand rows."""

MOST_TRIES = 3
"""How often work that broke off is begun anew."""

MOST_WAITING = 20
"""Files of one person that wait at a time: each is kept until it is booked, thrown away, or a day old.

As many that are refused are kept beside them, the latest. What a colleague left waiting keeps nobody out.
"""

SHOWN = 25
"""Faults and flags that a page shows of a long file, row by row; more are in a file, and all are counted."""

FIRST = 10
"""Rows that are shown as they were understood."""


def profile_name(text: str) -> str:
    """The name of a saved mapping, cleaned.

    Raises:
        ProfileNameInvalid: none, or too long.
    """
    name = " ".join(text.split())
    if not 1 <= len(name) <= 60:
        raise ProfileNameInvalid(field="name")
    return name


class RunKind(StrEnum):
    """Long work on a file: a dry run, booking it, or taking it back."""

    LOOK = "look"
    BOOK = "book"
    UNDO = "undo"


RUN_KINDS: Mapping[RunKind, str] = {
    RunKind.LOOK: N_("lezen"), RunKind.BOOK: N_("opslaan"), RunKind.UNDO: N_("terugnemen"),
}  # fmt: skip


class RunState(StrEnum):
    """Where that work is. Refused: the file cannot be booked. Failed: it broke off time and again."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


def left(done: int, total: int, started_at: datetime, at: datetime) -> timedelta | None:
    """How long it will take yet, if it goes on as it went; None where nobody can say."""
    if not 0 < done <= total or at <= started_at:
        return None
    return (at - started_at) * (total - done) / done


Moved = Sequence[tuple[date | None, date | None]]
"""Days of credit notes, and the days of their originals, on which they count."""


def told(
    tally: Tally, suppliers: Sequence[SupplierFacts], new: int, twins: Mapping[str, Any] | None = None,
    moved: Moved = (),
) -> dict[str, Any]:  # fmt: skip
    """What was found in a file, for storing. `twins`: what is told of lines that seem to count already."""
    return {
        "rows": tally.rows, "accepted": tally.accepted, "rejected": tally.rejected, "new": new,
        "sum": tally.total, "rejected_sum": tally.all_total - tally.total,
        "negatives": tally.negatives, "suppliers": len(suppliers), "renamed": renamed(suppliers)[:MOST_RENAMED],
        "twins": twins,
        "first_on": tally.first_on.isoformat() if tally.first_on else None,
        "last_on": tally.last_on.isoformat() if tally.last_on else None,
        "faults": _findings(tally.faults), "flags": _findings(tally.flags),
        "fault_kinds": _kinds(tally.faults), "flag_kinds": _kinds(tally.flags),
        "quarters": sorted(_quarters(tally, moved).items(), key=lambda each: each[0] or ""),
    }  # fmt: skip


MOST_RENAMED = 10
"""KvK numbers with several names that are told of one file."""


def renamed(suppliers: Sequence[SupplierFacts]) -> list[tuple[str, list[str]]]:
    """KvK numbers that stand with two names which are more than another spelling: one of a firm that took a new name?

    A number with three names or more is one of many suppliers; the work list says that.
    """
    names: dict[str, dict[str, str]] = {}
    for each in suppliers:
        if each.kvk_number:
            names.setdefault(each.kvk_number, {}).setdefault(each.name, each.name)
    found = (
        (number, list({bare_name(name): name for name in reversed(those)}.values())[::-1])
        for number, those in names.items()
        if len(those) > 1
    )
    return [(number, those) for number, those in found if len(those) == 2]


def _quarters(tally: Tally, moved: Moved) -> Counter[str | None]:
    """Good rows per quarter in which they count; None: without a date."""

    def quarter(on: date | None) -> str | None:
        return str(Period.quarter_of(on)) if on else None

    found: Counter[str | None] = Counter()
    for on, rows in tally.days.items():
        found[quarter(on)] += rows
    for was, now in moved:
        found[quarter(was)] -= 1
        found[quarter(now)] += 1
    return +found


def _kinds(findings: Findings) -> list[dict[str, Any]]:
    """Every kind of finding with how often it was found and the first of it, most often first."""
    return [
        {**_finding(findings.first[kind]), "count": count} for kind, count in findings.counts.most_common()
    ]


def _findings(findings: Findings) -> list[dict[str, Any]]:
    return [_finding(each) for each in sorted(findings.kept, key=lambda each: each.row)]


def _finding(found: Found) -> dict[str, Any]:
    what = fault(found.what) if isinstance(found.what, RuleBroken) else {"what": found.what}
    sheet, row = sheet_and_row(found.row)
    return {"sheet": sheet, "row": row, "field": found.field, **what}


def fault(broken: Refusal) -> Mapping[str, Any]:
    """Why something was refused, for storing: said in the reader's own language later."""
    return {"message": broken.message, "facts": {name: stored(value) for name, value in broken.facts.items()}}
