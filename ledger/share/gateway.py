"""Reads files of amounts per supplier."""

import csv
import re
from collections.abc import Mapping
from pathlib import Path

from cwb.kernel.money import MAX_MINOR
from ledger.share.errors import UnitsUnreadable
from ledger.share.rules import Standing, Unit

_NEEDED = ("supplier", "amount", "class")
_KNOWN = {*_NEEDED, "amount_high"}
_AMOUNT = re.compile(r"([+-]?)([0-9]{1,13})(?:\.([0-9]{1,2}))?")
_OPEN = {"open", "inf"}


def read_units(path: Path) -> list[Unit]:
    """The rows of a CSV (UTF-8, comma): supplier, amount[, amount_high], class.

    Amounts are euros with a point ("1250.00"). `amount_high` makes the row a band; empty means exact, "open"
    means without upper end. `class` is local, not_local or unknown.

    Raises:
        UnitsUnreadable: names every fault with its line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise UnitsUnreadable(file=path.name, faults=_plain(fault)) from None
    if not lines:
        raise UnitsUnreadable(file=path.name, faults="empty file")
    head = [cell.strip().lower() for cell in lines[0][1]]
    faults = [f"column {name} is missing" for name in _NEEDED if name not in head]
    faults += [f"column {name} is there twice" for name in sorted(_KNOWN) if head.count(name) > 1]
    found: list[Unit] = []
    if not faults:
        for line, row in lines[1:]:
            unit, wrong = _unit(dict(zip(head, row, strict=False)), len(row) == len(head))
            faults += [f"line {line}: {each}" for each in wrong]
            found += [unit] if unit else []
    if faults:
        raise UnitsUnreadable(file=path.name, faults="; ".join(faults))
    return found


def _plain(fault: Exception) -> str:
    return str(getattr(fault, "strerror", None) or fault)


def _unit(row: Mapping[str, str], whole: bool) -> tuple[Unit | None, list[str]]:
    if not whole:
        return None, ["another number of cells than the head"]
    wrong = []
    supplier, kind = row["supplier"].strip(), row["class"].strip()
    low = _minor(row["amount"])
    high = low
    if not supplier:
        wrong.append("supplier is empty")
    if low is None:
        wrong.append(f"amount {row['amount'].strip()[:40]!r} is no amount such as 1250.00")
    if kind not in {each.value for each in Standing}:
        wrong.append(f"class {kind[:40]!r} is not local, not_local or unknown")
    if above := row.get("amount_high", "").strip():
        high = None if above.lower() in _OPEN else _minor(above)
        if high is None and above.lower() not in _OPEN:
            wrong.append(f"amount_high {above[:40]!r} is no amount such as 1250.00")
        elif high is not None and low is not None and high < low:
            wrong.append(f"amount_high {above} is below amount {row['amount'].strip()}")
    if wrong or low is None:
        return None, wrong
    return Unit(supplier, Standing(kind), low, high), []


def _minor(text: str) -> int | None:
    found = _AMOUNT.fullmatch(text.strip())
    if not found:
        return None
    value = int(found[2]) * 100 + int((found[3] or "").ljust(2, "0"))
    return None if value > MAX_MINOR else (-value if found[1] == "-" else value)
