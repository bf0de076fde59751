"""Direct debits by the own bank, on bare values. Terms of the SEPA Core rulebook (EPC016). Amounts are cents."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from stdnum.eu import at_02

from cwb.kernel.identifiers import Iban
from cwb.kernel.text import N_
from ledger.debits import errors
from ledger.mandates.rules import lapses_on
from ledger.sepa.rules import MOST_NAME, sepa_text

AHEAD = timedelta(days=14)
"""So long before its day a debit may be at the bank (Core rulebook: 14 calendar days)."""

CREDITOR_ID = r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}$"
"""How a creditor identifier is built: country, check digits, business code, national part (EPC262, AT-02)."""

_DUTCH = re.compile(r"NL[0-9]{2}[A-Z0-9]{3}[0-9]{12}")


class Turn(StrEnum):
    """Whether a debit is the first by its mandate or a later one."""

    FIRST = "FRST"
    RECURRENT = "RCUR"


class DebitState(StrEnum):
    """Where a debit stands. `SENT`: it is in a file; that it came in, the bank's statement says."""

    SENT = "sent"
    REFUSED = "refused"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Wanted(NamedTuple):
    """Money to be taken: by which mandate, what is owed (`about`: once), on which account it comes, from which day."""

    mandate_id: int
    about: str
    account_id: int
    kind: str
    amount: int
    collect_on: date
    words: str


class Debit(NamedTuple):
    """One debit in a file. `mark` tells it on a statement, `group` those of one day and sequence."""

    mark: str
    group: str
    amount: int
    collect_on: date
    turn: Turn
    holder: str
    iban: str
    reference: str
    signed_on: date
    words: str


MEDIUM_NAMES = {
    "provider": N_("online bij Stripe"),
    "phone": N_("hier, op de telefoon"),
    "paper": N_("op papier"),
}
"""How a mandate was given → how people read it."""


def check_creditor_id(text: str) -> str:
    """A creditor identifier in capitals without blanks, with right check digits (ISO 7064 over all but the code).

    Raises:
        CreditorIdInvalid: it has another form, or a wrong check digit.
    """
    found = re.sub(r"[\s.-]", "", text).upper()
    dutch = not found.startswith("NL") or _DUTCH.fullmatch(found)
    if not re.fullmatch(CREDITOR_ID, found) or not dutch or not at_02.is_valid(found):
        raise errors.CreditorIdInvalid(field="creditor_id")
    return found


def check_account(text: str) -> str:
    """The account of a payer.

    Raises:
        AccountInvalid: no such account.
    """
    found = Iban.normalise(text)
    if found is None:
        raise errors.AccountInvalid(field="iban")
    return found


def check_creditor(name: str) -> str:
    """The name of a creditor, of which a bank can read something.

    Raises:
        CreditorNameInvalid: no sign of it is one that banks take.
    """
    if not sepa_text(name):
        raise errors.CreditorNameInvalid
    return name


def check_holder(text: str) -> str:
    """The name of a holder, tidied, in the signs that banks take.

    Raises:
        HolderInvalid: none, or too long.
    """
    found = sepa_text(text)
    if not 0 < len(found) <= MOST_NAME:
        raise errors.HolderInvalid(field="holder")
    return found


def check_signed(signed_on: date, today: date) -> date:
    """The day a paper was signed.

    Raises:
        SignedInFuture, SignedTooLongAgo: no mandate may be used by it.
    """
    if signed_on > today:
        raise errors.SignedInFuture(field="signed_on")
    if lapses_on(signed_on) <= today:
        raise errors.SignedTooLongAgo(field="signed_on")
    return signed_on


@lru_cache(maxsize=64)
def closed_days(year: int) -> frozenset[date]:
    """When TARGET is closed beside weekends: 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December.

    Easter by the Gregorian computus (Meeus, Jones, Butcher).
    """
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    easter = date(year, month, day + 1)
    fixed = (date(year, 1, 1), date(year, 5, 1), date(year, 12, 25), date(year, 12, 26))
    return frozenset({*fixed, easter - timedelta(days=2), easter + timedelta(days=1)})


def banking_day(on: date) -> date:
    """This day, or the first one after it on which banks settle."""
    while on.weekday() > 4 or on in closed_days(on.year):
        on += timedelta(days=1)
    return on


def earliest(today: date) -> date:
    """The first day for which a file of today is in time: a whole banking day lies between (the rulebook asks D-1)."""
    return banking_day(banking_day(today + timedelta(days=1)) + timedelta(days=1))


def debit_day(announced: date, today: date) -> date:
    """The day of a debit in a file: the announced one, or the first that the bank still makes."""
    return banking_day(max(announced, earliest(today)))


def sequences(mandates: Sequence[int], used: frozenset[int]) -> list[Turn]:
    """For each debit in its order, by mandate: the first by a mandate that was never `used` is a first one."""
    seen, found = set(used), []
    for each in mandates:
        found.append(Turn.RECURRENT if each in seen else Turn.FIRST)
        seen.add(each)
    return found
