"""The register of places of one area, and what an address says about place.

Three answers only: inside, outside, unknown. An address that proves nothing is unknown, never a guess.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeVar

from cwb.categories.rules import Category
from cwb.kernel.identifiers import Postcode
from cwb.kernel.text import N_
from cwb.municipalities.rules import AddressTable, Municipalities, Table


class Verdict(StrEnum):
    """What an address proves about the area."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"


class Basis(StrEnum):
    """Why the verdict is what it is; texts in `BASIS_TEXT`."""

    ADDRESS = "address"
    POSTCODE = "postcode"
    SPLIT = "split_postcode"
    FOREIGN = "foreign"
    POSTBOX = "postbox"
    CARE_OF = "care_of"
    HOSTING = "hosting"
    UNDATED = "no_register_for_date"
    MISSING = "no_address"
    UNREADABLE = "unreadable"


BASIS_TEXT = {
    Basis.ADDRESS: N_("Het adres staat in de adressentabel."),
    Basis.POSTCODE: N_("De postcode ligt helemaal binnen of buiten het gebied."),
    Basis.SPLIT: N_("De postcode ligt deels in het gebied. Het huisnummer moet het zeggen."),
    Basis.FOREIGN: N_("Het adres ligt in een ander land."),
    Basis.POSTBOX: N_("Een postbus is geen vestiging."),
    Basis.CARE_OF: N_("Een adres bij een ander (c/o) is geen vestiging."),
    Basis.HOSTING: N_("Op dit adres staan bedrijven alleen ingeschreven."),
    Basis.UNDATED: N_("Voor deze datum is er geen register van het gebied."),
    Basis.MISSING: N_("Er is geen adres bekend."),
    Basis.UNREADABLE: N_("De postcode is niet te lezen."),
}


class Dated(Protocol):
    """Something that holds from a day up to, but not including, another (None: until further notice)."""

    @property
    def valid_from(self) -> date:
        """The first day."""

    @property
    def valid_to(self) -> date | None:
        """The day it no longer holds, or None."""


Thing = TypeVar("Thing", bound=Dated)


def valid(things: Iterable[Thing], on: date) -> Thing | None:
    """The one of these that holds on a day."""
    return next((t for t in things if t.valid_from <= on and (t.valid_to is None or on < t.valid_to)), None)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A group of wijken under one name (Amsterdam: GGW-gebied)."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Wijk:
    """A wijk, with its place on the schematic map (rows and columns from 1)."""

    code: str
    name: str
    cluster: str
    tile_row: int
    tile_column: int
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Buurt:
    """A buurt of a wijk; `focus` marks those the programme works in first."""

    code: str
    name: str
    wijk: str
    focus: bool
    valid_from: date
    valid_to: date | None


class PostcodeClass(StrEnum):
    """How a four-digit postcode lies to the area."""

    INSIDE = "inside"
    SPLIT = "split"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class PostcodeArea:
    """A four-digit postcode. `area_share` is the part of its surface in the area (0 to 1).

    `wijken`: the only wijken of the area it touches, empty when not known. `excludes`: wijken it surely does
    not touch. `buurten`: for a split one, the buurten it touches. `remainder`: where the rest lies.
    """

    pc4: str
    verdict: PostcodeClass
    area_share: Decimal
    buurten: tuple[str, ...]
    remainder: str
    wijken: tuple[str, ...]
    excludes: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Hosting:
    """An address where firms are registered without working there."""

    postcode: str
    house_number: int
    reason: str
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Variant:
    """Another cut of the area that figures are also given for: without some wijken, or focusbuurten only.

    With `gemeenten` (CBS codes of four digits) it is an area around this one instead, made of those gemeenten.
    """

    id: str
    name: str
    name_en: str
    why: str
    without_wijken: tuple[str, ...] = ()
    only_focus: bool = False
    gemeenten: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Nested:
    """An area around (or equal to) this one, from inside out."""

    id: str
    name: str
    kind: str
    code: str


@dataclass(frozen=True, slots=True)
class Source:
    """Whose facts these are and what they were used for."""

    id: str
    title: str
    publisher: str
    use: str
    title_en: str = ""
    use_en: str = ""


