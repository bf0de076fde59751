"""What is committed and still to be spent locally, quarter by quarter; and what of one contract landed. Pure.

A forecast is no figure: it says what follows from contracts that run today, if all of them are used to the full, evenly
over the days that are left, and if nobody moves. It adds up all anchors, in groups of five suppliers or more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from cwb.kernel.period import Period
from cwb.kernel.text import N_
from ledger.declarations.rules import Landing, landings_of
from ledger.disclosure.rules import POOLED, Purchase, public
from ledger.share.rules import Share, Standing, Sums, euro, exact_share

SCHEMA = "cwb-outlook-1"

QUARTERS = 8
"""How many quarters ahead, the running one first."""

ASSUMPTIONS = (
    N_("Wat nog niet is gefactureerd, komt gelijk verdeeld over de dagen die resten."),
    N_("Elk contract wordt helemaal gebruikt. Geen enkel contract wordt verlengd."),
    N_("Elke leverancier blijft waar die vandaag bewezen is."),
    N_("Van een raamovereenkomst tellen alleen de opdrachten."),
    N_("Nieuwe contracten en inkoop zonder contract hier tellen niet mee."),
)


@dataclass(frozen=True, slots=True)
class Running:
    """A supplier's part of a contract that runs: what is left of it in cents, and what is proven of the supplier."""

    supplier: str
    standing: Standing
    left: int
    starts_on: date
    ends_on: date


def quarters_ahead(today: Period, count: int = QUARTERS) -> list[Period]:
    """A quarter and those after it."""
    found = [today]
    while len(found) < count:
        found.append(Period.quarter_of(found[-1].end))
    return found


def spread(one: Running, today: date, quarters: Sequence[Period]) -> list[int]:
    """What of a part falls in each quarter, by days; the cents add up to what is left by the last day."""
    first, end = max(today, one.starts_on), one.ends_on + timedelta(days=1)
    days = (end - first).days
    if days <= 0 or one.left <= 0:
        return [0] * len(quarters)

    def until(day: date) -> int:
        return one.left * min(max((day - first).days, 0), days) // days

    return [until(each.end) - until(max(each.start, today)) for each in quarters]


def forecast(running: Iterable[Running], today: date) -> dict[str, Any]:
    """The public forecast: per quarter the shown groups, at least and at most how much stays local, and all of it."""
    every, quarters = list(running), quarters_ahead(Period.quarter_of(today))
    parts = [(one, spread(one, today, quarters)) for one in every]
    return {
        "schema": SCHEMA, "made_on": today.isoformat(), "assumptions": list(ASSUMPTIONS),
        "quarters": [
            _quarter(period, [(one, amounts[number]) for one, amounts in parts if amounts[number]])
            for number, period in enumerate(quarters)
        ],
    }  # fmt: skip


def _quarter(period: Period, parts: Iterable[tuple[Running, int]]) -> dict[str, Any]:
    """`hidden`: there is something local, but of too few suppliers to show it."""
    every = list(parts)
    cells = public(
        Purchase(POOLED, one.supplier, one.standing.value, "", one.standing, "E0", (), amount, 1)
        for one, amount in every
    ).cells
    sums = sum((Sums.of(each.key.standing, each.up) for each in cells), Sums())
    rows = [
        {"class": each.key.standing.value, "suppliers": each.suppliers, "amount": euro(each.up)}
        for each in cells
    ]  # fmt: skip
    return {
        "period": str(period), "rows": rows, "lo": euro(sums.local), "hi": euro(sums.local + sums.unknown_up),
        "total": euro(sums.total), "hidden": not sums.local and any(one.standing is Standing.LOCAL for one, _ in every),
    }  # fmt: skip


class Paid(NamedTuple):
    """What was bought of a supplier under the contract of this reference in a quarter, net, in cents."""

    quarter: Period
    whose: str
    standing: Standing
    net: int
    reference: str


@dataclass(frozen=True, slots=True)
class Landed:
    """What of a contract is proven local, between bounds; what of it landed at least, with how much was declared."""

    share: Share
    floor: Fraction | None
    declared: Fraction | None
    landed: int


def landed(paid: Iterable[Paid], declared: Sequence[Landing]) -> Landed:
    """The share of one or more contracts: a contract's own declaration goes first, as in the figure."""
    rows = list(paid)
    units: dict[tuple[str, Standing], int] = {}
    known = ours = 0
    found: dict[Period, Mapping[tuple[str, str], Landing]] = {}
    for each in rows:
        units[each.whose, each.standing] = units.get((each.whose, each.standing), 0) + each.net
        said = found.setdefault(each.quarter, landings_of(declared, each.quarter))
        one = said.get((each.whose, each.reference)) or said.get((each.whose, ""))
        if one is not None:
            known, ours = known + each.net, ours + one.of(each.net)
    share = exact_share(sum((Sums.of(standing, net) for (_, standing), net in units.items()), Sums()))
    whole = sum(units.values())
    if whole <= 0:
        return Landed(share, None, None, 0)
    return Landed(share, Fraction(ours, whole), Fraction(known, whole), ours)
