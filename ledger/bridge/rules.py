"""The steps from the total of a ledger to what the figure divides by."""

from collections.abc import Sequence
from dataclasses import dataclass

from cwb.kernel.period import Period
from ledger.bridge.errors import NotOneQuarter, SourceUnnamed

MOST_TOTAL = 10**17
"""The largest total in cents."""

MOST_SHOWN = 100
"""Totals of earlier that a page shows."""


@dataclass(frozen=True, slots=True)
class Step:
    """What goes off for one reason of the closed list: cents, lines, and who said so (nobody: the system)."""

    code: str
    amount: int
    lines: int
    coders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bridge:
    """All in cents. `declared` is what the ledger says, None when nobody typed it; `third` is D1, with its lines.

    `yes`, `no` and `unknown`: how much of D1 is on contracts that can be influenced in the period.
    """

    declared: int | None
    steps: Sequence[Step]
    third: int
    third_lines: int
    yes: int
    no: int
    unknown: int

    @property
    def total(self) -> int:
        """D0: all lines that count."""
        return self.third + sum(each.amount for each in self.steps)

    @property
    def lines(self) -> int:
        """How many lines D0 has."""
        return self.third_lines + sum(each.lines for each in self.steps)

    @property
    def difference(self) -> int | None:
        """What the ledger says more than the lines."""
        return None if self.declared is None else self.declared - self.total

    @property
    def influenceable(self) -> int | None:
        """D2; None while of some of D1 nobody knows the contract."""
        return None if self.unknown else self.yes


HIGHEST_VAT = 21
"""Percent: the general rate (art. 9 lid 1 Wet op de omzetbelasting 1968). No invoice holds more VAT."""


@dataclass(frozen=True, slots=True)
class Paid:
    """What the bank says of a period, in cents and as it left the accounts: VAT is in it.

    `known` went to suppliers of the ledger and `back` came from them; `others` went to anybody else. `count` payments
    to suppliers.
    """

    known: int
    back: int
    others: int
    count: int

    @property
    def net(self) -> int:
        """What suppliers got and kept."""
        return self.known - self.back

    def beyond(self, lines: int) -> int:
        """What neither the lines (cents without VAT) nor their VAT explain: above zero more was paid, below zero less.

        Payments explain a ledger within the VAT and the change in what is owed (spend.md §2): between the lines
        without VAT and with `HIGHEST_VAT` nothing is left to explain.
        """
        bounds = sorted((lines, lines + lines * HIGHEST_VAT // 100))
        return self.net - min(max(self.net, bounds[0]), bounds[1])


@dataclass(frozen=True, slots=True)
class Reasons:
    """Where a difference may come from, in cents: what counts here and is not in the files, and the other way round.

    `only_here`: invoices made here that no file has. `clashes`: what the files have more for the same purchases.
    `undated`: lines without a date, outside every period. `paid`: what the bank says; None while no statement of the
    period was taken in.
    """

    only_here: int
    clashes: int
    undated: int
    paid: Paid | None = None


def declared(totals: Sequence[int], period: Period) -> int | None:
    """What the ledger says for a whole period, from the totals of its quarters; None while one is missing."""
    months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
    return sum(totals) if len(totals) * 3 == months else None


def check_total(period: Period, source: str) -> str:
    """The source of a total, cleaned.

    Raises:
        NotOneQuarter, SourceUnnamed.
    """
    if period != Period.quarter_of(period.start):
        raise NotOneQuarter(field="period")
    named = " ".join(source.split())
    if not 1 <= len(named) <= 200:
        raise SourceUnnamed(field="source")
    return named
