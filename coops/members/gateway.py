"""Reading a list of members: pasted from a spreadsheet, or a CSV file."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from coops.members import errors
from coops.members.rules import MemberFacts, MemberKind, tidy
from cwb.kernel.errors import RuleBroken

MOST_ROWS = 5000

COLUMNS = {
    "naam": "name", "name": "name", "contact": "contact", "e-mail": "contact", "email": "contact",
    "telefoon": "contact", "soort": "kind", "kind": "kind", "lid sinds": "joined_on", "joined_on": "joined_on",
}  # fmt: skip
"""How the first row may name a column → the part of a member; what else stands in a file is refused."""

NEEDED = ("name", "contact", "kind")

_KINDS = {
    "werkend": MemberKind.WORKER, "gebruiker": MemberKind.USER, "bewoner": MemberKind.RESIDENT,
    "steunend": MemberKind.SUPPORTING,
}  # fmt: skip


@dataclass(slots=True)
class Read:
    """What a list holds: rows that can be kept, and the faults of the others by row of the list, from 1."""

    rows: list[MemberFacts] = field(default_factory=list)
    faults: list[tuple[int, RuleBroken]] = field(default_factory=list)


def decoded(content: bytes) -> str:
    """The text of a file.

    Raises:
        ListUnreadable: it is no text.
    """
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise errors.ListUnreadable(why="het is geen tekst. Sla het op als CSV.")


def read_members(text: str, today: date) -> Read:
    """The rows of a list with the names of `COLUMNS` in its first row; empty rows are none.

    Raises:
        ListUnreadable: the list as a whole; says why.
    """
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(io.StringIO(text), delimiter=max(";,\t", key=first.count), strict=True)
    try:
        lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise errors.ListUnreadable(why=f"regel {reader.line_num} is geen CSV.") from None
    if len(lines) < 2:
        raise errors.ListUnreadable(why="er staat niets onder de kopregel.")
    if len(lines) - 1 > MOST_ROWS:
        raise errors.ListUnreadable(why=f"het zijn meer dan {MOST_ROWS} regels. Splits de lijst.")
    head = _head(lines[0][1])
    found = Read()
    for number, cells in lines[1:]:
        try:
            found.rows.append(_row(dict(zip(head, cells, strict=False)), today))
        except RuleBroken as fault:
            found.faults.append((number, fault))
    return found


def _head(cells: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    if strange := [name for name in names if name not in COLUMNS]:
        raise errors.ListUnreadable(why=f"deze kolommen kennen wij niet: {', '.join(strange)[:100]}.")
    head = [COLUMNS[name] for name in names]
    if len(set(head)) != len(head):
        raise errors.ListUnreadable(why="een kolom staat er twee keer.")
    if missing := [name for name in NEEDED if name not in head]:
        raise errors.ListUnreadable(why=f"deze kolommen ontbreken: {', '.join(missing)}.")
    return head


def _row(cells: Mapping[str, str], today: date) -> MemberFacts:
    given = {name: text.strip() for name, text in cells.items()}
    kind = given.get("kind", "").lower()
    if kind not in _KINDS and kind not in set(MemberKind):
        raise errors.KindUnknown(field="kind")
    facts = MemberFacts(
        given.get("name", ""), given.get("contact", ""), _KINDS.get(kind) or MemberKind(kind),
        _day(given.get("joined_on", ""), today),
    )  # fmt: skip
    return tidy(facts, today)


def _day(text: str, today: date) -> date:
    if not text:
        return today
    for form in ("%Y-%m-%d", "%d-%m-%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 (a calendar day has no time zone)
        except ValueError:
            continue
    raise errors.DayInvalid(field="joined_on")
