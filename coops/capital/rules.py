"""Capital and dues as values: pure decisions. Amounts in euro cents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from coops.capital import errors
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.text import N_
from ledger.accounts.rules import Role

MOST_SHARES = 10_000
MOST_MINOR = 100_000_00
"""The largest share and the largest dues a form takes: 100,000 euro."""


class Every(StrEnum):
    """How often dues are asked."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


EVERY_NAMES = {Every.MONTH: N_("elke maand"), Every.QUARTER: N_("elk kwartaal"), Every.YEAR: N_("elk jaar")}
"""How often → how people say it."""


class Pot(StrEnum):
    """What a member has to do with in the books of the cooperative, each an account of its own.

    `CAPITAL` is what was called of the member's shares, `CALLED` what of it is still to be paid, `DUES` dues still to
    be paid, `REPAY` capital to be paid back to who left, `SURPLUS` the own part of a surplus, still to be paid out.
    """

    CAPITAL = "capital"
    CALLED = "called"
    DUES = "dues"
    REPAY = "repay"
    SURPLUS = "surplus"


class PotFacts(NamedTuple):
    """The account of a pot: its role, its name for a member number, and whether it grows by debit (else by credit).

    A pot never passes zero the other way: that is its floor or its ceiling in the books.
    """

    role: Role
    name: str
    debit: bool


POTS: Mapping[Pot, PotFacts] = {
    Pot.CAPITAL: PotFacts(Role.FUND, "Ledenkapitaal lid {number}", debit=False),
    Pot.CALLED: PotFacts(Role.RECEIVABLE, "Te storten kapitaal lid {number}", debit=True),
    Pot.DUES: PotFacts(Role.RECEIVABLE, "Contributie lid {number}", debit=True),
    Pot.REPAY: PotFacts(Role.PAYABLE, "Terug te betalen kapitaal lid {number}", debit=False),
    Pot.SURPLUS: PotFacts(Role.PAYABLE, "Deel van het overschot lid {number}", debit=False),
}

POT_NAMES = {
    Pot.CAPITAL: N_("Ledenkapitaal"),
    Pot.CALLED: N_("Nog te storten kapitaal"),
    Pot.DUES: N_("Open contributie"),
    Pot.REPAY: N_("Nog terug te betalen kapitaal"),
    Pot.SURPLUS: N_("Nog uit te betalen overschot"),
}
"""Pot → how a member reads it."""

PAYABLE_POTS = (Pot.CALLED, Pot.DUES)
"""What a member can pay."""

CALLED, CHARGED = "capital_called", "dues_charged"
PAID = {Pot.CALLED: "capital_paid", Pot.DUES: "dues_paid"}
"""What a payment of a pot is called in the books."""

PAID_ONLINE = {Pot.CALLED: "capital_paid_online", Pot.DUES: "dues_paid_online"}
"""The same, when the member paid it online: given back through the provider, never taken back by hand."""

COLLECTED = "dues_collected"
"""Dues that were taken by direct debit."""

RECEIPTS = frozenset(PAID.values()) | frozenset(PAID_ONLINE.values()) | {COLLECTED}
"""What a member gets a receipt of."""

PAID_OUT = {Pot.REPAY: "capital_repaid", Pot.SURPLUS: "surplus_paid"}
"""What paying a pot out is called in the books."""

PAYMENTS = frozenset(PAID.values()) | frozenset(PAID_OUT.values())
"""What the bank saw: a mistake in one of these is taken back."""


@dataclass(frozen=True, slots=True)
class TermFacts:
    """What the statutes say. `share_minor`: one share; `dues_minor`: dues per period, 0 for none.

    `pay_days`: how long a member has to pay. `notice_months`: the term of leaving. `repay_percent`: at most this part
    of all member capital at the start of a book year is repaid in that year. `bears_losses`: who leaves bears a part.
    """

    share_minor: int
    dues_minor: int
    dues_every: Every
    pay_days: int = 30
    notice_months: int = 1
    repay_percent: int = 100
    bears_losses: bool = False


