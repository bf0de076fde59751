"""Reads what other places published (`elsewhere.toml` of the area pack), once in a process."""

import tomllib
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

from cwb import paths
from ledger.elsewhere.errors import ElsewhereInvalid
from ledger.elsewhere.rules import Place, PublishedShare


def places(area: str) -> tuple[Place, ...]:
    """The places of an area's pack; none when it names none."""
    return read_places(paths.area(area) / "elsewhere.toml")


@cache
def read_places(path: Path) -> tuple[Place, ...]:
    """The places in a file; none when there is no file.

    Raises:
        ElsewhereInvalid: a place without definition or source, or no such file at all.
    """
    if not path.is_file():
        return ()
    try:
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
        return tuple(
            Place(
                **{
                    **each,
                    "shares": tuple(
                        PublishedShare(row["period"], row["area"], Decimal(row["share"]))
                        for row in each["shares"]
                    ),
                }
            )
            for each in facts.get("places", ())
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError, InvalidOperation) as fault:
        raise ElsewhereInvalid(fault=f"{path.name}: {fault}") from None
