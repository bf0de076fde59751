"""Living the demo year: every act goes through the services, at its own moment."""

import shutil
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
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
from cwb.places.gateway import ADDRESSES, MUNICIPALITIES
from cwb.sign_in.models import DemoUser

Report = Callable[[str], None]

_KIND = text("SELECT kind FROM database_clock")
_BECOME = text("UPDATE database_clock SET kind = 'demo'")
_SHIFT = text("UPDATE database_clock SET shift = :at - clock_timestamp()")
_REAL_TIME = text("UPDATE database_clock SET shift = interval '0'")


def facts_of(area: str) -> Mapping[str, Any]:
    """The demo data of an area pack."""
    with (Path(paths.area(area)) / "demo.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def passphrase(area: str) -> str:
    """What locks every key of the demo's invented people; told on the page that asks for it."""
    return str(facts_of(area)["passphrase"])


class State(StrEnum):
    """What a database holds of the demo. Half: the year was interrupted."""

    EMPTY = "empty"
    HALF = "half"
    WHOLE = "whole"


def state(session: Session) -> State:
    """Whether this database already holds the demo.

    Raises:
        DatabaseInUse: it holds anything else.
    """
    if session.scalar(select(Party.id).limit(1)) is None:
        return State.EMPTY
    if session.scalar(_KIND) != "demo":
        raise DatabaseInUse
    return State.WHOLE if session.scalar(select(DemoUser.user_id).limit(1)) else State.HALF


def seed(
    engine: Engine, features: Sequence[Feature], *, config: Config, ends_at: datetime, report: Report
) -> Agenda:
    """Live the year that ends at `ends_at` in an empty database, each act in its own transaction."""
    _tables(config)
    agenda = Agenda(ends_at=ends_at, facts=facts_of(config.area), data_dir=config.data_dir)
    for feature in features:
        if feature.demo:
            feature.demo(agenda)
    heard = events.gather([each.listeners for each in features])
    with make_sessions(engine)() as session:
        events.listen(session, heard)
        with atomic(session):
            session.execute(_BECOME)
        _live(session, agenda, report)
        with atomic(session):
            session.execute(_REAL_TIME)
            session.execute(update(Mail).values(sent_at=Mail.created_at))
            session.execute(text("DELETE FROM procrastinate_jobs"))
        for feature in features:
            for pulse in feature.pulses:
                with atomic(session):
                    pulse(session)
    return agenda


def _tables(config: Config) -> None:
    """The example's own tables of house numbers and gemeenten, which prove its addresses; one that is there stays."""
    for name in (ADDRESSES, MUNICIPALITIES):
        table, there = (
            paths.area(config.area) / f"demo_{name}",
            config.data_dir / "areas" / config.area / name,
        )
        if table.is_file() and not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(table, there)


def _live(session: Session, agenda: Agenda, report: Report) -> None:
    done, shown = 0, datetime.min.replace(tzinfo=agenda.ends_at.tzinfo)
    while found := agenda.next_moment():
        moment, act = found
        if moment - shown > timedelta(days=60):
            report(f"  {moment:%B %Y}")
            shown = moment
        with atomic(session):
            session.execute(_SHIFT, {"at": moment})
        with atomic(session):
            act(session, moment)
        session.expunge_all()
        done += 1
    report(f"  {done} acts of the example year done")
