"""Takes a table of addresses from its file, and keeps what the area needs of it beside the installation's files."""

import csv
from collections.abc import Iterable
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from cwb.addresses.errors import TableRefused, TableUnreadable
from cwb.addresses.rules import Places, columns, read
from cwb.config import Config
from cwb.places.errors import AreaPackInvalid
from cwb.places.gateway import ADDRESSES, MUNICIPALITIES, load_addresses, load_municipalities
from cwb.places.rules import AreaPack


def read_table(path: Path, area: AreaPack) -> Places:
    """What a file says of the area's gemeente and of the gemeenten of every postcode, row by row.

    Raises:
        TableUnreadable, TableRefused: names the fault.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            mark = max(";,\t", key=first.count)
            at = columns(next(csv.reader([first], delimiter=mark), []))
            rows = csv.reader(file, delimiter=mark)
            return read(rows, at, gemeente=area.gemeente_code, known=area.buurten)
    except OSError as fault:
        raise TableUnreadable(fault=fault.strerror or path.name) from None
    except (UnicodeDecodeError, csv.Error) as fault:
        raise TableUnreadable(fault=str(fault)[:80]) from None


def keep(config: Config, found: Places, *, source: str, valid_from: date) -> None:
    """Keep what the area needs, beside the tables of other days; each file is replaced whole or not at all.

    Raises:
        TableRefused: the area could not be read with it; nothing was replaced.
    """
    folder = config.data_dir / "areas" / config.area
    folder.mkdir(parents=True, exist_ok=True)
    head = f"# source: {source}; valid_from: {valid_from.isoformat()}"
    addresses = ((six, number, code) for (six, number), code in sorted(found.buurten.items()))
    around = ((four, ";".join(sorted(codes))) for four, codes in sorted(found.gemeenten.items()))
    made = [
        _written(
            folder / f"{ADDRESSES}-{valid_from}.csv", head, ("postcode", "house_number", "buurt"), addresses
        ),
        _written(folder / f"{MUNICIPALITIES}-{valid_from}.csv", head, ("pc4", "gemeenten"), around),
    ]
    try:
        load_addresses(made[0], config.area)
        load_municipalities(made[1], config.area)
    except AreaPackInvalid as fault:
        for new in made:
            new.unlink()
        raise TableRefused(fault=fault.text()) from None
    for new in made:
        new.replace(new.with_suffix(".csv"))


def _written(path: Path, head: str, names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> Path:
    """The rows in a file beside the one meant."""
    new = path.with_suffix(".new")
    with new.open("w", encoding="utf-8", newline="") as file:
        file.write(head + "\n")
        file.writelines(f"{','.join(map(str, row))}\n" for row in chain([names], rows))
    return new
