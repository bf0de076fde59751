"""Reading the rows of the national table of addresses.

Form of the table: CBS, "Buurt, wijk en gemeente voor postcode-huisnummer", yearly; columns PC6, Huisnummer, Buurt,
Wijk, Gemeente with the year behind the last three, comma or semicolon. A code of a buurt is that of the gemeente (four
digits) and four signs, with or without BU, and may have lost the zeros in front.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from cwb.addresses.errors import TableRefused, TableUnreadable
from cwb.kernel.identifiers import Postcode

_COLUMN = {
    "postcode": re.compile(r"(pc6|postcode)", re.IGNORECASE),
    "number": re.compile(r"(huisnummer|hnr)", re.IGNORECASE),
    "buurt": re.compile(r"(buurt|bu)[_ ]?(20[0-9]{2}|code)?", re.IGNORECASE),
}
_BUURT = re.compile(r"(?:BU)?([0-9]{1,4})([A-Z0-9]{2}[0-9]{2})", re.IGNORECASE)


@dataclass(slots=True)
class Places:
    """What a table says: the buurt of each address in the own gemeente, and the gemeenten of every postcode."""

    buurten: dict[tuple[str, int], str] = field(default_factory=dict)
    gemeenten: dict[str, set[str]] = field(default_factory=dict)
    rows: int = 0


def columns(head: list[str]) -> dict[str, int]:
    """Where the postcode, the house number and the buurt stand.

    Raises:
        TableUnreadable: one of them is missing.
    """
    found = {
        name: next((i for i, each in enumerate(head) if pattern.fullmatch(each.strip().strip('"'))), -1)
        for name, pattern in _COLUMN.items()
    }
    if missing := [name for name, at in found.items() if at < 0]:
        raise TableUnreadable(fault=", ".join(missing))
    return found


def read(rows: Iterable[list[str]], at: Mapping[str, int], *, gemeente: str, known: Iterable[str]) -> Places:
    """Every row of a table. `known` are the codes of the area's own buurten, without that of the gemeente.

    Raises:
        TableUnreadable: a row that is none; names the line.
        TableRefused: an address in two buurten, or not one address in the area.
    """
    found = Places()
    for line, row in enumerate(rows, start=2):
        if not row:
            continue
        try:
            six, number, code = (row[at[name]].strip() for name in ("postcode", "number", "buurt"))
            clash = not _take(found, six, int(number), code, gemeente)
        except (IndexError, ValueError):
            raise TableUnreadable(fault=f"regel {line}: {','.join(row)[:60]}") from None
        if clash:
            raise TableRefused(fault=f"regel {line}: {six} {number} ligt in twee buurten")
    if not set(known) & set(found.buurten.values()):
        raise TableRefused(fault="geen adres in een buurt van het gebied")
    return found


FEWER = 0.9
"""A table with less than this part of the addresses of the one before is taken for half a file."""


def check_whole(found: Places, before: int, *, fewer: bool) -> None:
    """Refuse half a file. `before`: how many addresses the present table has; `fewer`: somebody says it is right.

    Raises:
        TableRefused: it holds far fewer addresses.
    """
    if not fewer and len(found.buurten) < FEWER * before:
        raise TableRefused(
            fault=f"{len(found.buurten)} adressen, en in de tabel van nu staan er {before}. "
            "Is het bestand heel? Zeg het dan met --fewer"
        )


def _take(found: Places, six: str, number: int, code: str, gemeente: str) -> bool:
    """Add one address; whether it lies in no other buurt already. Raises ValueError: not readable."""
    postcode, (where, buurt) = _postcode(six), _buurt(code)
    found.rows += 1
    found.gemeenten.setdefault(postcode[:4], set()).add(where)
    return where != gemeente or found.buurten.setdefault((postcode, number), buurt) == buurt


@cache
def _postcode(six: str) -> str:
    """A postcode as the tables of the installation hold it."""
    found = Postcode.normalise(six)
    if found is None:
        raise ValueError(six)
    return found


@cache
def _buurt(code: str) -> tuple[str, str]:
    """The gemeente and the buurt within it of a code of the statistics office."""
    matched = _BUURT.fullmatch(code)
    if matched is None:
        raise ValueError(code)
    return matched[1].zfill(4), matched[2].upper()
