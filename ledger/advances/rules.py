"""What a payment under an assignment does, to the cent, on bare values. Amounts are cents."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cwb.kernel.money import Money
from ledger.accounts.rules import Role
from ledger.advances.errors import AboveOwed, AmountInvalid, DayInFuture, DayTooEarly, NotRunning
from ledger.invoicing.rules import BookLine


class Route(StrEnum):
    """How money came in: the debtor to the fund, the debtor to the borrower (wrong), the borrower, or too much."""

    FUND = "fund"
    BORROWER = "borrower"
    DIRECT = "direct"
    SURPLUS = "surplus"


@dataclass(frozen=True, slots=True)
class Claim:
    """Where an advance stands. What was written off is still owed; what then comes in is recovered."""

    amount: int
    repaid: int
    written_off: int
    recovered: int
    fee: int
    fee_paid: int

    @property
    def outstanding(self) -> int:
        """The principal that the fund still counts on."""
        return self.amount - self.repaid - self.written_off

    @property
    def owed(self) -> int:
        """All that the borrower still owes, with the cost."""
        return self.amount - self.repaid - self.recovered + self.fee - self.fee_paid


@dataclass(frozen=True, slots=True)
class Split:
    """One amount that came in: principal first, then what was written off before, then the cost; the rest goes on."""

    principal: int
    recovered: int
    fee: int
    rest: int

    @property
    def kept(self) -> int:
        """What the fund keeps."""
        return self.principal + self.recovered + self.fee


def split(claim: Claim, came_in: int) -> Split:
    """What an amount above zero repays. The four parts are exactly the amount."""
    principal = min(came_in, claim.outstanding)
    recovered = min(came_in - principal, claim.written_off - claim.recovered)
    fee = min(came_in - principal - recovered, claim.fee - claim.fee_paid)
    return Split(principal, recovered, fee, came_in - principal - recovered - fee)


NOTHING = Claim(0, 0, 0, 0, 0, 0)
"""What is owed before it was paid out: all that comes in goes on."""


def check_amount(amount: Money, fee: Money) -> None:
    """More than nothing, in euro; the cost is not below zero.

    Raises:
        AmountInvalid: it is not.
    """
    if amount.minor <= 0 or fee.minor < 0 or {amount.currency, fee.currency} != {"EUR"}:
        raise AmountInvalid(field="amount")


def check_day(day: date, *, first: date, today: date) -> None:
    """From what it follows up to today.

    Raises:
        DayInFuture, DayTooEarly: at the field `paid_on`.
    """
    if day > today:
        raise DayInFuture(field="paid_on")
    if day < first:
        raise DayTooEarly(first=first, field="paid_on")


def check_repayment(claim: Claim, amount: Money) -> None:
    """What the borrower itself pays back is at most what is owed.

    Raises:
        AmountInvalid, AboveOwed: at the amount. NotRunning: nothing is owed.
    """
    if not claim.owed:
        raise NotRunning
    if amount.minor <= 0 or amount.currency != "EUR":
        raise AmountInvalid(field="amount")
    if amount.minor > claim.owed:
        raise AboveOwed(owed=Money(claim.owed), field="amount")


def pay_out_lines(*, fund_id: int, borrower_id: int, amount: int) -> list[BookLine]:
    """Bank to claim in the fund's books, debt to bank in the borrower's."""
    return [
        BookLine(fund_id, Role.ADVANCE_GIVEN, borrower_id, amount),
        BookLine(fund_id, Role.BANK, None, -amount),
        BookLine(borrower_id, Role.BANK, None, amount),
        BookLine(borrower_id, Role.ADVANCE_RECEIVED, fund_id, -amount),
    ]


def kept_lines(parts: Split, *, fund_id: int, borrower_id: int) -> list[BookLine]:
    """What the fund keeps, but for its bank: claim, loss and cost; and the borrower's debt and cost against it."""
    lines = [
        BookLine(fund_id, Role.ADVANCE_GIVEN, borrower_id, -parts.principal),
        BookLine(fund_id, Role.LOSS, None, -parts.recovered),
        BookLine(fund_id, Role.FEE_INCOME, None, -parts.fee),
        BookLine(borrower_id, Role.ADVANCE_RECEIVED, fund_id, parts.principal + parts.recovered),
        BookLine(borrower_id, Role.FEE_EXPENSE, None, parts.fee),
    ]
    return [line for line in lines if line.amount]


def repayment_lines(parts: Split, *, fund_id: int, borrower_id: int) -> list[BookLine]:
    """The borrower itself pays the fund."""
    return [
        *kept_lines(parts, fund_id=fund_id, borrower_id=borrower_id),
        BookLine(fund_id, Role.BANK, None, parts.kept),
        BookLine(borrower_id, Role.BANK, None, -parts.kept),
    ]


def assigned_payment_lines(parts: Split, *, fund_id: int, borrower_id: int, debtor_id: int) -> list[BookLine]:
    """The debtor pays an assigned invoice to the fund: three sets of books in one transfer.

    The rest stands as the fund's debt to the borrower until the fund has passed it on.
    """
    whole = parts.kept + parts.rest
    lines = [
        BookLine(debtor_id, Role.PAYABLE, borrower_id, whole),
        BookLine(debtor_id, Role.BANK, None, -whole),
        BookLine(fund_id, Role.BANK, None, whole),
        BookLine(fund_id, Role.PAYABLE, borrower_id, -parts.rest),
        BookLine(borrower_id, Role.RECEIVABLE, debtor_id, -whole),
        BookLine(borrower_id, Role.RECEIVABLE, fund_id, parts.rest),
        *kept_lines(parts, fund_id=fund_id, borrower_id=borrower_id),
    ]
    return [line for line in lines if line.amount]


def surplus_lines(*, fund_id: int, debtor_id: int, amount: int) -> list[BookLine]:
    """The debtor paid the fund too much: the fund owes it back."""
    return [
        BookLine(fund_id, Role.BANK, None, amount),
        BookLine(fund_id, Role.PAYABLE, debtor_id, -amount),
        BookLine(debtor_id, Role.BANK, None, -amount),
        BookLine(debtor_id, Role.RECEIVABLE, fund_id, amount),
    ]


def passed_on_lines(*, fund_id: int, to_id: int, amount: int) -> list[BookLine]:
    """The fund pays on what it owes."""
    return [
        BookLine(fund_id, Role.PAYABLE, to_id, amount),
        BookLine(fund_id, Role.BANK, None, -amount),
        BookLine(to_id, Role.BANK, None, amount),
        BookLine(to_id, Role.RECEIVABLE, fund_id, -amount),
    ]


def loss_lines(*, fund_id: int, borrower_id: int, amount: int) -> list[BookLine]:
    """What the fund no longer counts on; the borrower still owes it."""
    return [
        BookLine(fund_id, Role.LOSS, None, amount),
        BookLine(fund_id, Role.ADVANCE_GIVEN, borrower_id, -amount),
    ]
