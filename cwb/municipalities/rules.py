"""What the national tables say: in which gemeenten a postcode has addresses, and in which buurt an address lies.

A new table does not change what one before it said of its own days: each counts from its date up to the next.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple, Self

Address = tuple[str, int]
"""Postcode ("1061 AB") and house number."""


class Table(NamedTuple):
    """A table as it was read: of addresses or of municipalities (`kind`), from which day, whose, its file's SHA-256."""

    kind: str
    valid_from: date
    source: str
    checksum: str


@dataclass(frozen=True, slots=True)
class Municipalities:
    """The gemeenten (codes of four digits) in which each four-digit postcode has addresses, of one source and date.

    `earlier` is the table that held before `valid_from`.
    """

    source: str
    valid_from: date
    codes: Mapping[str, frozenset[str]]
    earlier: "Municipalities | None" = None

    def dates(self) -> list[date]:
        """The days from which one of the tables holds, newest first."""
        return [self.valid_from, *(self.earlier.dates() if self.earlier else ())]

    def lies(self, pc4: str, gemeenten: Collection[str], on: date) -> bool | None:
        """Whether all of a postcode lies in these gemeenten; None when a part does, or nothing is known for the day."""
        if on < self.valid_from:
            return self.earlier.lies(pc4, gemeenten, on) if self.earlier else None
        found = self.codes.get(pc4)
        if found is None:
            return None
        if found <= frozenset(gemeenten):
            return True
        return None if found & frozenset(gemeenten) else False


@dataclass(frozen=True, slots=True)
class AddressTable:
    """House-level places: address → buurt code, of one source and date, with what the tables before it said otherwise.

    `dates` are those of the tables before, oldest first. `before` holds only addresses of which one of them said
    something else: with each date from which it said so, the code (None: the address was not in it).
    """

    source: str
    valid_from: date
    buurten: Mapping[Address, str]
    dates: tuple[date, ...] = ()
    before: Mapping[Address, tuple[tuple[date, str | None], ...]] = field(default_factory=dict)

    def after(self, earlier: "AddressTable") -> Self:
        """This table as the one that follows another."""
        first = (*earlier.dates, earlier.valid_from)[0]
        keys = earlier.buurten.keys() | self.buurten.keys()
        changed = {key for key in keys if earlier.buurten.get(key) != self.buurten.get(key)}
        before = {}
        for key in changed | earlier.before.keys():
            now = earlier.buurten.get(key)
            said = earlier.before.get(key)
            before[key] = ((first, now),) if said is None else (*said, (earlier.valid_from, now))
        return replace(self, dates=(*earlier.dates, earlier.valid_from), before=before)

    def size(self, on: date) -> int:
        """How many addresses the table that held on a day has."""
        now = len(self.buurten)
        if on >= self.valid_from:
            return now
        for key, told in self.before.items():
            said = [code for day, code in told if day <= on]
            now += bool(said and said[-1]) - (key in self.buurten)
        return now

    def in_force(self, on: date) -> date | None:
        """The date of the table that holds on a day."""
        return next((each for each in (self.valid_from, *reversed(self.dates)) if each <= on), None)

    def said(self, postcode: str, number: int) -> tuple[tuple[date, str | None], ...]:
        """What the tables say of an address, with the day from which they say so, oldest first."""
        key = postcode, number
        if (before := self.before.get(key)) is not None:
            return (*before, (self.valid_from, self.buurten.get(key)))
        return (((*self.dates, self.valid_from)[0], self.buurten.get(key)),)

    def buurt(self, postcode: str, number: int, on: date) -> str | None:
        """The code of the buurt in which an address lies on a day, as far as the table of that day knows it."""
        told = (code for since, code in reversed(self.said(postcode, number)) if since <= on)
        return next(told, None)
