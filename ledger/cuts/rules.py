"""What an export shows, cut once more: the local part by wijk and by who is new, the others by how far off they are.

A cut is nested in what is shown already: its rows add up to the local rows, or to the others. Each row holds five
suppliers or none. What is smaller joins the rest, and so do the smallest others until that holds five too: nothing
follows from the rest.
"""

from collections.abc import Callable, Iterable
from typing import Any

from ledger.disclosure.rules import LEAST_SUPPLIERS, POOLED, Part
from ledger.rows.rules import Body, Row, own, sums_of
from ledger.share.rules import Standing, Sums, euro, exact_share, minor, written


def cut(
    parts: Iterable[Part], names: Iterable[str], name_of: Callable[[Part], str], *, local: bool = True
) -> list[dict[str, Any]]:
    """The local parts (or the others) by name, in the order of the names; `POOLED` holds those of no name or too few.

    A name without suppliers says so; one that is left out has some, but too few to show.
    """
    groups: dict[str, list[Part]] = {name: [] for name in names}
    rest: list[Part] = []
    for each in parts:
        if (each.key.standing is Standing.LOCAL) is local:
            groups.get(name_of(each), rest).append(each)
    for name, mine in sorted(groups.items(), key=lambda item: (_count(item[1]), item[0])):
        if 0 < _count(mine) < LEAST_SUPPLIERS or (mine and 0 < _count(rest) < LEAST_SUPPLIERS):
            rest += groups.pop(name)
    return [_row(name, mine) for name, mine in (*groups.items(), (POOLED, rest))]


def _count(parts: Iterable[Part]) -> int:
    return len({each.supplier for each in parts})


def _row(name: str, parts: Iterable[Part]) -> dict[str, Any]:
    """Units at one anchor, positive and negative apart, as the rows of the export have them."""
    mine = list(parts)
    units: dict[tuple[str, str, str], int] = {}
    for each in mine:
        units[each.unit] = units.get(each.unit, 0) + each.amount
    up, down = (sum(side(0, amount) for amount in units.values()) for side in (max, min))
    return {"id": name, "suppliers": _count(mine), "up": euro(up), "down": euro(down)}


def net(row: Row) -> int:
    """What a row comes to, in cents."""
    return minor(row["up"]) + minor(row["down"])


def _sums(body: Body, wijk: str) -> Sums:
    """What is spent as one wijk sees it. What is local without a wijk that is shown only raises its upper bound."""

    def standing(row: Row) -> Standing:
        if row["id"] == POOLED:
            return Standing.UNKNOWN
        return Standing.LOCAL if row["id"] == wijk else Standing.NOT_LOCAL

    others = [row for row in body["rows"] if own(row) is not Standing.LOCAL]
    return sums_of(others, own, body["nettings"]) + sums_of(body["wijken"], standing)


def shares(body: Body) -> dict[str, dict[str, object]]:
    """The share of each wijk that is shown."""
    shown = [row["id"] for row in body["wijken"] if row["id"] != POOLED]
    return {wijk: written(exact_share(_sums(body, wijk))) for wijk in shown}


def shares_around(body: Body) -> dict[str, dict[str, object]]:
    """The share of each area around the own one, from inside out: each holds those before it."""
    names = [each["id"] for each in body["area"]["around"]]
    return {name: written(exact_share(_around(body, {*names[: i + 1]}))) for i, name in enumerate(names)}


def _around(body: Body, inside: set[str]) -> Sums:
    def standing(row: Row) -> Standing:
        if row["id"] == POOLED:
            return Standing.UNKNOWN
        return Standing.LOCAL if row["id"] in inside else Standing.NOT_LOCAL

    local, netted = (
        [row for row in body[name] if own(row) is Standing.LOCAL] for name in ("rows", "nettings")
    )
    return sums_of(local, own, netted) + sums_of(body["rings"], standing)


def ceiling(body: Body, wijk: str) -> int:
    """What may have gone to a wijk at most, in cents."""
    sums = _sums(body, wijk)
    return sums.local + sums.unknown_up


def check_cuts(body: Body) -> list[str]:
    """Where the rows of a cut do not add up to the rows that it cuts."""
    faults = []
    for names, local in ((("wijken", "novelty"), True), (("rings",), False)):
        whole = sum(net(row) for row in body["rows"] if (own(row) is Standing.LOCAL) is local)
        for name in names:
            found = sum(net(row) for row in body[name])
            if found != whole:
                what = "the local rows" if local else "the rows that are not local"
                faults.append(f"{name}: the rows add up to {euro(found)}, {what} to {euro(whole)}")
    return faults
