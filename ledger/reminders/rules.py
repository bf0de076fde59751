"""Stages of reminding, late interest and collection costs, on bare values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum
from typing import Any

from cwb.kernel.money import Money, half_up
from cwb.kernel.text import N_
from ledger.reminders.errors import AllSent, NothingToClaim, NothingToRemind, TooSoon


@dataclass(frozen=True, slots=True)
class Rate:
    """The statutory interest on late commercial payment from a day on, percent a year: ECB refinancing rate + 8.

    `source` is where it was read; an empty one was not checked, and a page says so.
    """

    since: date
    percent: Decimal
    source: str = ""

    @property
    def checked(self) -> bool:
        """Whether somebody read it in a source."""
        return bool(self.source)


RATES: tuple[Rate, ...] = (
    Rate(date(2024, 1, 1), Decimal("12.5"), "smkaccountants.nl"),
    Rate(date(2024, 7, 1), Decimal("12.25"), "metaalunie.nl"),
    Rate(date(2025, 1, 1), Decimal("11.15")),
    Rate(date(2025, 7, 1), Decimal("10.15")),
    Rate(date(2026, 1, 1), Decimal("10.15")),
    Rate(date(2026, 7, 1), Decimal("10.15")),
)
"""BW 6:119a, 6:119b and 6:120. Each half-year closes the row before it and adds one."""


@dataclass(frozen=True, slots=True)
class Collection:
    """The least that a late commercial payer owes for collection from a day on, without any reminder."""

    since: date
    amount: Money


COLLECTION: tuple[Collection, ...] = (Collection(date(2013, 3, 16), Money(4_000)),)
"""BW 6:96 paragraph 4: EUR 40."""

YEAR_DAYS = 365
"""Days that a year of interest is counted in (project choice)."""


def rate_on(day: date, rates: Sequence[Rate] = RATES) -> Rate | None:
    """The rate that counts on a day; None before the first that is known."""
    return next((each for each in reversed(rates) if each.since <= day), None)


def interest(
    owed: Money, paid: Iterable[tuple[date, Money]], *, due_on: date, on: date, rates: Sequence[Rate] = RATES
) -> Money:
    """Interest from the day after the last day to pay up to and with `on`, rounded half-up once.

    A payment counts from its day. After each year the interest of that year bears interest too. Days before the first
    known rate bear none.
    """
    payments = sorted(paid, key=lambda each: each[0])
    principal, total, of_year = Decimal(owed.minor), Decimal(0), Decimal(0)
    first = due_on + timedelta(days=1)
    for number in range((on - due_on).days):
        day = first + timedelta(days=number)
        while payments and payments[0][0] <= day:
            principal -= payments.pop(0)[1].minor
        if number and (day.month, day.day) == (first.month, first.day):
            total, of_year = total + of_year, Decimal(0)
        rate = rate_on(day, rates)
        if rate is not None and principal > 0:
            of_year += (principal + total) * rate.percent / 100 / YEAR_DAYS
    return Money(half_up(total + of_year))


def collection(due_on: date, on: date) -> Money:
    """What is owed for collection on a day: nothing until it is late."""
    if on <= due_on:
        return Money(0)
    return next((each.amount for each in reversed(COLLECTION) if each.since <= due_on), Money(0))


@dataclass(frozen=True, slots=True)
class Late:
    """What comes on top of a late invoice. `checked`: every rate in it was read in a source."""

    days: int
    open: Money
    interest: Money
    collection: Money
    checked: bool

    @property
    def total(self) -> Money:
        """All that could be claimed."""
        return self.open + self.interest + self.collection


def late(
    owed: Money, paid: Sequence[tuple[date, Money]], *, due_on: date, on: date, commercial: bool
) -> Late | None:
    """What a late payer owes; None when nothing is late. Only who acts in a profession owes the commercial interest."""
    still = owed - sum((amount for _, amount in paid), Money(0))
    if on <= due_on or still <= Money(0):
        return None
    if not commercial:
        return Late((on - due_on).days, still, Money(0), Money(0), checked=True)
    return Late(
        (on - due_on).days, still, interest(owed, paid, due_on=due_on, on=on), collection(due_on, on),
        checked=_checked(due_on, on),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claim:
    """What may be asked of who paid late: `days` late until `until`, the day on which all was paid.

    `checked`: every rate in it was read in a source.
    """

    until: date
    days: int
    interest: Money
    collection: Money
    checked: bool

    @property
    def total(self) -> Money:
        """All that is asked. It is no price of a supply, so there is no VAT on it."""
        return self.interest + self.collection


def claim(
    owed: Money,
    paid: Iterable[tuple[date, Money]],
    *,
    due_on: date,
    commercial: bool,
    rates: Sequence[Rate] = RATES,
) -> Claim:
    """What a buyer owes that paid all, but late (BW 6:119a, 6:119b, 6:96 paragraph 4), by the days of its payments.

    What was credited is no part of `owed`. A refund counts below zero.

    Raises:
        NothingToClaim: it is not paid, was paid in time, or was not bought in business.
    """
    payments, left, until = sorted(paid, key=lambda each: each[0]), owed, None
    for day, amount in payments:
        left = left - amount
        if left <= Money(0):
            until = day
            break
    if not commercial or until is None or until <= due_on or owed <= Money(0):
        raise NothingToClaim
    return Claim(
        until, (until - due_on).days, interest(owed, payments, due_on=due_on, on=until, rates=rates),
        collection(due_on, until), checked=_checked(due_on, until),
    )  # fmt: skip


def _checked(due_on: date, on: date) -> bool:
    """Whether every rate between the last day to pay and a day was read in a source."""
    used = {rate_on(due_on + timedelta(days=number + 1)) for number in range((on - due_on).days)}
    return all(rate is not None and rate.checked for rate in used)


class Stage(IntEnum):
    """The three reminders."""

    FRIENDLY = 1
    FIRM = 2
    LAST = 3


AFTER = {Stage.FRIENDLY: 1, Stage.FIRM: 14, Stage.LAST: 28}
"""Days late from which each may be sent (project choice)."""

BETWEEN = 7
"""The least days between two (project choice)."""

NAMES = {
    Stage.FRIENDLY: N_("Vriendelijke herinnering"),
    Stage.FIRM: N_("Tweede herinnering"),
    Stage.LAST: N_("Laatste herinnering"),
}

SUBJECTS = {
    Stage.FRIENDLY: N_("Herinnering: factuur %(number)s"),
    Stage.FIRM: N_("Tweede herinnering: factuur %(number)s"),
    Stage.LAST: N_("Laatste herinnering: factuur %(number)s"),
}
"""What the mail is called."""

TEXTS = {
    Stage.FRIENDLY: N_(
        "Misschien is het u ontgaan: factuur %(number)s van %(seller)s is nog niet betaald. Open staat"
        " %(open)s, de laatste betaaldag was %(due)s. U betaalt op rekening %(iban)s, kenmerk %(reference)s."
        " De factuur is een bijlage bij deze mail. Betaalde u al? Dan is dit bericht niet nodig."
    ),
    Stage.FIRM: N_(
        "Factuur %(number)s van %(seller)s is %(days)s dagen te laat. Betaal %(open)s binnen zeven dagen"
        " op rekening %(iban)s, kenmerk %(reference)s. De factuur is een bijlage bij deze mail."
        " Bij te laat betalen is volgens de wet rente verschuldigd, en minstens %(collection)s voor incasso."
    ),
    Stage.LAST: N_(
        "Factuur %(number)s van %(seller)s is %(days)s dagen te laat. Open staat %(open)s. Daar komt volgens"
        " de wet %(interest)s rente bij, en %(collection)s voor incasso: samen %(total)s. Betaal binnen zeven"
        " dagen op rekening %(iban)s, kenmerk %(reference)s. De factuur is een bijlage bij deze mail."
        " Kan dat niet? Bel ons."
    ),
}
"""What the buyer reads."""

OUTSIDE = {
    Stage.FRIENDLY: N_(
        "Misschien is het u ontgaan: factuur %(number)s van %(seller)s is nog niet betaald. Open staat"
        " %(open)s, de laatste betaaldag was %(due)s. U betaalt op rekening %(iban)s, kenmerk %(reference)s."
        " De factuur is een bijlage bij deze mail. Betaalde u al? Dan is dit bericht niet nodig."
        " Vragen? Mail %(email)s."
    ),
    Stage.FIRM: N_(
        "Factuur %(number)s van %(seller)s is %(days)s dagen te laat. Betaal %(open)s binnen zeven dagen"
        " op rekening %(iban)s, kenmerk %(reference)s. De factuur is een bijlage bij deze mail."
        " Vragen? Mail %(email)s."
    ),
    Stage.LAST: N_(
        "Laatste herinnering: factuur %(number)s van %(seller)s is %(days)s dagen te laat. Betaal %(open)s binnen"
        " zeven dagen op rekening %(iban)s, kenmerk %(reference)s. De factuur is een bijlage bij deze mail."
        " Kan dat niet? Mail %(email)s."
    ),
}
"""What who is outside reads: there is no page to look at, so where to pay. Interest and costs are not claimed in it, as
other rules hold for private persons; a person writes that letter.
"""


def text_of(stage: Stage, *, outside: bool) -> str:
    """The letter of a stage."""
    return OUTSIDE[stage] if outside else TEXTS[stage]


def where_to_pay(
    seller: Mapping[str, Any] | None,
    reference: str | None,
    fund_iban: str | None = None,
    parts: Iterable[tuple[str, bool]] = (),
) -> dict[str, str]:
    """The account, the reference and whom to ask, as they stand on an invoice.

    `fund_iban`: of who is paid in the seller's place. `parts`: account and whether it is blocked, of two parts.
    """
    known = seller or {}
    own = fund_iban or known.get("iban") or ""
    named = [f"{iban} (G)" if blocked else own for iban, blocked in parts] or [own]
    return {
        "iban": " + ".join(named), "reference": reference or "", "email": known.get("email") or "",
    }  # fmt: skip


def next_stage(sent: Sequence[date], found: Late | None, *, due_on: date, today: date) -> Stage:
    """The reminder that may be sent now. `sent` are the days of the earlier ones.

    Raises:
        NothingToRemind, AllSent, TooSoon: none may.
    """
    if found is None:
        raise NothingToRemind
    if len(sent) >= len(Stage):
        raise AllSent
    stage = Stage(len(sent) + 1)
    ready = due_on + timedelta(days=AFTER[stage])
    if sent:
        ready = max(ready, max(sent) + timedelta(days=BETWEEN))
    if today < ready:
        raise TooSoon(day=ready)
    return stage
