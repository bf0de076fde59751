"""The one place that commits.

Web, command line, job and webhook each open `atomic()` once around one use case. Leaving it commits, an
exception rolls back. Opened again inside, it is a savepoint. What must be remembered even when the act is
refused (a wrong passphrase, a bid that came too late) is handed to `regardless()`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import DeclarativeBase, Session

from cwb.kernel.calls import Statement, call, call_alone

_DEPTH = "cwb.atomic.depth"
_AFTER = "cwb.atomic.after"
_REGARDLESS = "cwb.atomic.regardless"


@contextmanager
def atomic(session: Session) -> Iterator[Session]:
    """Run a use case whole or not at all. Functions registered by `on_commit` run after success."""
    depth: int = session.info.get(_DEPTH, 0)
    if depth:
        session.info[_DEPTH] = depth + 1
        try:
            with session.begin_nested():
                yield session
        finally:
            session.info[_DEPTH] = depth
        return
    session.info[_DEPTH] = 1
    session.info[_AFTER] = []
    session.info[_REGARDLESS] = []
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[_DEPTH] = 0
        after = session.info.pop(_AFTER)
        _remember(session, session.info.pop(_REGARDLESS))
    for act, arguments in after:
        act(*arguments)


def atomic_call(
    session: Session, statement: Statement, parameters: Sequence[bytes | None]
) -> Sequence[bytes | None]:
    """A use case that is one call of a database function: the statement is its own transaction, one round trip.

    Durable when it returns. A session that holds no connection is left out of it: opening and closing its
    transaction costs more than the call. One that has begun (tests run in one) makes it an `atomic()` like any other.

    Raises:
        RuntimeError: called inside `atomic()`: there is more to the use case then.
    """
    if session.info.get(_DEPTH):
        raise RuntimeError("atomic_call is a whole use case; inside atomic() use a plain call")
    if isinstance(session.bind, Engine) and not session.in_transaction():
        return call_alone(session.bind, statement, parameters)
    with atomic(session):
        return call(session, statement, parameters, begin=False)


def in_atomic(session: Session) -> bool:
    """Whether a use case runs: it may have written what only it sees."""
    return bool(session.info.get(_DEPTH))


def on_commit(session: Session, act: Callable[..., None], *arguments: Any) -> None:
    """Call `act(*arguments)` once the outermost `atomic()` has committed.

    Raises:
        RuntimeError: outside `atomic()`.
        TypeError: an ORM object among the arguments; hand over ids.
    """
    if not session.info.get(_DEPTH):
        raise RuntimeError("on_commit belongs inside atomic()")
    if any(isinstance(argument, DeclarativeBase) for argument in arguments):
        raise TypeError("hand over ids, not ORM objects: the session has moved on after commit")
    session.info[_AFTER].append((act, arguments))


def regardless(session: Session, act: Callable[..., None], *arguments: Any) -> None:
    """Call `act(session, *arguments)` in a transaction of its own once the outermost `atomic()` has ended.

    It happens whether the use case was committed or refused, and before the caller hears of the refusal.

    Raises:
        RuntimeError: outside `atomic()`.
        TypeError: an ORM object among the arguments; hand over ids.
    """
    if _REGARDLESS not in session.info:
        raise RuntimeError("regardless belongs inside atomic()")
    if any(isinstance(argument, DeclarativeBase) for argument in arguments):
        raise TypeError("hand over ids, not ORM objects: the transaction they came from has ended")
    session.info[_REGARDLESS].append((act, arguments))


def _remember(session: Session, acts: list[tuple[Callable[..., None], tuple[Any, ...]]]) -> None:
    if not acts:
        return
    try:
        for act, arguments in acts:
            act(session, *arguments)
        session.commit()
    except BaseException:
        session.rollback()
        raise
