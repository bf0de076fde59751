"""Sessions for who is not a web request: commands, jobs, the demo."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cwb.config import Config
from cwb.kernel import events, feature, postgres
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.transaction import atomic


def database_url(config: Config) -> str:
    """The configured database, or the embedded one, started if need be."""
    return config.database_url or postgres.ensure_running(config.data_dir / "postgres")


@contextmanager
def engine_of(config: Config | None = None) -> Iterator[Engine]:
    """An engine on the configured database, disposed at the end."""
    engine = make_engine(database_url(config or Config.from_environment()))
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def reading(config: Config | None = None) -> Iterator[Session]:
    """A session for a command that only reads: one snapshot, rolled back at the end."""
    config = config or Config.from_environment()
    with engine_of(config) as engine, make_sessions(engine)() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        events.listen(session, listeners(config))
        yield session
        session.rollback()


@contextmanager
def writing(config: Config | None = None) -> Iterator[Session]:
    """A session for a command that writes: one `atomic()` around it all."""
    config = config or Config.from_environment()
    with engine_of(config) as engine, make_sessions(engine)() as session:
        events.listen(session, listeners(config))
        with atomic(session):
            yield session


def listeners(config: Config) -> events.Listeners:
    """Who hears what, over all configured features."""
    return events.gather([each.listeners for each in feature.load(config.features)])
