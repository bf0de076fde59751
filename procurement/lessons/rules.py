"""What letters teach: own scores as shares of what could be had, beside the winner's. Pure and exact.

Only what a letter already told its own bidder is used. Criteria of the same name count together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Compared:
    """One criterion over several bids: how often, one's own mean share and the winner's (0 to 1)."""

    name: str
    times: int
    own: Fraction
    winner: Fraction

    @property
    def behind(self) -> Fraction:
        """How far behind the winner; negative when ahead."""
        return self.winner - self.own


def shares(content: Mapping[str, Any]) -> list[tuple[str, Fraction, Fraction]]:
    """Name, own share and winner's share of each quality criterion that a letter compares."""
    file = content.get("file") or {}
    most = {
        each["id"]: Decimal(each.get("value") or each.get("max_points") or 0)
        for each in file.get("criteria", ())
    }
    found = []
    for gap in content.get("gaps", ()):
        whole, own, winner = most.get(gap["code"]), gap.get("own"), gap.get("winner")
        if whole and own is not None and winner is not None:
            top = Fraction(whole)
            found.append((gap["name"], Fraction(Decimal(own)) / top, Fraction(Decimal(winner)) / top))
    return found


def compare(contents: Iterable[Mapping[str, Any]]) -> list[Compared]:
    """All criteria over these letters, where one is furthest behind first."""
    rows: dict[str, list[tuple[Fraction, Fraction]]] = {}
    for content in contents:
        for name, own, winner in shares(content):
            rows.setdefault(" ".join(name.split()), []).append((own, winner))
    found = [
        Compared(
            name, len(each), sum((own for own, _ in each), Fraction(0)) / len(each),
            sum((best for _, best in each), Fraction(0)) / len(each),
        )
        for name, each in rows.items()
    ]  # fmt: skip
    return sorted(found, key=lambda each: (-each.behind, each.name))


def price_ratio(content: Mapping[str, Any]) -> Fraction | None:
    """One's own price as a share of the winner's; None where a letter names neither."""
    own, winner = content.get("own") or {}, content.get("winner") or {}
    if not own.get("price_minor") or not winner.get("price_minor"):
        return None
    return Fraction(own["price_minor"], winner["price_minor"])
