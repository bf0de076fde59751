"""Reading a typed take-over list, and seeing what looks like a person: pure decisions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from procurement.take_overs import errors

MOST_ROWS, MOST_TEXT = 300, 60
"""Most rows, and longest text of a cell in characters."""

MOST_HOURS, MOST_YEARS = Decimal(60), Decimal(60)
"""Bounds against mistakes: hours a week, years of service."""

_PERSONAL = re.compile(r"@|\d{6,}|\b(dhr|mevr|mw|de heer|mevrouw)\b", re.IGNORECASE)
_NAME = re.compile(r"\b[A-Z][a-z]+ ((van|de|der|den|el|al|ben) )*[A-Z][a-z]+")


@dataclass(frozen=True, slots=True)
class Sector:
    """Where people go with the work, by leading digits of the CPV code."""

    cpv: tuple[str, ...]
    article: str
    source: str
    certainty: str


def sector_of(cpv: str, sectors: Sequence[Sector]) -> Sector | None:
    """The sector that asks for the list; None: nobody asks."""
    return next((each for each in sectors if cpv.startswith(each.cpv)), None)


def looks_personal(text: str) -> bool:
    """Whether a text looks like a name, an address or a number of a person. It warns; it does not prove."""
    return bool(_NAME.search(text) or _PERSONAL.search(text))


def read(text: str) -> list[list[str]]:
    """The rows of a typed list: function, hours a week, years of service, kind of contract.

    Raises:
        ListEmpty, ListTooLong: at the field.
        RowWrong, LooksPersonal: names the line.
    """
    lines = [(place, line) for place, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise errors.ListEmpty(field="text")
    if len(lines) > MOST_ROWS:
        raise errors.ListTooLong(field="text", most=MOST_ROWS)
    return [_row(place, line) for place, line in lines]


def _row(place: int, line: str) -> list[str]:
    parts = [part.strip() for part in re.split(r"[;\t]", line)]
    if len(parts) != 4 or not all(parts) or any(len(part) > MOST_TEXT for part in parts):
        raise errors.RowWrong(field="text", line=place)
    work, hours, years, kind = parts
    if looks_personal(work) or looks_personal(kind):
        raise errors.LooksPersonal(field="text", line=place)
    return [work, _number(hours, MOST_HOURS, place), _number(years, MOST_YEARS, place), kind]


def _number(text: str, most: Decimal, place: int) -> str:
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise errors.RowWrong(field="text", line=place) from None
    if not value.is_finite() or not 0 <= value <= most:
        raise errors.RowWrong(field="text", line=place)
    return f"{value:f}"


def written(rows: Sequence[Sequence[str]]) -> str:
    """Rows as they are typed, with a comma in numbers."""
    return "\n".join(
        "; ".join((work, hours.replace(".", ","), years.replace(".", ","), kind))
        for work, hours, years, kind in rows
    )
