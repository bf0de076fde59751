"""What a register says of a legal person, as values: its names, its establishments by day, and when two names agree."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from rapidfuzz.distance import JaroWinkler

from cwb.kernel.identifiers import BranchNumber, Iban, KvkNumber, Postcode, VatId
from cwb.kernel.text import N_, search_key
from ledger.extracts.errors import (
    RegisterCountryInvalid,
    RegisterDayInvalid,
    RegisterNameMissing,
    RegisterTextTooLong,
    TwoSeatsAtOnce,
)

WAYS = {
    "api": N_("opgezocht in het register"),
    "file": N_("bestand van het register"),
    "document": N_("uittreksel, gezien door een tweede persoon"),
}
"""How an extract came here."""

FOREVER = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Branch:
    """An establishment at one address, from a day until (exclusive) another; `main` is the seat that counts (L1a).

    `started_on` is when the establishment itself began, wherever it then was. A `shielded` address is not told.
    """

    number: BranchNumber | None
    main: bool
    started_on: date
    from_on: date
    until_on: date | None = None
    name: str = ""
    street: str = ""
    house_number: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "NL"
    workers: int | None = None
    shielded: bool = False

    def __post_init__(self) -> None:
        texts = (self.street, self.house_number, self.postcode, self.city)
        if any(len(text) > 120 for text in texts) or len(self.name) > 200:
            raise RegisterTextTooLong(field="street")
        if not re.fullmatch(r"[A-Z]{2}", self.country):
            raise RegisterCountryInvalid(field="country")
        if self.started_on > self.from_on or (self.until_on is not None and self.until_on <= self.from_on):
            raise RegisterDayInvalid(field="from_on")

    @property
    def place(self) -> tuple[str, str, str, str, bool]:
        """The address as it is compared."""
        known = Postcode.normalise(self.postcode) or self.postcode.strip().upper()
        return search_key(self.street), search_key(self.house_number), known, self.country, self.shielded


@dataclass(frozen=True, slots=True)
class Extract:
    """What a register said of one number on one day. `dated` tells whether it knows since when an address holds."""

    kvk_number: KvkNumber
    name: str
    branches: tuple[Branch, ...]
    trade_names: tuple[str, ...] = ()
    legal_form: str = ""
    natural_person: bool = False
    statutory_seat: str = ""
    vat_id: VatId | None = None
    iban: Iban | None = None
    started_on: date | None = None
    ended_on: date | None = None
    dated: bool = True

    def __post_init__(self) -> None:
        if any(not 1 <= len(name.strip()) <= 200 for name in (self.name, *self.trade_names)):
            raise RegisterNameMissing(field="name")
        if len(self.legal_form) > 120 or len(self.statutory_seat) > 120:
            raise RegisterTextTooLong(field="legal_form")
        if self.started_on and self.ended_on and self.ended_on < self.started_on:
            raise RegisterDayInvalid(field="ended_on")
        for one, other in pairwise(sorted(self.seats(), key=lambda each: each.from_on)):
            if other.from_on < (one.until_on or FOREVER):
                raise TwoSeatsAtOnce(field="main")

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it goes by."""
        return (self.name, *self.trade_names)

    @property
    def kept_vat_id(self) -> VatId | None:
        """The VAT number if it surely holds no BSN."""
        risky = self.natural_person and self.vat_id is not None and not self.vat_id.hides_no_bsn()
        return None if risky else self.vat_id

    def seats(self) -> list[Branch]:
        """Its main establishments through time."""
        return [each for each in self.branches if each.main]

    def agrees_with(self, name: str) -> bool:
        """Whether a name is one of its own, but for capitals, accents, punctuation and legal form."""
        return any(same_name(each, name) for each in self.names)


