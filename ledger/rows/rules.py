"""Rows of a public export added up."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from cwb.kernel.text import N_
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


def partial(body: Body) -> frozenset[str]:
    """The anchors of an export that handed in less than all of its period; none in an export that does not tell."""
    return frozenset(each["anchor"] for each in body.get("deliveries", ()) if each["gaps"])


class Gaps(NamedTuple):
    """Who handed in a quarter half, and who nothing, by name."""

    quarter: str
    half: list[str]
    nothing: list[str]


def gaps_of(body: Body) -> list[Gaps]:
    """What is missing from the period of an export, quarter by quarter."""
    found: dict[str, Gaps] = {}
    for each in body.get("deliveries", ()):
        for gap in each["gaps"]:
            mine = found.setdefault(gap["quarter"], Gaps(gap["quarter"], [], []))
            (mine.nothing if gap["by"] is None else mine.half).append(each["name"])
    return [found[quarter] for quarter in sorted(found)]


def known_since(body: Body) -> list[tuple[str | None, list[str]]]:
    """Since when the purchases of which anchors are known, earliest first; None: not even the quarter before."""
    found: dict[str | None, list[str]] = {}
    for each in body.get("deliveries", ()):
        found.setdefault(each["known_since"], []).append(each["name"])
    return sorted(found.items(), key=lambda each: (each[0] is None, each[0] or ""))


UNTOLD = N_(
    "Geen cijfer over wat er landt: minder dan vijf van hun leveranciers gaven iets op, of juist niet."
)
"""Why there is no floor of some anchors, in the same words wherever it is missing."""


def landed_told(body: Body) -> bool:
    """Whether what landed is told of all anchors together; else that says enough."""
    return bool(body["figures"]["landed_share"]["measured"])


def untold(body: Body) -> list[str]:
    """Anchors of which is not shown what landed: that of a group of suppliers would follow from it."""
    landed, bought = body["figures"]["landed_share"]["by_anchor"], body["figures"]["bridge"]["by_anchor"]
    shown = {key for key, each in landed.items() if each["measured"]}
    return [name for key, name in body["anchors"].items() if key in bought and key not in shown]
