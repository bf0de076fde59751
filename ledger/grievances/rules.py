"""When a complaint is answered, and how complaints weigh on issuing (the project's rules).

The measure is complaints per payment over the last quarter, as the experiment's stop rule asks. Of few payments and few
complaints it says nothing and is not given, so that one complaint about a money nobody uses yet stops nothing.
"""

from datetime import date, datetime, timedelta
from fractions import Fraction

from ledger.grievances import errors

TERM = timedelta(days=14)
"""Within how many days people answer."""
WINDOW = timedelta(days=91)
"""Over how long complaints and payments are counted."""
FEW_PAYMENTS = 100
FEW = 5
"""Of fewer payments and fewer complaints no rate is given; of fewer complaints no number is shown to all."""
MOST_OPEN = 3


def due_on(filed_on: date) -> date:
    """By when it is answered."""
    return filed_on + TERM


def since(at: datetime) -> datetime:
    """From when complaints and payments count."""
    return at - WINDOW


def rate(complaints: int, payments: int) -> Fraction | None:
    """Complaints per payment; None while both are few."""
    if complaints < FEW and payments < FEW_PAYMENTS:
        return None
    return Fraction(complaints, max(payments, 1))


def shown(number: int) -> int | None:
    """A number as all may see it: none at all, or five and more; None: one to four."""
    return None if 0 < number < FEW else number


def check_open(waiting: int) -> None:
    """Whether one more may be filed. `waiting`: how many of this wallet wait.

    Raises:
        TooManyOpen.
    """
    if waiting >= MOST_OPEN:
        raise errors.TooManyOpen(most=MOST_OPEN)


def check_answer(filed_by_id: int, answered_at: datetime | None, user_id: int) -> None:
    """Whether this person may answer now.

    Raises:
        GrievanceAnswered, OwnGrievance.
    """
    if answered_at is not None:
        raise errors.GrievanceAnswered
    if filed_by_id == user_id:
        raise errors.OwnGrievance
