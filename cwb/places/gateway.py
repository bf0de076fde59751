"""Reads an area pack from its folder: TOML and CSV in, one checked `AreaPack` out."""

import csv
import os
import re
import time
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from cwb import paths
from cwb.categories.rules import Category
from cwb.config import Config
from cwb.kernel.identifiers import Postcode
from cwb.municipalities.rules import AddressTable, Municipalities, Table
from cwb.places.errors import AreaPackInvalid
from cwb.places.rules import (
    AreaPack,
    Buurt,
    Cluster,
    Dated,
    Hosting,
    Nested,
    PostcodeArea,
    PostcodeClass,
    Source,
    Variant,
    Wijk,
)

Made = TypeVar("Made")
Row = Mapping[str, str]


ADDRESSES, MUNICIPALITIES = "addresses", "municipalities"
"""Tables of an installation are files of these names with the day they hold from: `addresses-2026-08-01.csv`."""

AGAIN = 5_000_000_000
"""After so many nanoseconds the table of addresses is looked at again."""


def area_pack(config: Config | None = None) -> AreaPack:
    """The area of this installation (`Config.area`), read once per process.

    Tables of the installation are added when they are in `<data folder>/areas/<area>/`: `addresses-DAY.csv` (of house
    numbers: postcode, house_number, buurt) and `municipalities-DAY.csv` (pc4, gemeenten), each counting from its day up
    to the next. A first line `# source: …; valid_from: YYYY-MM-DD` names the publisher. `cwb area import-addresses`
    makes both.

    Raises:
        AreaPackInvalid: the pack is missing or wrong; names the file and the fault.
    """
    if config is None:
        return _current(os.environ.get("CWB_DATA"), os.environ.get("CWB_AREA"), time.monotonic_ns() // AGAIN)
    stamps = tuple((table, table.stat().st_mtime_ns) for table in tables(config))
    return _once(config.area, paths.area(config.area), stamps)


def tables(config: Config) -> list[Path]:
    """The tables of the installation, oldest first; names without a day are those of before there were several."""
    folder = config.data_dir / "areas" / config.area
    return sorted(each for name in (ADDRESSES, MUNICIPALITIES) for each in folder.glob(f"{name}*.csv"))


@lru_cache(maxsize=8)
def _current(_data: str | None, _area: str | None, _moment: int) -> AreaPack:
    """The area of the environment: a page asks for it four times, and whether a table changed can wait a moment."""
    return area_pack(Config.from_environment())


@lru_cache(maxsize=8)
def _once(name: str, folder: Path, tables: tuple[tuple[Path, int], ...]) -> AreaPack:
    if not name.isidentifier() or not folder.is_dir():
        known = ", ".join(sorted(each.parent.name for each in folder.parent.glob("*/area.toml")))
        raise AreaPackInvalid(area=name, file="area.toml", fault=f"bestaat niet; wel: {known}")
    pack = load_area(folder)
    houses, around = _kinds(tables)
    read: list[Table] = [*pack.tables]
    for path, table in sorted(
        ((each, load_addresses(each, pack.id)) for each in houses), key=lambda each: each[1].valid_from
    ):
        pack = replace(pack, addresses=table.after(pack.addresses) if pack.addresses else table)
        read.append(_as_read(ADDRESSES, path, table))
    for path, found in sorted(
        ((each, load_municipalities(each, pack.id)) for each in around), key=lambda each: each[1].valid_from
    ):
        pack = replace(pack, municipalities=replace(found, earlier=pack.municipalities))
        read.append(_as_read(MUNICIPALITIES, path, found))
    return replace(pack, tables=tuple(read))


def _as_read(kind: str, path: Path, table: AddressTable | Municipalities) -> Table:
    return Table(kind, table.valid_from, table.source, sha256(path.read_bytes()).hexdigest())


def _kinds(tables: tuple[tuple[Path, int], ...]) -> tuple[list[Path], list[Path]]:
    """Tables of addresses, and those of gemeenten."""
    paths_ = [table for table, _ in tables]
    houses = [each for each in paths_ if each.name.startswith(ADDRESSES)]
    return houses, [each for each in paths_ if each not in houses]


def load_area(folder: Path) -> AreaPack:
    """The area pack in a folder, every reference in it checked.

    Raises:
        AreaPackInvalid: names the file and the fault.
    """
    reader = _Reader(folder)
    facts = reader.toml("area.toml")
    wijken = reader.keyed("wijken.csv", _wijk, lambda wijk: wijk.code)
    buurten = reader.keyed("buurten.csv", _buurt, lambda buurt: buurt.code)
    postcodes = reader.dated("pc4.csv", _postcode, lambda each: each.pc4)
    hosting = reader.dated("hosting.csv", _hosting, lambda each: (each.postcode, each.house_number))
    categories = tuple(reader.rows("categories.csv", _category))
    around = folder / f"{MUNICIPALITIES}.csv"
    own = load_municipalities(around, folder.name) if around.is_file() else None
    try:
        parts: dict[str, Any] = {
            name: tuple(_part(kind, each) for each in facts.get(name, ())) for name, kind in _PARTS.items()
        }
        plain: dict[str, Any] = {name: facts[name] for name in _PLAIN}
        pack = AreaPack(
            **plain,
            **parts,
            languages=tuple(facts["languages"]),
            wijken=wijken,
            buurten=buurten,
            postcodes=postcodes,
            hosting=hosting,
            categories=categories,
            municipalities=own,
            tables=(_as_read(MUNICIPALITIES, around, own),) if own else (),
        )
    except (KeyError, TypeError) as fault:
        raise reader.refuse("area.toml", f"{fault}") from None
    _check(pack, reader)
    return pack


_PLAIN = (
    "id", "version", "valid_from", "name", "full_name", "country", "gemeente_code", "currency",
)  # fmt: skip
_PARTS = {"clusters": Cluster, "nested": Nested, "variants": Variant, "sources": Source}


def load_addresses(path: Path, area: str) -> AddressTable:
    """House-level places from a CSV whose first line is `# source: …; valid_from: YYYY-MM-DD`.

    Raises:
        AreaPackInvalid: names the line.
    """
    found: dict[tuple[str, int], str] = {}

    def take(row: Row) -> bool:
        postcode, code = Postcode.normalise(row["postcode"]), row["buurt"].strip()
        return postcode is not None and found.setdefault((postcode, int(row["house_number"])), code) == code

    return AddressTable(*_table(path, area, take), found)


def load_municipalities(path: Path, area: str) -> Municipalities:
    """The gemeenten of each four-digit postcode from a CSV with the same first line; columns pc4, gemeenten (`;`).

    Raises:
        AreaPackInvalid: names the line.
    """
    found: dict[str, frozenset[str]] = {}

    def take(row: Row) -> bool:
        codes = frozenset(_many(row["gemeenten"]))
        fits = bool(codes) and all(_FOUR.fullmatch(each) for each in (row["pc4"], *codes))
        return fits and found.setdefault(row["pc4"], codes) is codes

    return Municipalities(*_table(path, area, take), found)


_FOUR = re.compile("[0-9]{4}")


def _table(path: Path, area: str, take: Callable[[Row], bool]) -> tuple[str, date]:
    """Give every row of a table to `take`, which tells whether it is right; the source and the date of the table."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline().lstrip("# ").split(";")
            head = dict(part.strip().split(": ", 1) for part in first if ": " in part)
            for line, row in enumerate(csv.DictReader(file), start=3):
                try:
                    right = take(row)
                except (KeyError, ValueError, TypeError, AttributeError):
                    raise AreaPackInvalid(
                        area=area, file=path.name, fault=f"regel {line} is niet te lezen"
                    ) from None
                if not right:
                    raise AreaPackInvalid(
                        area=area, file=path.name, fault=f"regel {line}: {list(row.values())}"
                    )
        return head["source"], date.fromisoformat(head["valid_from"])
    except (KeyError, ValueError):
        raise AreaPackInvalid(area=area, file=path.name, fault="regel 1 noemt geen bron en datum") from None


class _Reader:
    """Reads the files of one folder and refuses in one way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def refuse(self, file: str, fault: str) -> AreaPackInvalid:
        """The refusal of a file, for the caller to raise."""
        return AreaPackInvalid(area=self.folder.name, file=file, fault=fault)

    def toml(self, file: str) -> dict[str, Any]:
        """A TOML file. Raises AreaPackInvalid."""
        try:
            return tomllib.loads((self.folder / file).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
            raise self.refuse(file, str(fault)) from None

    def rows(self, file: str, make: Callable[[Row], Made]) -> Iterator[Made]:
        """What `make` makes of each row of a CSV file. Raises AreaPackInvalid, with the line."""
        try:
            with (self.folder / file).open(encoding="utf-8", newline="") as lines:
                for line, row in enumerate(csv.DictReader(lines, strict=True), start=2):
                    try:
                        yield make(row)
                    except (KeyError, ValueError, TypeError, AttributeError, InvalidOperation) as fault:
                        raise self.refuse(file, f"regel {line}: {fault!r}") from None
        except (OSError, UnicodeDecodeError, csv.Error) as fault:
            raise self.refuse(file, str(fault)) from None

    def keyed(self, file: str, make: Callable[[Row], Made], key: Callable[[Made], str]) -> dict[str, Made]:
        """The rows by a key that stands once. Raises AreaPackInvalid."""
        table: dict[str, Made] = {}
        for each in self.rows(file, make):
            if table.setdefault(key(each), each) is not each:
                raise self.refuse(file, f"{key(each)} staat er twee keer")
        return table

    def dated(
        self, file: str, make: Callable[[Row], Any], key: Callable[[Any], Any]
    ) -> dict[Any, tuple[Any, ...]]:
        """The rows by a key, whose periods do not overlap. Raises AreaPackInvalid."""
        table: dict[Any, list[Any]] = defaultdict(list)
        for each in self.rows(file, make):
            if any(_overlap(each, other) for other in table[key(each)]):
                raise self.refuse(file, f"{key(each)} geldt twee keer op één dag")
            table[key(each)].append(each)
        return {name: tuple(those) for name, those in table.items()}


def _overlap(one: Dated, other: Dated) -> bool:
    return (one.valid_to is None or other.valid_from < one.valid_to) and (
        other.valid_to is None or one.valid_from < other.valid_to
    )


def _part(kind: type[Any], facts: Mapping[str, Any]) -> Any:
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()})


