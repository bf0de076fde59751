"""What the staff desk may mend, when a second person looks along, and when a code works. By the project's rules."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.recovery import errors

LIFE = timedelta(hours=24)
TRIES = 5
ALONE = Money(100_00)
"""What somebody's wallets may hold together for one person of the desk to mend them alone."""


class Checked(StrEnum):
    """Which identity document was seen. No number of it is kept."""

    PASSPORT = "passport"
    CARD = "identity_card"
    LICENCE = "driving_licence"
    PERMIT = "residence_permit"


CHECKED_NAMES = {
    Checked.PASSPORT: N_("Paspoort"), Checked.CARD: N_("Identiteitskaart"), Checked.LICENCE: N_("Rijbewijs"),
    Checked.PERMIT: N_("Verblijfsdocument"),
}  # fmt: skip


class Recovery(Protocol):
    """What is known of a recovery."""

    user_id: int
    made_by_id: int
    needs_second: bool
    second_at: datetime | None
    expires_at: datetime
    tries: int
    used_at: datetime | None


def needs_second(held: Money) -> bool:
    """Whether a second person looks along."""
    return held > ALONE


def works(found: Recovery, at: datetime) -> bool:
    """Whether its code may still be tried."""
    return found.used_at is None and at < found.expires_at and found.tries < TRIES


def check_second(found: Recovery, user_id: int, at: datetime) -> None:
    """Whether somebody may agree.

    Raises:
        NotWaiting, SecondPerson: they may not.
    """
    if not found.needs_second or found.second_at is not None or not works(found, at):
        raise errors.NotWaiting
    if user_id in {found.made_by_id, found.user_id}:
        raise errors.SecondPerson


def check_use(found: Recovery | None, *, right: bool, at: datetime) -> None:
    """Whether a new PIN may be chosen with a code; `right`: it is the code.

    Raises:
        CodeWrong, SecondMissing: it may not.
    """
    if found is None or not right or not works(found, at):
        raise errors.CodeWrong(field="code")
    if found.needs_second and found.second_at is None:
        raise errors.SecondMissing(field="code")