@dataclass(frozen=True, slots=True)
class AreaPack:
    """Everything the system knows of one area. `id` and `version` stand in every published figure."""

    id: str
    version: str
    valid_from: date
    name: str
    full_name: str
    country: str
    gemeente_code: str
    languages: tuple[str, ...]
    currency: str
    wijken: Mapping[str, Wijk]
    buurten: Mapping[str, Buurt]
    postcodes: Mapping[str, tuple[PostcodeArea, ...]]
    clusters: tuple[Cluster, ...] = ()
    nested: tuple[Nested, ...] = ()
    variants: tuple[Variant, ...] = ()
    sources: tuple[Source, ...] = ()
    categories: tuple[Category, ...] = ()
    hosting: Mapping[tuple[str, int], tuple[Hosting, ...]] = field(default_factory=dict)
    addresses: AddressTable | None = None
    municipalities: Municipalities | None = None
    tables: tuple[Table, ...] = ()

    def category_of(self, cpv: str | None) -> Category | None:
        """The category whose longest CPV beginning fits; the one without a beginning for the rest."""
        fits = [(len(p), c) for c in self.categories for p in c.cpv or ("",) if (cpv or "").startswith(p)]
        return max(fits, key=lambda fit: fit[0])[1] if fits else None

    def buurten_of(self, wijk: str) -> tuple[Buurt, ...]:
        """The buurten of a wijk, in order of code."""
        return tuple(buurt for buurt in self.buurten.values() if buurt.wijk == wijk)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What an address proves on a day, of the area and of each variant; codes are None where not proven.

    `area_version` names the pack and, behind a plus, the date of the table of addresses that held on that day.
    """

    verdict: Verdict
    basis: Basis
    area_id: str
    area_version: str
    wijk: str | None = None
    buurt: str | None = None
    variants: Mapping[str, Verdict] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The basis in a plain sentence (msgid)."""
        return BASIS_TEXT[self.basis]


_POSTBOX = re.compile(r"^\W*(post\s*bus|p\.?\s*o\.?\s*box|antwoordnummer)\b", re.IGNORECASE)
_CARE_OF = re.compile(r"(^|\W)(c\s*/\s*o|p\s*/\s*a)(\W|$)", re.IGNORECASE)


def resolve(
    area: AreaPack,
    postcode: str | None,
    house_number: str | int | None = None,
    country: str = "NL",
    *,
    on: date,
    street: str | None = None,
) -> Resolution:
    """Where an address lies on a day, as far as it proves anything.

    `postcode` as people write it ("1061ab", "1061"); `house_number` may carry an addition ("12-hs");
    `country` is an ISO 3166 code. Never raises on rubbish: what cannot be read is unknown.
    """
    found = _resolve(area, postcode, house_number, country, on, street)
    wider = {each.id: _around(area, each, found, postcode, on) for each in area.variants if each.gemeenten}
    table = area.addresses.in_force(on) if area.addresses else None
    version = area.version if table is None else f"{area.version}+{table.isoformat()}"
    return replace(found, variants={**found.variants, **wider}, area_version=version)


def _resolve(
    area: AreaPack,
    postcode: str | None,
    house_number: str | int | None,
    country: str,
    on: date,
    street: str | None,
) -> Resolution:
    nation = country.strip().upper()
    if not re.fullmatch(r"[A-Z]{2}", nation):
        return _all(area, Verdict.UNKNOWN, Basis.UNREADABLE)
    if nation != area.country:
        return _all(area, Verdict.OUTSIDE, Basis.FOREIGN)
    if street and _POSTBOX.search(street):
        return _all(area, Verdict.UNKNOWN, Basis.POSTBOX)
    if street and _CARE_OF.search(street):
        return _all(area, Verdict.UNKNOWN, Basis.CARE_OF)
    if not (postcode or "").strip():
        return _all(area, Verdict.UNKNOWN, Basis.MISSING)
    return _by_postcode(area, (postcode or "").strip(), _number(house_number), on)


def _around(area: AreaPack, variant: Variant, own: Resolution, postcode: str | None, on: date) -> Verdict:
    """For an area around this one: what lies in this one lies in it, for the rest the gemeenten of the postcode say."""
    if own.verdict is Verdict.INSIDE or own.basis is Basis.FOREIGN:
        return own.verdict
    if area.municipalities is None or own.basis not in {Basis.ADDRESS, Basis.POSTCODE, Basis.SPLIT}:
        return Verdict.UNKNOWN
    four = (Postcode.normalise((postcode or "").strip()) or (postcode or "").strip())[:4]
    lies = area.municipalities.lies(four, variant.gemeenten, on)
    return {True: Verdict.INSIDE, False: Verdict.OUTSIDE, None: Verdict.UNKNOWN}[lies]