def _dates(row: Row) -> dict[str, date | None]:
    ends = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
    starts = date.fromisoformat(row["valid_from"])
    if ends is not None and ends <= starts:
        raise ValueError("valid_to")
    return {"valid_from": starts, "valid_to": ends}


def _many(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _wijk(row: Row) -> Wijk:
    places: dict[str, Any] = _dates(row)
    tile = int(row["tile_row"]), int(row["tile_column"])
    return Wijk(_filled(row["code"]), _filled(row["name"]), row["cluster"], *tile, **places)


def _buurt(row: Row) -> Buurt:
    dates: dict[str, Any] = _dates(row)
    focus = {"yes": True, "no": False}[row["focus"]]
    return Buurt(_filled(row["code"]), _filled(row["name"]), row["wijk"], focus, **dates)


def _postcode(row: Row) -> PostcodeArea:
    dates: dict[str, Any] = _dates(row)
    share = Decimal(row["area_share"])
    if not 0 <= share <= 1 or not row["pc4"].isdigit() or len(row["pc4"]) != 4:
        raise ValueError(row["pc4"])
    return PostcodeArea(
        row["pc4"], PostcodeClass(row["verdict"]), share, _many(row["buurten"]), row["remainder"],
        _many(row["wijken"]), _many(row["excludes"]), source=row["source"], **dates,
    )  # fmt: skip


def _hosting(row: Row) -> Hosting:
    dates: dict[str, Any] = _dates(row)
    postcode = Postcode.normalise(row["postcode"])
    return Hosting(
        _filled(postcode or ""), int(row["house_number"]), row["reason"], source=row["source"], **dates
    )


def _category(row: Row) -> Category:
    return Category(
        _filled(row["id"]),
        _filled(row["name"]),
        row["name_en"] or row["name"],
        _many(row["cpv"]),
        _many(row.get("words") or ""),
    )


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("leeg")
    return text.strip()


def _check(pack: AreaPack, reader: _Reader) -> None:
    """Every code that is named exists, parts of the area stand before areas around it, no two wijken share a tile."""
    clusters = {each.code for each in pack.clusters}
    sources = {each.id for each in pack.sources}
    classes = [each for those in pack.postcodes.values() for each in those]
    named: Sequence[tuple[str, str, bool]] = [
        *(("wijken.csv", w.code, w.cluster in clusters or not clusters) for w in pack.wijken.values()),
        *(("buurten.csv", b.code, b.wijk in pack.wijken) for b in pack.buurten.values()),
        *(("pc4.csv", c.pc4, {*c.wijken, *c.excludes} <= pack.wijken.keys()) for c in classes),
        *(("pc4.csv", c.pc4, {*c.buurten} <= pack.buurten.keys()) for c in classes),
        *(("pc4.csv", c.pc4, c.source in sources) for c in classes),
        *(("area.toml", v.id, {*v.without_wijken} <= pack.wijken.keys()) for v in pack.variants),
        *(("area.toml", v.id, not v.gemeenten or pack.gemeente_code in v.gemeenten) for v in pack.variants),
        *(("area.toml", v.id, bool(w.gemeenten) or not v.gemeenten) for v, w in pairwise(pack.variants)),
    ]
    for file, what, known in named:
        if not known:
            raise reader.refuse(file, f"{what} noemt een code die er niet is")
    tiles = [(wijk.tile_row, wijk.tile_column) for wijk in pack.wijken.values()]
    if len(set(tiles)) != len(tiles):
        raise reader.refuse("wijken.csv", "twee wijken op één tegel")
    ids = [category.id for category in pack.categories]
    if len(set(ids)) != len(ids):
        raise reader.refuse("categories.csv", "een naam staat er twee keer")