def check_terms(facts: TermFacts) -> None:
    """Amounts and terms that can stand in statutes.

    Raises:
        TermInvalid: at the field.
    """
    ranges = {
        "share_minor": (1, MOST_MINOR), "dues_minor": (0, MOST_MINOR), "pay_days": (1, 365),
        "notice_months": (0, 24), "repay_percent": (1, 100),
    }  # fmt: skip
    for name, (least, most) in ranges.items():
        if not least <= getattr(facts, name) <= most:
            raise errors.TermInvalid(field=name.removesuffix("_minor"))


def check_shares(shares: int) -> None:
    """How many shares somebody takes at once.

    Raises:
        SharesInvalid: none, or more than `MOST_SHARES`.
    """
    if not 1 <= shares <= MOST_SHARES:
        raise errors.SharesInvalid(field="shares")


def dues_period(every: Every, day: date) -> Period:
    """The month, quarter or year a day lies in."""
    if every is Every.YEAR:
        return Period(date(day.year, 1, 1), date(day.year + 1, 1, 1))
    if every is Every.QUARTER:
        return Period.quarter(day.year, (day.month + 2) // 3)
    after = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    return Period(day.replace(day=1), after)


def book_year(year: int) -> Period:
    """A book year is a calendar year.

    Raises:
        YearInvalid: before 2000 or after 2200.
    """
    if not 2000 <= year <= 2200:
        raise errors.YearInvalid
    return Period(date(year, 1, 1), date(year + 1, 1, 1))


def check_payment(amount: Money, still_open: int, paid_on: date, today: date) -> None:
    """A payment of what was open on its day (`open_since`).

    Raises:
        AmountInvalid, MoreThanOwed, PaidOnInvalid: at the field.
    """
    if amount.minor <= 0:
        raise errors.AmountInvalid(field="amount")
    if paid_on > today:
        raise errors.PaidOnInvalid(field="paid_on")
    if amount.minor > still_open:
        raise errors.MoreThanOwed(open=Money(still_open), field="amount")


class Due(NamedTuple):
    """What was asked of a member, and by when; `about` tells one from another."""

    minor: int
    due_on: date
    about: int = 0


def behind(still_open: int, asked: Iterable[Due], today: date) -> int:
    """How much of what is open should have been paid by now: the rest may still wait (the oldest is paid first)."""
    waiting = sum(each.minor for each in asked if each.due_on >= today)
    return max(0, still_open - waiting)


def unpaid(still_open: int, asked: Iterable[Due]) -> list[Due]:
    """What is still open of each amount that was asked, the first due first: the oldest is paid first."""
    found = []
    for each in sorted(asked, key=lambda due: due.due_on, reverse=True):
        part = min(still_open, each.minor)
        still_open -= part
        found.append(each._replace(minor=part))
    return [each for each in reversed(found) if each.minor]


REFERENCES = {Pot.CALLED: "kapitaal", Pot.DUES: "contributie"}


def reference(number: int, pot: Pot) -> str:
    """What a member writes beside a payment, so that the board finds it; the bank reads it in Dutch."""
    return f"Lid {number} {REFERENCES[pot]}"


class Line(NamedTuple):
    """One movement of a pot, as a member counts it: more of it is plus. `undone`: it was taken back later."""

    transfer: str
    kind: str
    day: date
    pot: Pot
    minor: int
    undoes: bool = False
    undone: bool = False


def open_since(lines: Iterable[Line], pot: Pot, day: date) -> int:
    """What a payment of this day can be at most, so that the pot is below nothing on no day from then on."""
    total, least = 0, None
    for line in sorted((each for each in lines if each.pot is pot), key=lambda each: each.day):
        if line.day > day:
            least = total if least is None else min(least, total)
        total += line.minor
    return max(0, total if least is None else min(least, total))


class PotYear(NamedTuple):
    """A pot over a book year: at the start, what came, what went, at the end."""

    opening: int
    more: int
    less: int
    closing: int


def over_year(lines: Iterable[Line], year: Period) -> dict[Pot, PotYear]:
    """Each pot over a book year; `lines` are all lines up to its end. Opening + more − less = closing, to the cent."""
    found = {pot: [0, 0, 0] for pot in Pot}
    for line in lines:
        if line.day >= year.end:
            continue
        place = 0 if line.day < year.start else 1 if line.minor > 0 else 2
        found[line.pot][place] += abs(line.minor) if place else line.minor
    return {pot: PotYear(a, more, less, a + more - less) for pot, (a, more, less) in found.items()}
