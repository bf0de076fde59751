"""What letters teach: own scores as shares of what could be had, beside the winner's. Pure and exact.

Only what a letter already told its own bidder is used. Points for the price are one kind, whatever the tender called
them; quality has no kinds, so there criteria of the same name count together, whatever its capitals and spaces.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

PRICE = ""
"""How the kind of points for the price is named here; a page has a word for it."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One criterion over several bids: how often, one's own mean share and the winner's (0 to 1).

    `name` as the first of them said it; `PRICE` for points for the price.
    """

    name: str
    times: int
    own: Fraction
    winner: Fraction

    @property
    def behind(self) -> Fraction:
        """How far behind the winner; negative when ahead."""
        return self.winner - self.own


def shares(content: Mapping[str, Any]) -> list[tuple[str, Fraction, Fraction]]:
    """Name, own share and winner's share of each criterion that a letter compares; `PRICE` names the price."""
    file = content.get("file") or {}
    most = {
        each["id"]: Decimal(each.get("value") or each.get("max_points") or 0)
        for each in file.get("criteria", ())
    }
    most["price"] = Decimal((file.get("price") or {}).get("max_points") or 0)
    found = []
    for gap in content.get("gaps", ()):
        whole, own, winner = most.get(gap["code"]), gap.get("own"), gap.get("winner")
        if whole and own and winner:
            top, name = Fraction(whole), PRICE if gap["code"] == "price" else gap["name"]
            found.append((name, Fraction(Decimal(own)) / top, Fraction(Decimal(winner)) / top))
    return found


def compare(contents: Iterable[Mapping[str, Any]]) -> list[Compared]:
    """All criteria over these letters, where one is furthest behind first."""
    names: dict[str, str] = {}
    rows: dict[str, list[tuple[Fraction, Fraction]]] = {}
    for content in contents:
        for name, own, winner in shares(content):
            plain = " ".join(name.split())
            names.setdefault(plain.casefold(), plain)
            rows.setdefault(plain.casefold(), []).append((own, winner))
    found = [
        Compared(
            names[key], len(each), sum((own for own, _ in each), Fraction(0)) / len(each),
            sum((best for _, best in each), Fraction(0)) / len(each),
        )
        for key, each in rows.items()
    ]  # fmt: skip
    return sorted(found, key=lambda each: (-each.behind, each.name))


def price_ratio(content: Mapping[str, Any]) -> Fraction | None:
    """One's own price as a share of the winner's; None where a letter names neither."""
    own, winner = content.get("own") or {}, content.get("winner") or {}
    if not own.get("price_minor") or not winner.get("price_minor"):
        return None
    return Fraction(own["price_minor"], winner["price_minor"])
