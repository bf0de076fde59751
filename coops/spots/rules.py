"""Which place comes first for whom holds local money: what one buys already, then what is near. Amounts are cents.

"Where can I spend what I hold?" fails first in every local currency (`domain/currency.md`, lessons), so the order is
by habit and not by who pays for a place. How near is told by wijk only: nobody's address is compared.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

SPAN = timedelta(days=365)
"""How far back a purchase says what somebody buys."""

BOUGHT_AS: Mapping[str, tuple[str, ...]] = {
    "materials": ("maintenance",), "tools": ("maintenance",), "travel": ("transport",), "food": ("food", "catering"),
    "office": ("ict",),
}  # fmt: skip
"""Kind of cost on a receipt (`ledger.receipts`) → kinds of work that sell it. Other costs say nothing."""

FAR = 99


@dataclass(frozen=True, slots=True)
class Spot:
    """Who accepts which money. `sectors`: kinds of work; `wijk`, `buurt`: codes, None where not proven."""

    instrument_code: str
    code: str
    party_id: int
    public_id: UUID | None
    name: str
    sectors: tuple[str, ...]
    wijk: str | None
    buurt: str | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place with why it stands where it does. `sector`: what of it the holder buys, for `bought` cents a year.

    `steps`: wijken between, 0: the same one; None: unknown.
    """

    spot: Spot
    sector: str | None
    bought: int
    steps: int | None


def interests(bought: Iterable[tuple[Sequence[str], int]]) -> dict[str, int]:
    """Kind of work → cents spent on it. Who sells two kinds counts for both: which it was is not known."""
    found: dict[str, int] = {}
    for sectors, cents in bought:
        for each in dict.fromkeys(sectors):
            found[each] = found.get(each, 0) + cents
    return {sector: cents for sector, cents in found.items() if cents > 0}


def steps(one: str | None, other: str | None, tiles: Mapping[str, tuple[int, int]]) -> int | None:
    """How many wijken lie between two on the schematic map (`tiles`: wijk → row, column); 0: the same one."""
    if one is None or other is None or one not in tiles or other not in tiles:
        return None
    (row, column), (down, across) = tiles[one], tiles[other]
    return max(abs(row - down), abs(column - across))


def ranked(
    spots: Iterable[Spot], wants: Mapping[str, int], here: str | None, tiles: Mapping[str, tuple[int, int]]
) -> list[Ranked]:  # fmt: skip
    """Most bought first, then nearest, then by name: the same for whoever asks again."""
    found = []
    for spot in spots:
        sector = max(
            (each for each in spot.sectors if each in wants), key=lambda s: (wants[s], s), default=None
        )
        found.append(
            Ranked(spot, sector, wants[sector] if sector else 0, steps(here, spot.wijk, tiles)),
        )
    return sorted(
        found,
        key=lambda r: (-r.bought, FAR if r.steps is None else r.steps, r.spot.name.casefold(), r.spot.code),
    )