def carried(before: Extract | None, now: Extract, on: date) -> Extract:
    """An extract that tells addresses without dates, with what was known before: old lines keep the old place.

    The same address goes on as it stood; another one counts from the day of look-up, when the move was seen. What is
    no longer told has ended on that day. Without an earlier extract an address counts since its establishment began.
    """
    if now.dated or before is None:
        return now
    running = {(each.number, each.main): each for each in before.branches if each.until_on is None}
    kept = [each for each in before.branches if each.until_on is not None]
    for each in now.branches:
        old = running.pop((each.number, each.main), None)
        if old is not None and old.place == each.place:
            kept.append(replace(each, from_on=old.from_on, started_on=min(old.started_on, each.started_on)))
            continue
        if old is not None and old.from_on < on:
            kept.append(replace(old, until_on=on))
        kept.append(replace(each, from_on=max(on, each.from_on)))
    kept += [replace(each, until_on=on) for each in running.values() if each.from_on < on]
    return replace(now, branches=tuple(kept))


@dataclass(frozen=True, slots=True)
class Stay:
    """Where the main establishment of a legal person is from a day until (exclusive) another; None: nowhere."""

    from_on: date
    until_on: date | None
    branch: Branch | None


def stays(extract: Extract) -> list[Stay]:
    """The seat day by day without gaps, from its first day: after the last one, and once dissolved, it is nowhere."""
    found: list[Stay] = []
    ends = extract.ended_on or FOREVER
    for seat in sorted(extract.seats(), key=lambda each: each.from_on):
        if seat.from_on >= ends:
            continue
        if found and found[-1].until_on is not None and found[-1].until_on < seat.from_on:
            found.append(Stay(found[-1].until_on, seat.from_on, None))
        last = min(seat.until_on or FOREVER, ends)
        found.append(Stay(seat.from_on, None if last == FOREVER else last, seat))
    if found and found[-1].until_on is not None:
        found.append(Stay(found[-1].until_on, None, None))
    return found


_LEGAL_FORM = re.compile(
    r"\b(b\.?v|n\.?v|u\.?a|w\.?a|b\.?a|v\.?o\.?f|c\.?v|ltd|limited|plc|gmbh|inc|llp"
    r"|cooperatie|cooperatieve|stichting|vereniging|eenmanszaak|maatschap)\b\.?"
)

ALIKE = 0.9
"""From which likeness (Jaro-Winkler) a name is worth a look. It decides nothing, at any value."""


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for capitals, accents, punctuation and legal form."""
    return bare_name(one) == bare_name(other) != ""


def bare_name(name: str) -> str:
    """A name without blanks, punctuation and legal form."""
    return re.sub(r"[^0-9a-z\u00c0-\uffff]+", "", _LEGAL_FORM.sub(" ", search_key(name)))


def _words(name: str) -> list[str]:
    return re.findall(r"[0-9a-z\u00c0-\uffff]+", _LEGAL_FORM.sub(" ", search_key(name)))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two names look alike (0 to 1), and the words only one of them has: why to look twice."""

    score: float
    only_one: tuple[str, ...]
    only_other: tuple[str, ...]


def likeness(one: str, other: str) -> Likeness:
    """How two names compare without their legal form."""
    mine, theirs = _words(one), _words(other)
    score = JaroWinkler.similarity(" ".join(mine), " ".join(theirs)) if mine and theirs else 0.0
    return Likeness(
        round(score, 3),
        tuple(each for each in mine if each not in theirs),
        tuple(each for each in theirs if each not in mine),
    )


def alike(name: str, others: Iterable[tuple[int, str]], most: int = 5) -> list[tuple[int, Likeness]]:
    """Which of these names (key, name) look like one, likest first. For a person to look at, never to decide by."""
    mine = " ".join(_words(name))
    if not mine:
        return []
    close: list[tuple[float, int, str]] = []
    for key, other in others:
        score = JaroWinkler.similarity(mine, other, score_cutoff=ALIKE)
        if score:
            close.append((-score, key, other))
    return [(key, likeness(name, other)) for _score, key, other in sorted(close)[:most]]


def comparable(name: str) -> str:
    """A name as `alike` takes it: its words without legal form."""
    return " ".join(_words(name))


def really_different(names: Sequence[str]) -> int:
    """How many different names these are, but for spelling and legal form: more than one makes a catch-all."""
    return len({bare_name(each) for each in names} - {""})