def days_of_change(area: AreaPack, postcode: str | None, house_number: str | int | None = None) -> set[date]:
    """The days on which what an address proves may change, because another register of the area begins or ends."""
    six = Postcode.normalise((postcode or "").strip())
    number = _number(house_number)
    dated: list[Dated] = list(area.postcodes.get((six or (postcode or "").strip())[:4], ()))
    days = {area.valid_from, *(area.municipalities.dates() if area.municipalities else ())}
    if six is not None and number is not None:
        dated += area.hosting.get((six, number), ())
        if area.addresses is not None:
            said = area.addresses.said(six, number)
            days |= {since for since, _ in said}
            dated += [area.buurten[code] for _, code in said if code is not None and code in area.buurten]
    return days | {day for each in dated for day in (each.valid_from, each.valid_to) if day is not None}


def _by_postcode(area: AreaPack, written: str, number: int | None, on: date) -> Resolution:
    six = Postcode.normalise(written)
    four = six[:4] if six else written
    if not re.fullmatch(r"[1-9][0-9]{3}", four):
        return _all(area, Verdict.UNKNOWN, Basis.UNREADABLE)
    if on < area.valid_from:
        return _all(area, Verdict.UNKNOWN, Basis.UNDATED)
    exact = _at_house(area, six, number, on) if six and number is not None else None
    if exact is not None:
        return exact
    if four not in area.postcodes:
        return _all(area, Verdict.OUTSIDE, Basis.POSTCODE)
    return _at_postcode(area, valid(area.postcodes[four], on), on)


def _at_house(area: AreaPack, six: str, number: int, on: date) -> Resolution | None:
    if valid(area.hosting.get((six, number), ()), on):
        return _all(area, Verdict.UNKNOWN, Basis.HOSTING)
    code = area.addresses.buurt(six, number, on) if area.addresses else None
    return None if code is None else _at_buurt(area, code, on)


def _at_buurt(area: AreaPack, code: str, on: date) -> Resolution:
    buurt = area.buurten.get(code)
    if buurt is None:
        return _all(area, Verdict.OUTSIDE, Basis.ADDRESS)
    if valid([buurt], on) is None:
        return _all(area, Verdict.UNKNOWN, Basis.UNDATED)
    variants = {
        each.id: Verdict.INSIDE
        if buurt.wijk not in each.without_wijken and (buurt.focus or not each.only_focus)
        else Verdict.OUTSIDE
        for each in area.variants
    }
    return Resolution(Verdict.INSIDE, Basis.ADDRESS, area.id, area.version, buurt.wijk, buurt.code, variants)


def _at_postcode(area: AreaPack, found: PostcodeArea | None, on: date) -> Resolution:
    if found is None:
        return _all(area, Verdict.UNKNOWN, Basis.UNDATED)
    if found.verdict is PostcodeClass.OUTSIDE:
        return _all(area, Verdict.OUTSIDE, Basis.POSTCODE)
    inside = found.verdict is PostcodeClass.INSIDE
    variants = {each.id: _variant_by_postcode(area, each, found, on) for each in area.variants}
    return Resolution(
        Verdict.INSIDE if inside else Verdict.UNKNOWN,
        Basis.POSTCODE if inside else Basis.SPLIT,
        area.id,
        area.version,
        found.wijken[0] if inside and len(found.wijken) == 1 else None,
        None,
        variants,
    )


def _variant_by_postcode(area: AreaPack, variant: Variant, found: PostcodeArea, on: date) -> Verdict:
    """For a part of the area: what the postcode alone proves, which is often nothing."""
    without = set(variant.without_wijken)
    if found.wijken and set(found.wijken) <= without:
        return Verdict.OUTSIDE
    if variant.only_focus:
        touched = [area.buurten[code] for code in found.buurten]
        if touched and not any(buurt.focus for buurt in touched if valid([buurt], on)):
            return Verdict.OUTSIDE
        return Verdict.UNKNOWN
    clear = without <= set(found.excludes) or (bool(found.wijken) and without.isdisjoint(found.wijken))
    return Verdict.INSIDE if clear and found.verdict is PostcodeClass.INSIDE else Verdict.UNKNOWN


def _all(area: AreaPack, verdict: Verdict, basis: Basis) -> Resolution:
    """The same verdict for the area and each variant."""
    every = {each.id: verdict for each in area.variants}
    return Resolution(verdict, basis, area.id, area.version, variants=every)


def _number(house_number: str | int | None) -> int | None:
    found = re.match(r"\s*([0-9]{1,6})", str(house_number)) if house_number is not None else None
    return int(found[1]) if found else None
