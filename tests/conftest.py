"""The ground of all tests: one server, one migrated template, a savepoint per test."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config as AlembicConfig
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from cwb import paths
from cwb.app import create_app
from cwb.config import Config
from cwb.kernel import events, feature, postgres
from cwb.kernel.database import make_engine

FEATURES = ("ledger", "coops", "procurement")


@pytest.fixture
def at() -> datetime:
    """The instant at which tests happen unless they say otherwise."""
    return datetime(2026, 9, 1, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PostgreSQL server: the given one, or the embedded one kept in var/test."""
    given = os.environ.get("CWB_TEST_DATABASE_URL") or os.environ.get("DATABASE_URL")
    return given or postgres.ensure_running(Path("var/test/postgres").resolve())


def _administer(url: str, *statements: str) -> None:
    engine = create_engine(
        make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


def migrate(url: str, revision: str = "head") -> None:
    """Bring a database to a revision."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(paths.migrations()))
    config.attributes["url"] = url
    command.upgrade(config, revision)


@pytest.fixture(scope="session")
def template(server_url: str) -> Iterator[str]:
    """The name of a migrated test database that others are copied from."""
    name = f"cwb_template_{uuid4().hex[:12]}"
    _administer(server_url, f"CREATE DATABASE {name}")
    url = make_url(server_url).set(database=name)
    migrate(url.render_as_string(hide_password=False))
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("UPDATE database_clock SET kind = 'test'"))
    engine.dispose()
    yield name
    _administer(server_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """An own database that really commits: for concurrency, crashes and commands."""
    name = f"cwb_{uuid4().hex[:12]}"
    _administer(server_url, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    _administer(server_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def engine(server_url: str, template: str) -> Iterator[Engine]:
    """An engine on this worker's own database."""
    name = f"cwb_{uuid4().hex[:12]}"
    _administer(server_url, f"CREATE DATABASE {name} TEMPLATE {template}")
    engine = make_engine(make_url(server_url).set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    _administer(server_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class RollingBack(Session):
    """A session whose commits are savepoints: deferred constraints speak at each of them, nothing stays."""

    def commit(self) -> None:
        self.flush()
        self.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        self.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        super().commit()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session in a transaction that is rolled back at the end; `atomic()` works as in production."""
    with engine.connect() as connection:
        outer = connection.begin()
        session = RollingBack(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        events.listen(session, events.gather([each.listeners for each in feature.load(FEATURES)]))
        yield session
        session.close()
        outer.rollback()


@pytest.fixture
def app(session: Session, engine: Engine, tmp_path: Path) -> Flask:
    """The whole application on the test's session."""
    config = Config(data_dir=tmp_path, secret_key="test", testing=True, features=FEATURES)
    app = create_app(config, engine=engine)

    def same_session() -> Session:
        session.close = lambda: None  # type: ignore[method-assign]  # the fixture closes it
        return session

    app.extensions["cwb.sessions"] = same_session
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser."""
    return app.test_client()
