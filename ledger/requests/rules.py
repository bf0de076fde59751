"""How a request stands, and how long it may be paid. The moment of paying is the server's."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.requests.errors import AlreadyPaid, NoRoom, RequestExpired, RequestWithdrawn


class State(StrEnum):
    """How a request stands."""

    WAITS = "waits"
    PAID = "paid"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Lasting(StrEnum):
    """How long a request may be paid."""

    QUARTER = "quarter"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


LASTS = {
    Lasting.QUARTER: timedelta(minutes=15), Lasting.DAY: timedelta(days=1), Lasting.WEEK: timedelta(days=7),
    Lasting.MONTH: timedelta(days=30),
}  # fmt: skip
LASTING_NAMES = {
    Lasting.QUARTER: N_("Een kwartier, voor wie voor u staat"), Lasting.DAY: N_("Een dag"),
    Lasting.WEEK: N_("Een week"), Lasting.MONTH: N_("Dertig dagen"),
}  # fmt: skip
STATE_NAMES = {
    State.WAITS: N_("wacht"), State.PAID: N_("betaald"), State.EXPIRED: N_("verlopen"),
    State.WITHDRAWN: N_("ingetrokken"),
}  # fmt: skip
LONGEST = timedelta(days=31)


class Request(Protocol):
    """What is known of a request."""

    paid_at: datetime | None
    withdrawn_at: datetime | None
    expires_at: datetime


def state(found: Request, at: datetime) -> State:
    """How it stands at an instant."""
    if found.paid_at is not None:
        return State.PAID
    if found.withdrawn_at is not None:
        return State.WITHDRAWN
    return State.WAITS if at < found.expires_at else State.EXPIRED


def check_waits(found: Request, at: datetime) -> None:
    """Whether it can still be paid, or taken back.

    Raises:
        AlreadyPaid, RequestExpired, RequestWithdrawn: it cannot.
    """
    refusals = {
        State.PAID: AlreadyPaid, State.EXPIRED: RequestExpired, State.WITHDRAWN: RequestWithdrawn,
    }  # fmt: skip
    if fault := refusals.get(state(found, at)):
        raise fault


def check_room(amount: Money, held: int, ceiling: int | None, shown: str) -> None:
    """Whether a wallet may hold what is asked; `shown` says the room in words.

    Raises:
        NoRoom: it may not.
    """
    if ceiling is not None and held + amount.minor > ceiling:
        raise NoRoom(room=shown, field="amount")
