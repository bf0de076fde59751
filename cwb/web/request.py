"""What every view may ask of the running request: its session, its actor, its instant."""

from collections.abc import Callable
from datetime import datetime

from flask import current_app, g
from sqlalchemy.orm import Session

from cwb.kernel import clock
from cwb.kernel.events import listen
from cwb.kernel.policy import Actor


def db() -> Session:
    """The session of this request, rolled back at its end unless `atomic()` committed."""
    if "session" not in g:
        g.session = current_app.extensions["cwb.sessions"]()
        listen(g.session, current_app.extensions["cwb.listeners"])
    session: Session = g.session
    return session


def close(_error: BaseException | None = None) -> None:
    """Give the connection back (teardown)."""
    session = g.pop("session", None)
    if session is not None:
        session.close()


def now() -> datetime:
    """One instant for the whole request."""
    if "at" not in g:
        g.at = clock.now()
    at: datetime = g.at
    return at


def find_actor() -> Actor | None:
    """Whoever is signed in, acting for the organisation they chose; None for a visitor.

    The subject `identity` puts its way of finding out in `app.extensions["cwb.actor"]`.
    """
    if "actor" not in g:
        load: Callable[[], Actor | None] | None = current_app.extensions.get("cwb.actor")
        g.actor = load() if load else None
    found: Actor | None = g.actor
    return found


def actor() -> Actor:
    """The signed-in actor; only for views that are guarded.

    Raises:
        LookupError: a visitor, which a guard should have stopped.
    """
    found = find_actor()
    if found is None:
        raise LookupError("no actor: the view lacks its guard")
    return found
