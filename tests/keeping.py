"""Worlds of tests, built once in a process and kept: a test begins where the building ended, and leaves no trace.

To reach an opened bid takes some five hundred statements, to reach a signed contract a thousand. Each kind of world is
built once, committed in a database of its own; a test that asks for it works there in a transaction that is rolled
back. What Python held of it (records, actors, numbers) comes back from a pickle, its files from a copy of the folder,
and the database's clock stands again where it stood.
"""

import io
import pickle
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.orm import Session

from cwb.kernel import clock, events, feature
from cwb.kernel.database import make_engine
from tests.databases import copy, drop

Build = Callable[[Session, Path], object]

FEATURES = ("ledger", "coops", "procurement")

_BUILDS: dict[str, Build] = {}


def kept(fixture: str, build: Build) -> None:
    """Keep what this builds for tests that ask for a fixture of this name; what is richer is told later."""
    assert fixture not in _BUILDS, f"something is kept for {fixture} already"
    _BUILDS[fixture] = build


def begins(test: pytest.Item) -> Build | None:
    """How the world of this test is built, by the fixtures it asks for: those its file marks with `begins` go first."""
    marked = test.get_closest_marker("begins")
    own = marked.kwargs if marked else {}
    builds = {name: build for name, build in _BUILDS.items() if name not in own} | own
    return next((build for name, build in reversed(builds.items()) if name in test.fixturenames), None)


def hear_all(session: Session) -> None:
    """Let every feature hear what happens in this session, as in production."""
    events.listen(session, events.gather([each.listeners for each in feature.load(FEATURES)]))


class _Packer(pickle.Pickler):
    """Session and folder belong to a test, so they are left out."""

    def __init__(self, into: io.BytesIO, folder: Path) -> None:
        super().__init__(into, pickle.HIGHEST_PROTOCOL)
        self._folder = folder

    def persistent_id(self, one: object) -> object:
        if isinstance(one, Session):
            return ("session",)
        if isinstance(one, Path) and one.is_relative_to(self._folder):
            return ("path", str(one.relative_to(self._folder)))
        return None


class _Unpacker(pickle.Unpickler):
    def __init__(self, packed: bytes, session: Session, folder: Path) -> None:
        super().__init__(io.BytesIO(packed))
        self._session, self._folder = session, folder

    def persistent_load(self, token: Any) -> object:
        return self._session if token[0] == "session" else self._folder / token[1]


class Kept:
    """One world: its database, its folder, and what Python held."""

    def __init__(self, engine: Engine, folder: Path, build: Build) -> None:
        self.engine, self.folder = engine, folder
        with Session(engine, expire_on_commit=False) as session:
            hear_all(session)
            root = build(session, folder)
            session.commit()
            self.ended: datetime = session.execute(text("SELECT cwb_now()")).scalar_one()
            session.commit()
            self.built_at = clock.now()
            self._packed = self._pack((root, list(session.identity_map.values())))

    def _pack(self, held: object) -> bytes:
        into = io.BytesIO()
        _Packer(into, self.folder).dump(held)
        return into.getvalue()

    def unpack(self, session: Session, folder: Path) -> Any:
        """The world as the building left it, held by this session (on `engine`), its files in this folder."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        session.execute(
            text("UPDATE database_clock SET shift = shift + (:ended - cwb_now())"), {"ended": self.ended}
        )
        root, held = _Unpacker(self._packed, session, folder).load()
        session.add_all(held)
        session.commit()
        return root


class Keeper:
    """The kept worlds of a process."""

    def __init__(self, server_url: str, template: str, folder: Callable[[str], Path]) -> None:
        self._server_url, self._template, self._folder = server_url, template, folder
        self._kept: dict[Build, Kept] = {}
        self._databases: list[str] = []
        self._last: Kept | None = None

    def get(self, build: Build) -> Kept:
        """The world that this builds, built when it is first asked for."""
        if build not in self._kept:
            self._databases.append(copy(self._server_url, self._template))
            url = make_url(self._server_url).set(database=self._databases[-1])
            engine = make_engine(url.render_as_string(hide_password=False))
            self._kept[build] = Kept(engine, self._folder("kept"), build)
        found = self._kept[build]
        if self._last not in {None, found}:
            self._last.engine.dispose()  # one open connection is enough
        self._last = found
        return found

    def close(self) -> None:
        """Drop their databases."""
        for each in self._kept.values():
            each.engine.dispose()
        for name in self._databases:
            drop(self._server_url, name)
