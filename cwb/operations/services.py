"""Migrate, back up, restore."""

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Connection, text
from sqlalchemy.pool import NullPool

from cwb import paths
from cwb.kernel.database import make_engine
from cwb.operations import gateway, queries, rules
from cwb.operations.errors import (
    BackupNewer,
    BackupUnreadable,
    DatabaseNotEmpty,
    FileNotWritable,
    SchemaNotAtHead,
)
from cwb.operations.rules import DATABASE, FOLDERS, MANIFEST, Manifest, Part

_CHUNK = 1 << 20


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """One connection that sees one moment and writes nothing."""
    engine = make_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection.execution_options(isolation_level="REPEATABLE READ")
    finally:
        engine.dispose()


def upgrade(url: str) -> tuple[str, str]:
    """Bring the database to this program's schema in one transaction; returns where it was and is."""
    with connected(url) as connection:
        before = queries.revision(connection)
    command.upgrade(_alembic(url), "head")
    return before, queries.head()


def empty(url: str) -> None:
    """Take every table away and make them anew: for a demo that was interrupted."""
    engine = make_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execution_options(no_parameters=True).exec_driver_sql(gateway.EMPTY)
    command.upgrade(_alembic(url), "head")


def _alembic(url: str) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(paths.migrations()).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def require_head(url: str) -> None:
    """The database has the schema of this program.

    Raises:
        SchemaNotAtHead: it has another one.
    """
    with connected(url) as connection:
        revision, head = queries.revision(connection), queries.head()
    if revision != head:
        raise SchemaNotAtHead(revision=revision or "niets", head=head)


def back_up(url: str, data_dir: Path, out: Path, *, at: datetime) -> Manifest:
    """Write database and keys of one moment to one file, which appears only when it is whole."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    except OSError as error:
        raise FileNotWritable(file=out, reason=error.strerror) from error
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file, tempfile.TemporaryDirectory(dir=out.parent) as work:
            dumped = Path(work) / DATABASE
            with connected(url) as connection:
                server = queries.server_version(connection)
                connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
                snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
                revision, heads = queries.revision(connection), queries.chain_heads(connection)
                gateway.dump(gateway.tools(url, server), url, snapshot, dumped)
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                parts = {DATABASE: _add(tar, DATABASE, dumped)}
                for path in _kept_files(data_dir):
                    inside = path.relative_to(data_dir).as_posix()
                    parts[inside] = _add(tar, inside, path)
                manifest = Manifest(version("cwb"), at.isoformat(), revision, server, heads, parts)
                _add_manifest(tar, manifest)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(out)
    except OSError as error:
        raise FileNotWritable(file=out, reason=error.strerror) from error
    finally:
        fresh.unlink(missing_ok=True)
    return manifest


def restore(url: str, data_dir: Path, file: Path, *, force: bool) -> Manifest:
    """Put a backup back, after checking all of it; the keys that were there are moved aside, not lost."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=data_dir, prefix=".restore-") as work:
        manifest = unpack(file, Path(work))
        if manifest.revision and manifest.revision not in queries.known_revisions():
            raise BackupNewer(revision=manifest.revision, version=manifest.version)
        with connected(url) as connection:
            tables, server = queries.table_count(connection), queries.server_version(connection)
        if tables and not force:
            raise DatabaseNotEmpty(tables=tables)
        tools = gateway.tools(url, max(server, manifest.postgres))
        gateway.put_back(tools, url, Path(work) / DATABASE, server=server, replace=bool(tables))
        for folder in FOLDERS:
            if (Path(work) / folder).is_dir():
                _swap(Path(work) / folder, data_dir / folder)
    return manifest


def unpack(file: Path, into: Path) -> Manifest:
    """Unpack a backup into a private folder and check every part of it.

    Raises:
        BackupUnreadable: it is no backup.
        BackupDamaged: a part is not what was written.
    """
    try:
        with tarfile.open(file, mode="r:") as tar:
            member = tar.extractfile(MANIFEST)
            if member is None:
                raise BackupUnreadable(file=file, reason="zonder manifest")
            manifest = rules.read_manifest(json.load(member), file=str(file))
            found = {
                info.name: _extract(tar, info, into / info.name)
                if info.name in manifest.parts
                else Part("", 0)
                for info in tar.getmembers()
                if info.name != MANIFEST
            }
    except (OSError, tarfile.TarError, KeyError, ValueError, EOFError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "geen back-up van cwb"
        raise BackupUnreadable(file=file, reason=reason) from error
    rules.check_parts(manifest, found)
    return manifest


class _Hashing(io.RawIOBase):
    """A reader that hashes what passes."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source, self.hash, self.count = source, hashlib.sha256(), 0

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, hashed on their way."""
        chunk = self.source.read(size)
        self.hash.update(chunk)
        self.count += len(chunk)
        return chunk

    def part(self) -> Part:
        """The digest and size of what was read."""
        return Part(self.hash.hexdigest(), self.count)


def _kept_files(data_dir: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted(
            path for path in (data_dir / folder).rglob("*") if path.is_file() and not path.is_symlink()
        )


def _add(tar: tarfile.TarFile, name: str, path: Path) -> Part:
    with path.open("rb") as source:
        info = tarfile.TarInfo(name)
        info.size, info.mode = os.fstat(source.fileno()).st_size, 0o600
        hashing = _Hashing(source)
        tar.addfile(info, hashing)
    return hashing.part()


def _add_manifest(tar: tarfile.TarFile, manifest: Manifest) -> None:
    content = json.dumps(manifest.as_json(), indent=1, sort_keys=True).encode()
    info = tarfile.TarInfo(MANIFEST)
    info.size, info.mode = len(content), 0o600
    tar.addfile(info, io.BytesIO(content))


def _extract(tar: tarfile.TarFile, info: tarfile.TarInfo, target: Path) -> Part:
    source = tar.extractfile(info) if info.isreg() else None
    if source is None:
        return Part("", 0)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    hashing = _Hashing(source)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        while chunk := hashing.read(_CHUNK):
            file.write(chunk)
    return hashing.part()


def _swap(fresh: Path, place: Path) -> None:
    """Put a folder in its place; the one that stood there keeps standing beside it."""
    if place.exists():
        number = 1
        while (aside := place.with_name(f"{place.name}.before-restore-{number}")).exists():
            number += 1
        place.rename(aside)
    fresh.rename(place)
