"""The door to the posting functions of the database (migration 0005), and what their refusals mean.

Single postings go through `cwb.kernel.calls`, batches through SQLAlchemy Core; both in the session's transaction.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cwb.kernel.calls import Statement, call
from cwb.kernel.errors import Refusal
from cwb.kernel.transaction import atomic_call
from ledger.accounts.errors import AccountClosed, AccountInvalid, AccountUnknown
from ledger.books import errors
from ledger.books.rules import Leg, Posted

POST = Statement("SELECT books_post($1, $2, $3, $4, $5, $6, $7, $8, $9)")
PEND = Statement("SELECT books_pend($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
RESOLVE = Statement("SELECT books_resolve($1, $2, $3, $4, $5, $6, $7, $8)")
REVERSE = Statement("SELECT books_reverse($1, $2, $3, $4, $5, $6)")
_BATCH = (
    "SELECT * FROM books_post_batch(%s::uuid[], %s::text[], %s::bytea[], %s::text[], %s::timestamptz[], "
    "%s::bigint[], %s::bytea[], %s::int[], %s::bigint[], %s::bigint[])"
)

# books_answer as one binary value: number of fields, then type and length before each of id, public_id, created_at
# (microseconds) and replayed
_ANSWER = Struct(">4x 8x q 8x 16s 8x q 8x ?")
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # where PostgreSQL counts time from
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
    "CB017": errors.IntentUnknown,
    "CB018": errors.PeriodClosed,
    "22003": errors.AmountInvalid,  # a sum beyond what a bigint holds
    "40P01": errors.BooksBusy,  # two waited for each other, the server let one go
    "55P03": errors.BooksBusy,  # waited longer than lock_timeout
}
_BY_CONSTRAINT: Mapping[str, type[Refusal]] = {
    "ck_account_floor": errors.FloorPassed,
    "ck_account_ceiling": errors.CeilingPassed,
    "uq_transfer_pending_of": errors.ReservationEnded,
    "uq_transfer_reverses": errors.AlreadyReversed,
}


def refusal(fault: DBAPIError) -> Refusal | None:
    """What a refusal of the database means in the words of the books; None when it is no refusal but a failure."""
    original: Any = fault.orig
    named = _BY_CONSTRAINT.get(original.diag.constraint_name or "") or _BY_STATE.get(original.sqlstate or "")
    return named() if named is not None else None


def ask(session: Session, statement: Statement, *facts: object, alone: bool = False) -> Posted:
    """Run a posting function in the caller's transaction, or `alone` as a transaction of its own.

    Raises:
        Refusal: a rule of the books, named by constraint or SQLSTATE.
    """
    parameters = [_text(fact) for fact in facts]
    try:
        row = (atomic_call if alone else call)(session, statement, parameters)
    except DBAPIError as fault:
        raise refusal(fault) or fault from fault
    number, public_id, microseconds, replayed = _ANSWER.unpack(row[0] or b"")
    return Posted(number, UUID(bytes=public_id), _EPOCH + timedelta(microseconds=microseconds), replayed)


def ask_batch(session: Session, public_ids: Sequence[UUID], *facts: object) -> list[Posted]:
    """Run the batch function in the caller's transaction; answers in the order asked.

    Raises:
        Refusal: a rule of the books, named by constraint or SQLSTATE.
    """
    try:
        found = session.connection().exec_driver_sql(_BATCH, (array(public_ids), *facts)).one()
    except DBAPIError as fault:
        raise refusal(fault) or fault from fault
    at: datetime = found.created_at
    posted = [
        Posted(number, public_id, at, replayed=False)
        for number, public_id in zip(found.ids, public_ids, strict=True)
    ]
    if found.known:
        first = zip(found.known, found.known_ids, found.known_public_ids, found.known_created_at, strict=True)
        for place, number, public_id, made_at in first:
            posted[place - 1] = Posted(number, public_id, made_at, replayed=True)
    return posted


def _text(fact: object) -> bytes | None:
    """A value in PostgreSQL's text form."""
    if fact is None:
        return None
    if isinstance(fact, bytes):
        return b"\\x" + fact.hex().encode()
    if isinstance(fact, datetime):
        return fact.isoformat().encode()
    return str(fact).encode()


def array(values: Sequence[object]) -> str:
    """Numbers, identifiers or nothing (None) as the text of a PostgreSQL array."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def texts(values: Sequence[str]) -> str:
    """Any texts as the text of a PostgreSQL array."""
    quoted = [value.replace("\\", "\\\\").replace('"', '\\"') for value in values]
    return '{"' + '","'.join(quoted) + '"}'


def digests(values: Sequence[bytes]) -> str:
    """Bytes as the text of a PostgreSQL array."""
    return '{"\\\\x' + '","\\\\x'.join([value.hex() for value in values]) + '"}'


def instants(values: Sequence[datetime]) -> str:
    """Instants as the text of a PostgreSQL array; most are one and the same, so each is written once."""
    written = {value: value.isoformat() for value in set(values)}
    return '{"' + '","'.join([written[value] for value in values]) + '"}'


def lines(legs: Sequence[Leg]) -> tuple[str, str]:
    """Accounts and amounts as two PostgreSQL arrays."""
    return array([leg[0] for leg in legs]), array([leg[1] for leg in legs])
