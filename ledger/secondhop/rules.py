"""The primary outcome: which part of ALL that a trader spends, euros included, lands in the area one payment further.

On rows of who paid whom how much in one period. Rows of a pair are netted first; what a pair then owes back counts for
nothing, and what somebody pays itself is no spending. Of trader i, who paid recipient j the amount s(i, j):

    S(i) = Σ s(i, j)      R(j) = all that j received      O(j) = all that j spent      L(j), U(j) = of O(j), what went
                          where is proven in the area, and where nothing is proven      M(j) = max(R(j), O(j))
    low(i)  = Σ s(i, j) ÷ S(i) × L(j) ÷ M(j)
    high(i) = Σ s(i, j) ÷ S(i) × (L(j) + U(j) + M(j) − O(j)) ÷ M(j)

So money is well mixed with a recipient, what it kept has not landed yet, and a recipient of whom no spending is seen
proves nothing: it lowers `low` and leaves `high` open. `currency` never enters the share, so that spending local money
instead of euros at the same till changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from ledger.secondhop.errors import CurrencyUnknown
from ledger.share.rules import Standing

AT_PAR = frozenset({"EUR", "NWE", "KRE"})
"""A cent of these is a cent. Hours (WIJK) have no price and are no spending."""


class Row(NamedTuple):
    """A payment or purchase: who paid whom, in cents; a credit note is negative."""

    giver: str
    taker: str
    amount: int
    currency: str = "EUR"


class Landed(NamedTuple):
    """What one trader spent, and which part landed at the second hop: proven at least, and at most."""

    spent: int
    low: Fraction
    high: Fraction


def second_hop(
    rows: Iterable[Row], traders: Iterable[str], places: Mapping[str, Standing]
) -> dict[str, Landed]:
    """The outcome of every trader that spent anything in these rows.

    Raises:
        CurrencyUnknown.
    """
    net: defaultdict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        if row.currency not in AT_PAR:
            raise CurrencyUnknown(currency=row.currency)
        if row.giver != row.taker:
            net[row.giver, row.taker] += row.amount
    got: defaultdict[str, int] = defaultdict(int)
    spent: defaultdict[str, int] = defaultdict(int)
    kept: defaultdict[tuple[str, Standing], int] = defaultdict(int)
    by_giver: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for (giver, taker), cents in net.items():
        if cents > 0:
            got[taker] += cents
            spent[giver] += cents
            kept[giver, places.get(taker, Standing.UNKNOWN)] += cents
            by_giver[giver].append((taker, cents))
    found = {}
    for trader in sorted(set(traders)):
        low, high, under = 0, 0, 1
        for taker, cents in by_giver.get(trader, ()):
            whole = max(got[taker], spent[taker])
            low = low * whole + cents * kept[taker, Standing.LOCAL] * under
            high = high * whole + cents * (whole - kept[taker, Standing.NOT_LOCAL]) * under
            under *= whole
        if spent[trader]:
            under *= spent[trader]
            found[trader] = Landed(spent[trader], Fraction(low, under), Fraction(high, under))
    return found
