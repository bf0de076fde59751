"""How a lower storey tells an upper one: frozen events, heard in the same transaction."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

Listener = Callable[[Session, Any], None]

_LISTENERS = "cwb.listeners"
Listeners = Mapping[type, Sequence[Listener]]


def gather(many: Sequence[Listeners]) -> Listeners:
    """One table of listeners out of those of every feature, in feature order."""
    table: dict[type, list[Listener]] = defaultdict(list)
    for listeners in many:
        for kind, acts in listeners.items():
            table[kind].extend(acts)
    return dict(table)


def listen(session: Session, listeners: Listeners) -> None:
    """Let a session's events be heard by these listeners."""
    session.info[_LISTENERS] = listeners


def emit(session: Session, event: object) -> None:
    """Tell everyone who listens to this kind of event, now, inside the transaction."""
    for act in session.info.get(_LISTENERS, {}).get(type(event), ()):
        act(session, event)
