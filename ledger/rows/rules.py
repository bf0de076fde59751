"""Rows of a public export added up."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ledger.share.rules import Standing, Sums, minor

Body = Mapping[str, Any]
Row = Mapping[str, Any]


def own(row: Row) -> Standing:
    """What is proven of a row."""
    return Standing(row["class"])


def sums_of(rows: Iterable[Row], standing: Callable[[Row], Standing], nettings: Iterable[Row] = ()) -> Sums:
    """The sums of rows; what is netted across anchors is taken off both sides."""
    total = Sums()
    for row in rows:
        total += Sums.of(standing(row), minor(row["up"])) + Sums.of(standing(row), minor(row["down"]))
    for row in nettings:
        amount = minor(row["amount"])
        if standing(row) is Standing.UNKNOWN:
            total += Sums(unknown_up=-amount, unknown_down=amount, unknown_size=-2 * amount)
        else:
            total += Sums(known_size=-2 * amount)
    return total
