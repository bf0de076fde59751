"""Databases of tests: made, migrated, dropped."""

import os
import re
import time
from contextlib import suppress
from pathlib import Path
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


def new_name() -> str:
    """A name for a database of this process."""
    return f"cwb_{os.getpid()}_{uuid4().hex[:8]}"


def copy(url: str, template: str) -> str:
    """Make a copy of a database, file by file, which costs half of writing each page to the log; its name."""
    name = new_name()
    administer(url, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    return name


def leave(url: str, name: str) -> None:
    """End all connections to a database that is no longer needed; a passing autovacuum worker is not ours to end.

    It is dropped at the end of the process, for a file system may refuse for a minute to give out anew what was
    deleted and search ever longer: after fifty databases dropped one by one, a copy took twenty times as long.
    """
    administer(
        url,
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        f"WHERE datname = '{name}' AND backend_type = 'client backend'",
    )


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


def sweep(url: str) -> None:
    """Drop what processes of this machine left that were killed; only where `/proc` tells which still run."""
    if not Path("/proc/self").exists():
        return
    engine = create_engine(make_url(url).set(database="postgres"), poolclass=NullPool)
    with engine.connect() as connection:
        names = connection.execute(text("SELECT datname FROM pg_database")).scalars().all()
    for name in names:
        made_by = re.match(r"cwb_(\d+)_", name)
        if made_by and not Path(f"/proc/{made_by[1]}").exists():
            with suppress(DBAPIError):  # another process sweeps as well
                drop(url, name)


def migrate(url: str, revision: str = "head") -> None:
    """Bring a database to a revision."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(paths.migrations()))
    config.attributes["url"] = url
    command.upgrade(config, revision)
