"""The share that lands in each wijk: pure, with the same bounds, coverage and gate as the share of the whole area.

A supplier proven local without a proven wijk may sit in any of them, so it only raises the upper bounds. A wijk with a
few suppliers shows no figure, and never so few that they follow from the others (fewer than five together).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ledger.disclosure.rules import LEAST_SUPPLIERS
from ledger.share.rules import Share, Standing, Sums, exact_share


@dataclass(frozen=True, slots=True)
class Bought:
    """What all anchors bought of one supplier with one verdict: net cents. `wijk`: where it sits, "" not proven."""

    supplier: str
    standing: Standing
    wijk: str
    net: int


@dataclass(frozen=True, slots=True)
class WijkFigure:
    """What may be shown of one wijk. `share` and `here` None: too few suppliers. Amounts are cents.

    `here` is what suppliers proven to sit in it were paid, `total` what all suppliers were paid (D1). `doubted` is what
    was paid to suppliers that may sit in it, for their wijk is not proven; `doubtful` is how many (None: few).
    """

    share: Share | None
    suppliers: int | None
    here: int | None
    total: int
    doubted: int = 0
    doubtful: int | None = None


def hidden(counts: Mapping[str, int], unplaced: int) -> frozenset[str]:
    """The wijken whose figure is not shown: few suppliers, or more when those follow from what is left."""
    found = {code for code, count in counts.items() if 0 < count < LEAST_SUPPLIERS}
    rest = sorted((count, code) for code, count in counts.items() if count >= LEAST_SUPPLIERS)
    while found and rest and sum(counts[code] for code in found) + unplaced < LEAST_SUPPLIERS:
        found.add(rest.pop(0)[1])
    return frozenset(found)


def figures(bought: Iterable[Bought], wijken: Iterable[str]) -> dict[str, WijkFigure]:
    """The figure of each wijk."""
    rows, codes = list(bought), list(wijken)
    suppliers: dict[str, set[str]] = defaultdict(set)
    for each in rows:
        if each.standing is Standing.LOCAL:
            suppliers[each.wijk].add(each.supplier)
    counts = {code: len(suppliers[code]) for code in codes}
    shut = hidden(counts, len(suppliers[""]))
    doubtful = {each.supplier for each in rows if _standing(each, "") is Standing.UNKNOWN}
    found = {code: _figure(rows, code, counts[code], is_hidden=code in shut) for code in codes}
    many = len(doubtful) if len(doubtful) >= LEAST_SUPPLIERS or not doubtful else None
    return {code: replace(each, doubtful=many) for code, each in found.items()}


def _figure(rows: list[Bought], code: str, count: int, *, is_hidden: bool) -> WijkFigure:
    sums = sum((Sums.of(_standing(each, code), each.net) for each in rows), Sums())
    if is_hidden:
        return WijkFigure(None, None, None, sums.total)
    return WijkFigure(exact_share(sums), count, sums.local, sums.total, sums.unknown_up)


def _standing(each: Bought, code: str) -> Standing:
    """What a purchase is to one wijk."""
    if each.standing is not Standing.LOCAL:
        return each.standing
    if not each.wijk:
        return Standing.UNKNOWN
    return Standing.LOCAL if each.wijk == code else Standing.NOT_LOCAL
