"""Living the demo year: every act goes through the services, at its own moment."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, text, update
from sqlalchemy.orm import Session

from cwb import paths
from cwb.config import Config
from cwb.demo.errors import DatabaseInUse
from cwb.demo.rules import Agenda
from cwb.identity.models import Party
from cwb.kernel import events
from cwb.kernel.database import make_sessions
from cwb.kernel.feature import Feature
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail

Report = Callable[[str], None]

_KIND = text("SELECT kind FROM database_clock")
_BECOME = text("UPDATE database_clock SET kind = 'demo'")
_SHIFT = text("UPDATE database_clock SET shift = :at - clock_timestamp()")
_REAL_TIME = text("UPDATE database_clock SET shift = interval '0'")


def facts_of(area: str) -> Mapping[str, Any]:
    """The demo data of an area pack."""
    with (Path(paths.area(area)) / "demo.toml").open("rb") as file:
        return tomllib.load(file)


def is_seeded(session: Session) -> bool:
    """Whether this database already holds the demo.

    Raises:
        DatabaseInUse: it holds anything else.
    """
    found = session.scalar(select(Party.id).limit(1)) is not None
    if found and session.scalar(_KIND) != "demo":
        raise DatabaseInUse
    return found


def seed(
    engine: Engine, features: Sequence[Feature], *, config: Config, ends_at: datetime, report: Report
) -> Agenda:
    """Live the year that ends at `ends_at`. An interrupted year leaves nothing behind: it is one transaction.

    Raises:
        DatabaseInUse: the database holds anything but a demo.
    """
    agenda = Agenda(ends_at=ends_at, facts=facts_of(config.area), data_dir=config.data_dir)
    heard = events.gather([each.listeners for each in features])
    with make_sessions(engine)() as session:
        events.listen(session, heard)
        with atomic(session):
            is_seeded(session)
            session.execute(_BECOME)
            for feature in features:
                if feature.demo:
                    feature.demo(agenda)
            _live(session, agenda, report)
            session.execute(_REAL_TIME)
            session.execute(update(Mail).values(sent_at=Mail.created_at))
            session.execute(text("DELETE FROM procrastinate_jobs"))
        _seal(session, features)
    return agenda


def _live(session: Session, agenda: Agenda, report: Report) -> None:
    done, shown = 0, datetime.min.replace(tzinfo=agenda.ends_at.tzinfo)
    while found := agenda.next_moment():
        moment, act = found
        if moment - shown > timedelta(days=60):
            report(f"  {moment:%B %Y}")
            shown = moment
        session.execute(_SHIFT, {"at": moment})
        with atomic(session):
            act(session, moment)
        session.expunge_all()
        done += 1
    report(f"  {done} acts of the demo year done")


def _seal(session: Session, features: Sequence[Feature]) -> None:
    for feature in features:
        for pulse in feature.pulses:
            with atomic(session):
                pulse(session)
