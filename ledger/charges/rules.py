"""What is taken of what lies still, and what lapses. Whole cents; rounded down once per wallet, for the holder.

Lots by first in, first out: what left was what came first. So of what came in long enough ago, there is left what came
in then, less all that ever left. A reversal and what it reverses count for neither: money given back keeps its age.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from cwb.kernel.period import Period
from cwb.kernel.text import N_
from ledger.conditions.rules import WHOLE, Every, Terms

APART = timedelta(days=30)
"""Between two notices of lapse, and from the second to lapse itself."""
NOTICES = 2
COUNTS = timedelta(days=366)
"""How long a notice counts."""
LEAF = 990
"""Wallets in one transfer."""
REASON = 10


class Kind(StrEnum):
    """What a run takes: a part of what lies still, for the fund; or all that lapsed, owed in euros."""

    DEMURRAGE = "demurrage"
    LAPSE = "lapse"


KIND_NAMES = {Kind.DEMURRAGE: N_("Inhouding op wat stilstaat"), Kind.LAPSE: N_("Verval, terug in euro’s")}
BOOKED = {Kind.DEMURRAGE: "voucher_demurrage", Kind.LAPSE: "voucher_lapsed"}
"""The kind of the transfers."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of wallets: cents that came in before `since` and lie since, less `exempt`, times `rate`.

    `firms_only`: residents pay nothing.
    """

    since: date
    rate: int
    exempt: int
    firms_only: bool


def due_period(kind: Kind, terms: Terms, today: date) -> Period | None:
    """The last period that is over, of which something may be asked; None: nothing ever is."""
    quarter = Period.quarter_of(today).previous_quarter()
    if kind is Kind.LAPSE:
        return quarter if terms.lapse_months else None
    if terms.demurrage_every is Every.YEAR:
        return Period(date(today.year - 1, 1, 1), date(today.year, 1, 1))
    return quarter if terms.demurrage_every is Every.QUARTER else None


def asked(kind: Kind, terms: Terms, end: date) -> Asked | None:
    """What a period that ends on a day asks; None: nothing."""
    if kind is Kind.LAPSE:
        if terms.lapse_months is None:
            return None
        return Asked(months_before(end, terms.lapse_months), WHOLE, 0, firms_only=False)
    if not terms.demurrage_rate:
        return None
    return Asked(end - timedelta(days=terms.free_days), terms.demurrage_rate, terms.exempt, firms_only=True)


def months_before(day: date, months: int) -> date:
    """The first of the month so many months before the month of a day: periods end on a first."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def lying(moves: Iterable[tuple[date, int]], since: date) -> int:
    """Cents that came in before a day and lie there since; `moves` are what came in (plus) and went out (minus)."""
    known = list(moves)
    came = sum(cents for day, cents in known if cents > 0 and day < since)
    left = -sum(cents for _, cents in known if cents < 0)
    return max(0, came - left)


def charge(what: Asked, *, firm: bool, free: int, lying_cents: int) -> tuple[int, int]:
    """What is counted of a wallet and what is taken, in cents. `free`: what it holds and did not reserve."""
    if what.firms_only and not firm:
        return 0, 0
    base = max(0, min(lying_cents, free - what.exempt))
    return base, base * what.rate // WHOLE


def told(sent: Sequence[datetime], at: datetime) -> bool:
    """Whether a holder was told in time that something lapses: twice, apart, and long enough ago."""
    counted = [each for each in sent if at - COUNTS <= each]
    return len(counted) >= NOTICES and max(counted) - min(counted) >= APART and max(counted) <= at - APART
