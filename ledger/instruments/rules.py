"""The instruments as data, and their arithmetic. Amounts are cents. Rates and limits: the project's rules, by vote.

NWE is issued against euros in a separate account and redeemed at par. KRE is mutual credit: who pays may go below zero,
so that all balances add up to zero. WIJK thanks for hours (`ledger.appreciation`) and has no wallets. While an
instrument is a simulation its units are of another currency, beside another
euro: no unit of the simulation can ever become a real one.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.instruments.errors import ReviewInFuture, SecondPersonNeeded

WARNINGS = (500_000_00, 800_000_00)
STOP = 1_000_000_00
"""Payments of twelve months: warn, warn again, stop before (notice to De Nederlandsche Bank is due at one million)."""
METER = timedelta(days=365)

FEE_DAYS = 90
FEE_RATE = 500
"""Ten-thousandths that a firm pays on what it had no longer than today; falls to nothing in 90 days."""

FEWEST = 5
"""Below so many people what they did or hold together is not shown (cells under five are suppressed everywhere)."""

MOST_CREDIT = 5_000_00
SOFT = 70


class Code(StrEnum):
    """Which instrument."""

    NWE = "NWE"
    KRE = "KRE"
    WIJK = "WIJK"


class Cause(StrEnum):
    """Why issuing stopped: by the backing, by a stop rule of the experiment, or by a plan that ends the credit."""

    SHORT = "short"
    MISSING = "missing"
    CEILING = "ceiling"
    COMPLAINTS = "complaints"
    LOSS = "loss"
    ENDING = "ending"


CAUSES = {
    Cause.SHORT: N_("Bij de telling was er te weinig geld."), Cause.MISSING: N_("De dekking is niet op tijd geteld."),
    Cause.CEILING: N_("Te veel houders zitten aan hun maximum."), Cause.COMPLAINTS: N_("Er zijn te veel klachten."),
    Cause.LOSS: N_("Het verlies is groter dan de reserve."), Cause.ENDING: N_("Dit geld stopt, volgens een plan."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Instrument:
    """What an instrument is. `resident` and `firm` are the most that a wallet holds; None: it has none, or by sales."""

    name: str
    about: str
    kind: str
    backed: bool
    resident: int | None
    firm: int | None
    total: int | None


INSTRUMENTS = {
    Code.NWE: Instrument(
        N_("Nieuw-Westgeld"), N_("Een tegoed waar euro’s tegenover staan. Bewoners krijgen hun euro’s altijd terug."),
        "backed", True, 150_00, 5_000_00, 100_000_00,
    ),
    Code.KRE: Instrument(
        N_("Krediet onder coöperaties"), N_("Leden kopen bij elkaar op rekening. Alle saldo’s samen zijn nul."),
        "mutual", False, None, 0, None,
    ),
    Code.WIJK: Instrument(
        N_("Waarderingspunten"), N_("Punten voor bevestigde uren hulp. U krijgt er nooit geld voor."),
        "appreciation", False, None, None, None,
    ),
}  # fmt: skip


def currency(code: Code, *, live: bool) -> str:
    """The currency of its units."""
    return code.value if live else f"{code.value}X"


def euro(*, live: bool) -> str:
    """The currency of its backing."""
    return "EUR" if live else "EURX"


def credit_limits(yearly_sales: int) -> tuple[int, int]:
    """Floor and ceiling of mutual credit: a month of local sales and no more than 5,000 below; twice that above."""
    credit = min(MOST_CREDIT, yearly_sales // 12)
    return -credit, 2 * credit


def soft_limits(floor: int, ceiling: int) -> tuple[int, int]:
    """Where a wallet is warned: at 70 % of its limits."""
    return -(-floor * SOFT // 100), ceiling * SOFT // 100


def near_limit(balance: int, floor: int, ceiling: int) -> bool:
    """Whether a wallet with credit is past a soft limit."""
    low, high = soft_limits(floor, ceiling)
    return floor < 0 and not low < balance < high


def warned(volume: int) -> int:
    """How many warnings the payments of twelve months have passed."""
    return sum(volume >= limit for limit in WARNINGS)


def check_second(proposed_by_id: int | None, user_id: int) -> None:
    """Whether somebody else than who proposed it confirms a review.

    Raises:
        SecondPersonNeeded: it is the same person.
    """
    if proposed_by_id == user_id:
        raise SecondPersonNeeded


def check_reviewed(reviewed_on: date, today: date) -> None:
    """Whether a review has been.

    Raises:
        ReviewInFuture: it has not.
    """
    if reviewed_on > today:
        raise ReviewInFuture(field="reviewed_on")


def ratio(counted: Money, supply: Money) -> Decimal:
    """Backing over supply to three decimals, rounded down: 1.000 is the least that is allowed."""
    thousandths = 1000 if not supply.minor else counted.minor * 1000 // supply.minor
    return Decimal(thousandths).scaleb(-3)


def since(at: datetime) -> datetime:
    """From when payments count for the meter."""
    return at - METER
