"""What conditions may say, which hold at an instant, and their arithmetic. Amounts are cents, rates ten-thousandths.

Bounds: the project's rules (`domain/currency.md`, conditions and responsible design), changed only by a dated vote.
Residents pay no fee and no charge on what lies still: what they hold is theirs at par at any time. What lapses of
backed money is owed in euros, never lost. Mutual credit has neither fee nor charge, and nothing of it lapses.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.conditions import errors
from ledger.instruments.rules import FEE_DAYS, FEE_RATE, INSTRUMENTS, Code

T = TypeVar("T")

NOTICE = timedelta(days=30)
"""From adopting to the first day."""

WHOLE = 10_000


class Group(StrEnum):
    """Who accepts it."""

    COOPERATIVE = "cooperative"
    ORGANISATION = "organisation"
    RESIDENT = "resident"


GROUPS = {
    Group.COOPERATIVE: N_("Coöperaties"),
    Group.ORGANISATION: N_("Andere organisaties"),
    Group.RESIDENT: N_("Bewoners onderling"),
}


class Every(StrEnum):
    """How often what lies still is charged; no: never."""

    NEVER = "never"
    QUARTER = "quarter"
    YEAR = "year"


EVERY = {
    Every.NEVER: N_("Nooit"),
    Every.QUARTER: N_("Elk kwartaal"),
    Every.YEAR: N_("Elk jaar"),
}

BOUNDS = {
    "accept_share": (1, 100),
    "accept_price": (1_00, 1_000_000_00),
    "accept_cap": (1_00, 1_000_000_00),
    "fee_rate": (0, FEE_RATE),
    "fee_days": (1, FEE_DAYS),
    "fee_hops": (1, 2),
    "demurrage_rate": (0, 500),
    "free_days": (90, 3650),
    "exempt": (50_00, 1_000_000_00),
    "lapse_months": (24, 240),
}
"""Least and most of each condition. The charge: 5 % at most of what lies over 90 days, and never of the first € 50."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Conditions of one instrument.

    `accept_share`: per cent of the first `accept_price` cents of a price that is accepted, at most `accept_cap`.
    `fee_rate` falls to nothing over `fee_days`, or is nothing after `fee_hops` payments here. `demurrage_rate` is taken
    each period of what lies longer than `free_days` above `exempt`. `lapse_months` None: nothing lapses.
    """

    accept_where: tuple[Group, ...]
    accept_share: int = 100
    accept_price: int | None = None
    accept_cap: int | None = None
    fee_rate: int = 0
    fee_days: int = FEE_DAYS
    fee_hops: int = 2
    demurrage_every: Every = Every.NEVER
    demurrage_rate: int = 0
    free_days: int = 90
    exempt: int = 50_00
    lapse_months: int | None = None


BEGUN = {
    Code.NWE: Terms(accept_where=tuple(Group), fee_rate=FEE_RATE),
    Code.KRE: Terms(accept_where=(Group.COOPERATIVE, Group.ORGANISATION)),
}
"""What holds until a first version does."""


def check_terms(code: Code, terms: Terms) -> None:
    """Whether these conditions may be proposed for this instrument.

    Raises:
        NobodyAccepts, GroupUnfit, OutOfBounds, NotForMutual: at the field.
    """
    if not terms.accept_where:
        raise errors.NobodyAccepts(field="accept_where")
    if INSTRUMENTS[code].resident is None and Group.RESIDENT in terms.accept_where:
        raise errors.GroupUnfit(field="accept_where")
    if not INSTRUMENTS[code].backed:
        for field in ("fee_rate", "demurrage_rate", "lapse_months"):
            if getattr(terms, field):
                raise errors.NotForMutual(field=field)
    for field, (least, most) in BOUNDS.items():
        value = getattr(terms, field)
        if value is not None and not least <= value <= most:
            raise errors.OutOfBounds(field=field, **_shown(field, least, most))
    if (terms.demurrage_every is Every.NEVER) is not (terms.demurrage_rate == 0):
        raise errors.OutOfBounds(field="demurrage_rate", **_shown("demurrage_rate", 0, 500))


def _shown(field: str, least: int, most: int) -> dict[str, str]:
    """Bounds as they are typed: euros, per cent, or as they are."""
    parts = 100 if field in {"accept_price", "accept_cap", "exempt", "fee_rate", "demurrage_rate"} else 1
    return {"least": f"{least // parts}", "most": f"{most // parts}"}


def check_start(starts_on: date, today: date, after: date | None) -> None:
    """Whether rules may begin on a day: with all days of notice, and after those adopted.

    Raises:
        TooSoon, BeforeAnother: at the field.
    """
    if starts_on < today + NOTICE:
        raise errors.TooSoon(first=f"{today + NOTICE:%d-%m-%Y}", field="starts_on")
    if after is not None and starts_on <= after:
        raise errors.BeforeAnother(field="starts_on")


def check_vote(votes_for: int, votes_against: int, decided_on: date, today: date) -> None:
    """Whether a vote carries.

    Raises:
        VoteLost, VoteInFuture: at the field.
    """
    if decided_on > today:
        raise errors.VoteInFuture(field="decided_on")
    if votes_for <= votes_against:
        raise errors.VoteLost(field="votes_for")


def check_adoption(
    *, user_id: int | None, wrote: Iterable[int], voted: bool, effect: tuple[str, int] | None, books: tuple[str, int]
) -> None:  # fmt: skip
    """Whether a version may be adopted now. `effect` and `books`: quarter and number of lines, then and now.

    Raises:
        NoVote, NoEffect, BooksChanged, SecondAdopts: it may not.
    """
    if not voted:
        raise errors.NoVote
    if effect is None:
        raise errors.NoEffect
    if effect != books:
        raise errors.BooksChanged
    if user_id in set(wrote):
        raise errors.SecondAdopts


def applying(adopted: Sequence[tuple[date, T]], day: date) -> T | None:
    """What holds on a day of what was adopted, as (first day, rules): the latest that has begun."""
    begun = [each for each in adopted if each[0] <= day]
    return max(begun, key=lambda each: each[0])[1] if begun else None


def group_of(*, firm: bool, legal_form: str | None) -> Group:
    """The group of a holder."""
    if not firm:
        return Group.RESIDENT
    return Group.COOPERATIVE if legal_form == "cooperative" else Group.ORGANISATION


def most_accepted(terms: Terms, price: int) -> int:
    """What of a price may be paid in this money: min(cap, the share of the first part), rounded down."""
    counted = price if terms.accept_price is None else min(price, terms.accept_price)
    share = counted * terms.accept_share // 100
    return share if terms.accept_cap is None else min(share, terms.accept_cap)


def check_payment(terms: Terms, payee: Group, amount: int, price: int | None) -> None:
    """Whether a payment obeys the conditions. Between residents there is no share: they sell nothing.

    Raises:
        NotAccepted, PriceNeeded, PriceTooSmall, ShareTooLarge: refused.
    """
    if payee not in terms.accept_where:
        raise errors.NotAccepted(field="code")
    if price is not None and price < amount:
        raise errors.PriceTooSmall(field="price")
    bounded = terms.accept_share < 100 or terms.accept_price is not None or terms.accept_cap is not None
    if payee is Group.RESIDENT or not bounded:
        return
    if price is None:
        raise errors.PriceNeeded(field="price")
    most = most_accepted(terms, price)
    if amount > most:
        raise errors.ShareTooLarge(most=f"€ {Money(most).plain().replace('.', ',')}", field="amount")


def fee(terms: Terms, lots: Iterable[tuple[int, int, int]]) -> int:
    """What a firm pays to redeem lots of (cents, days held, payments here), each rounded down."""
    return sum(
        cents * terms.fee_rate * max(0, terms.fee_days - days) // (WHOLE * terms.fee_days)
        for cents, days, hops in lots
        if hops < terms.fee_hops
    )
