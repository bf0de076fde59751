"""The door to the posting functions of the database (migration 0005), and what their refusals mean.

Statements go through SQLAlchemy Core as fixed strings with parameters: the driver prepares each once per connection.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cwb.kernel.errors import Refusal
from ledger.accounts.errors import AccountClosed, AccountInvalid, AccountUnknown
from ledger.books import errors
from ledger.books.rules import Leg

POST = "SELECT * FROM books_post(%s::uuid, %s, %s, %s, %s::bigint[], %s::bigint[], %s, %s::bigint, %s::bytea)"
PEND = (
    "SELECT * FROM books_pend(%s::uuid, %s, %s, %s, %s::bigint[], %s::bigint[], %s, %s::bigint, %s::bytea, "
    "%s::timestamptz)"
)
RESOLVE = "SELECT * FROM books_resolve(%s::uuid, %s, %s, %s, %s::bigint, %s::bigint[], %s::bigint[], %s::timestamptz)"
REVERSE = "SELECT * FROM books_reverse(%s::uuid, %s, %s, %s::bigint, %s::timestamptz, %s::bytea)"
BATCH = (
    "SELECT * FROM books_post_batch(%s::uuid[], %s::text[], %s::bytea[], %s::text[], %s::timestamptz[], "
    "%s::bigint[], %s::bytea[], %s::int[], %s::bigint[], %s::bigint[])"
)

_BY_STATE: Mapping[str, type[Refusal]] = {
    "CB001": errors.Unbalanced,
    "CB002": AccountUnknown,
    "CB003": AccountClosed,
    "CB004": errors.LineTwice,
    "CB005": errors.NotReserved,
    "CB006": errors.SettlementTooLarge,
    "CB007": errors.NotReversible,
    "CB008": AccountInvalid,
    "CB009": errors.KeyReused,
    "CB011": errors.ReservationEnded,
    "CB012": errors.ReservationRunning,
    "CB013": errors.ReservationExpired,
    "CB014": errors.AlreadyReversed,
    "CB015": errors.LimitPassed,
    "22003": errors.AmountInvalid,  # a sum beyond what a bigint holds
    "40P01": errors.BooksBusy,  # two waited for each other, the server let one go
    "55P03": errors.BooksBusy,  # waited longer than lock_timeout
}
_BY_CONSTRAINT: Mapping[str, type[Refusal]] = {
    "ck_account_floor": errors.FloorPassed,
    "ck_account_ceiling": errors.CeilingPassed,
    "fk_transfer_intent_id": errors.IntentUnknown,
    "uq_transfer_pending_of": errors.ReservationEnded,
    "uq_transfer_reverses": errors.AlreadyReversed,
}


def refusal(fault: DBAPIError) -> Refusal | None:
    """What a refusal of the database means in the words of the books; None when it is no refusal but a failure."""
    original: Any = fault.orig
    named = _BY_CONSTRAINT.get(original.diag.constraint_name or "") or _BY_STATE.get(original.sqlstate or "")
    return named() if named is not None else None


def call(session: Session, statement: str, parameters: tuple[object, ...]) -> Sequence[Row[Any]]:
    """Run a posting function in the caller's transaction and fetch its answer.

    Raises:
        Refusal: a rule of the books, named by constraint or SQLSTATE.
    """
    try:
        return session.connection().exec_driver_sql(statement, parameters).all()
    except DBAPIError as fault:
        named = refusal(fault)
        if named is None:
            raise
        raise named from fault


def array(values: Sequence[int]) -> str:
    """Whole numbers as the text of a PostgreSQL array."""
    return "{" + ",".join(map(str, values)) + "}"


def lines(legs: Sequence[Leg]) -> tuple[str, str]:
    """Accounts and amounts as two PostgreSQL arrays."""
    return array([leg[0] for leg in legs]), array([leg[1] for leg in legs])


Answer = tuple[int, UUID, datetime, bool]
"""Internal id, public id, written at, and whether it is the first answer to a key used before."""
