"""Reads files of a local currency's transfers."""

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from operator import itemgetter
from pathlib import Path
from sys import intern

from cwb.kernel.money import MAX_MINOR
from ledger.circulation.errors import TransfersUnreadable, WindowInvalid
from ledger.flows.rules import Fault, Flows, Kind, Transfer, arranged

_NEEDED = ("at", "from", "to", "amount", "kind")
_KNOWN = (*_NEEDED, "id", "reverses")
_AMOUNT = re.compile(r"([0-9]{1,13})(?:\.([0-9]{1,2}))?")
_KINDS = {kind.value: kind for kind in Kind}
_NAMED = 20
_BEGAN = datetime(1970, 1, 1, tzinfo=UTC)


def read_transfers(path: Path) -> Flows:
    """The transfers of a CSV (UTF-8, comma), in order: at, from, to, amount, kind[, id][, reverses].

    Raises:
        TransfersUnreadable: names the faults with their lines.
    """
    found: list[Transfer] = []
    faults: list[Fault] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for each in _rows(csv.reader(file, strict=True), path.name):
                if isinstance(each, Transfer):
                    found.append(each)
                else:
                    faults.append(each)
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise TransfersUnreadable(
            file=path.name, faults=str(getattr(fault, "strerror", None) or fault)
        ) from None
    if not faults:
        flows, faults = arranged(found)
    if faults:
        more = f"; and {len(faults) - _NAMED} more" if len(faults) > _NAMED else ""
        named = "; ".join(f"line {row}: {what}" for row, what in islice(faults, _NAMED))
        raise TransfersUnreadable(file=path.name, faults=named + more)
    if not flows.transfers:
        raise TransfersUnreadable(file=path.name, faults="there are no transfers")
    return flows


def instant(text: str) -> int:
    """Microseconds since 1970 (UTC) of an ISO 8601 instant with a zone; of a day, its beginning in UTC.

    Raises:
        WindowInvalid: it is neither.
    """
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        text += "T00:00:00Z"
    if (found := _instant(text)) is None:
        raise WindowInvalid(why=f"{text[:40]!r} is no day or instant with a zone")
    return found


def cents(text: str) -> int | None:
    """Cents of an amount such as 1250.00; None when it is none."""
    found = _AMOUNT.fullmatch(text)
    if not found:
        return None
    value = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    return value if value <= MAX_MINOR else None


def _instant(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            return None
        since = moment - _BEGAN
        return (since.days * 86400 + since.seconds) * 10**6 + since.microseconds
    except (ValueError, OverflowError):
        return None


def _rows(reader: Iterator[list[str]], name: str) -> Iterator[Transfer | Fault]:
    """Each row with something in it, as a transfer or as what is wrong with it. A column `currency` holds one."""
    head = [cell.strip().lower() for cell in next((row for row in reader if any(row)), [])]
    faults = [f"column {each} is missing" for each in _NEEDED if each not in head]
    faults += [f"column {each} is there twice" for each in _KNOWN if head.count(each) > 1]
    if faults:
        raise TransfersUnreadable(file=name, faults="; ".join(faults) if head else "empty file")
    places = [head.index(each) if each in head else len(head) for each in _KNOWN]
    cells, money = itemgetter(*places), None
    told = head.index("currency") if "currency" in head else None
    for row in reader:
        if any(row):
            line: int = reader.line_num  # type: ignore[attr-defined] # csv's own reader has it
            if len(row) == len(head):
                if told is not None:
                    said = row[told].strip().upper()
                    if said != (money := said if money is None else money):
                        yield Fault(line, f"currency {said[:10]!r} after {money[:10]!r}")
                        continue
                row.append("")  # what a column that is not there holds
                yield _transfer([cell.strip() for cell in cells(row)], line)
            else:
                yield Fault(line, "another number of cells than the head")


def _transfer(cells: list[str], line: int) -> Transfer | Fault:
    at, giver, taker, amount, kind, name, reverses = cells
    moment, value, known = _instant(at), cents(amount), _KINDS.get(kind)
    if moment is None or value is None or known is None or not (giver and taker):
        return Fault(line, _said(cells, moment, value, known))
    return Transfer(moment, intern(giver), intern(taker), value, known, name, reverses, line)


def _said(cells: list[str], moment: int | None, value: int | None, kind: Kind | None) -> str:
    """All that is wrong with a row."""
    at, giver, taker, amount, given, *_ = cells
    wrong = [
        (moment is None, f"at {at[:40]!r} is no instant with a zone, such as 2026-11-02T09:30:00Z"),
        (not giver, "from is empty"),
        (not taker, "to is empty"),
        (value is None, f"amount {amount[:40]!r} is no amount such as 1250.00"),
        (kind is None, f"kind {given[:40]!r} is not one of {', '.join(_KINDS)}"),
    ]
    return "; ".join(what for is_so, what in wrong if is_so)
