"""What shows where somebody lives, and how long that counts. By the project's rules."""

from datetime import date, timedelta
from enum import StrEnum

from coops.residency.errors import OwnAddress
from cwb.kernel.text import N_

COUNTS = timedelta(days=730)
"""How long a check counts: two years, as evidence that a second person saw."""


class Shown(StrEnum):
    """Which paper was seen. Neither a copy nor the address is kept."""

    EXTRACT = "extract"
    LETTER = "letter"
    LEASE = "lease"


SHOWN_NAMES = {
    Shown.EXTRACT: N_("Uittreksel van de gemeente"),
    Shown.LETTER: N_("Brief van de gemeente, bank of energie, van dit jaar"),
    Shown.LEASE: N_("Huurcontract of koopakte"),
}


def ends_on(today: date) -> date:
    """Up to which day a check of today counts."""
    return today + COUNTS


def check_other(user_id: int, actor_id: int) -> None:
    """Somebody else checks.

    Raises:
        OwnAddress.
    """
    if user_id == actor_id:
        raise OwnAddress
