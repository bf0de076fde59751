"""When a contract is about to end: pure decisions."""

from dataclasses import dataclass
from datetime import date

from cwb.kernel.words import words
from procurement.renewals import errors
from procurement.terms.rules import add_months

USUAL_MONTHS, MOST_MONTHS = 9, 36
"""How many months before its end a buyer is told, unless it chose otherwise; and the most it can choose."""

TAKE_OVER = ("909", "555")
"""CPV groups (cleaning, catering) whose people often go along with the work."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A contract on its last stretch, wherever it was made.

    `kind` is "contract" or "external": how the audit log calls it. `link` leads to the page that asks what follows;
    `key` is that of its mails. Kind of work, CPV code and place are what the need that follows takes over.
    """

    kind: str
    number: str
    title: str
    buyer_id: int
    ends_on: date
    link: str
    key: str
    category: str = ""
    cpv: str = ""
    place_code: str | None = None


def is_ending(ends_on: date, months: int, today: date) -> bool:
    """Whether a running contract ends within so many months."""
    return add_months(ends_on, -months) <= today <= ends_on


def check_months(months: int) -> int:
    """A number of months that can be.

    Raises:
        MonthsWrong: at the field.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise errors.MonthsWrong(field="months", most=MOST_MONTHS)
    return months


def check_reason(reason: str) -> str:
    """Why nothing follows.

    Raises:
        ReasonTooShort: at the field.
    """
    return words(reason, "reason", short=errors.ReasonTooShort)
