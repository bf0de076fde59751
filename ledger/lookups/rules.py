"""What a look-up in a register must be before it proves something: of a possible day, and seen by two people."""

from datetime import date

from ledger.lookups.errors import LookUpDayInvalid, LookUpSourceMissing, OwnRegisterFile

FIRST_DAY = date(2013, 1, 1)
"""No look-up is older: who is found there today was told with other numbers and establishments before."""

SEEN_BY_TWO = frozenset({"document", "file"})
"""Ways by which a person could bring anything: they count when a second person saw it too."""


def check_looked_up(on: date, *, today: date) -> None:
    """Refuse a look-up of a day to come, or of long ago.

    Raises:
        LookUpDayInvalid: it is.
    """
    if not FIRST_DAY <= on <= today:
        raise LookUpDayInvalid(field="looked_up_on")


def check_source(text: str) -> str:
    """Where it comes from, cleaned.

    Raises:
        LookUpSourceMissing: nothing is said, or too much.
    """
    if not 1 <= len(text.strip()) <= 300:
        raise LookUpSourceMissing(field="source")
    return text.strip()


def check_confirmer(*, told_by_id: int, actor_id: int) -> None:
    """Refuse who handed a file in as the one who confirms it.

    Raises:
        OwnRegisterFile: it is the same person.
    """
    if told_by_id == actor_id:
        raise OwnRegisterFile
