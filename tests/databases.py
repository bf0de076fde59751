"""Databases of tests: made, migrated, dropped."""

import time
from uuid import uuid4

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from cwb import paths


def administer(url: str, *statements: str) -> None:
    """Run statements on the server itself, outside any transaction."""
    engine = create_engine(
        make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


def copy(url: str, template: str) -> str:
    """Make a copy of a database, file by file, which costs half of writing each page to the log; its name."""
    name = f"cwb_{uuid4().hex[:12]}"
    administer(url, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    return name


def drop(url: str, name: str) -> None:
    """Drop a database; a passing autovacuum worker may not be ended by us, so wait for it."""
    for wait in (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 0):
        try:
            administer(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        except DBAPIError:
            if not wait:
                raise
            time.sleep(wait)
        else:
            return


def migrate(url: str, revision: str = "head") -> None:
    """Bring a database to a revision."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(paths.migrations()))
    config.attributes["url"] = url
    command.upgrade(config, revision)
