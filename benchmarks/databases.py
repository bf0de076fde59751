"""Making and dropping the databases of a bench."""

import time
from contextlib import suppress

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import ProgrammingError

from cwb.kernel.database import make_engine

WAITS = (1, 5, 30, 60)
"""Seconds until dropping is tried again: a passing autovacuum worker may not be ended by us."""


def create(url: str, *names: str) -> None:
    """Make new databases on the server of this address."""
    for name in names:
        _ask(url, f"CREATE DATABASE {name}")


def drop(url: str, *names: str) -> None:
    """Drop them, whoever is still connected.

    Raises:
        ProgrammingError: something that may not be ended holds one for longer than all the waits.
    """
    for name in names:
        for wait in WAITS:
            with suppress(ProgrammingError):
                _drop(url, name)
                break
            time.sleep(wait)
        else:
            _drop(url, name)


def _drop(url: str, name: str) -> None:
    _ask(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _ask(url: str, statement: str) -> None:
    address = make_engine(url).url.set(database="postgres")
    engine = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))
