"""Backups that come back whole, and restores that touch nothing until all is proven."""

import io
import json
import stat
import tarfile

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from cwb.kernel import postgres
from cwb.operations import gateway, queries, services
from cwb.operations.errors import (
    BackupDamaged,
    BackupNewer,
    BackupUnreadable,
    DatabaseNotEmpty,
    FileNotWritable,
    SchemaNotAtHead,
    ToolFailed,
    ToolsMissing,
)
from tests.databases import leave

pytestmark = pytest.mark.slow


def run(url, *statements):
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        answers = [connection.execute(text(statement)) for statement in statements]
        return answers[-1].fetchall() if answers[-1].returns_rows else None


@pytest.fixture
def empty_url(server_url, database_url, done_with):
    """A second database on the same server, without anything in it."""
    name = f"{make_url(database_url).database}_empty"
    server = create_engine(
        make_url(server_url).set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    leave(server_url, name)
    done_with.append(name)


@pytest.fixture
def kept(database_url, tmp_path):
    """A database with something in it, and the keys beside it."""
    run(database_url, "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('één'), ('twee')")
    data_dir = tmp_path / "data"
    (data_dir / "keys" / "tender").mkdir(parents=True)
    (data_dir / "keys" / "secret_key").write_text("geheim")
    (data_dir / "keys" / "tender" / "share").write_bytes(b"\0\1")
    return database_url, data_dir


@pytest.fixture
def backup(kept, tmp_path, at):
    url, data_dir = kept
    file = tmp_path / "backup.tar"
    services.back_up(url, data_dir, file, at=at)
    return file


def words(url):
    return run(url, "SELECT word FROM kept ORDER BY word")


def rewrite(file, out, change):
    """The same backup with one part changed."""
    with tarfile.open(file) as source, tarfile.open(out, "w") as target:
        for info in source.getmembers():
            content = change(info, source.extractfile(info).read())
            if content is not None:
                info.size = len(content)
                target.addfile(info, io.BytesIO(content))
    return out


def test_a_backup_comes_back_in_an_empty_database_with_its_keys(backup, empty_url, tmp_path):
    manifest = services.restore(empty_url, tmp_path / "new", backup, force=False)
    assert words(empty_url) == [("twee",), ("één",)]
    assert (tmp_path / "new/keys/secret_key").read_text() == "geheim"
    assert (tmp_path / "new/keys/tender/share").read_bytes() == b"\0\1"
    assert stat.S_IMODE((tmp_path / "new/keys/secret_key").stat().st_mode) == 0o600
    services.require_head(empty_url)
    assert manifest.revision == queries.head()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["keys"]


def test_a_backup_is_private_and_says_what_it_holds(backup):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with tarfile.open(backup) as tar:
        facts = json.load(tar.extractfile("manifest.json"))
    assert facts["revision"] == queries.head()
    assert set(facts["parts"]) == {"database.dump", "keys/secret_key", "keys/tender/share"}
    assert facts["made_at"] == "2026-09-01T10:00:00+00:00"


def test_the_heads_of_the_chains_stand_in_the_manifest(kept, tmp_path, at):
    url, data_dir = kept
    run(
        url,
        "CREATE TABLE some_seal (seq bigint PRIMARY KEY, hash text NOT NULL)",
        "INSERT INTO some_seal VALUES (1, 'aa'), (2, 'bb')",
    )
    assert services.back_up(url, data_dir, tmp_path / "b.tar", at=at).heads["some_seal"] == "bb"


def test_a_database_with_tables_is_not_overwritten(backup, kept, tmp_path):
    url, data_dir = kept
    run(url, "INSERT INTO kept VALUES ('drie')")
    (data_dir / "keys/secret_key").write_text("nieuwer")
    with pytest.raises(DatabaseNotEmpty):
        services.restore(url, data_dir, backup, force=False)
    assert len(words(url)) == 3
    assert (data_dir / "keys/secret_key").read_text() == "nieuwer"


def test_with_force_all_is_replaced_and_the_old_keys_are_kept_aside(backup, kept):
    url, data_dir = kept
    run(url, "INSERT INTO kept VALUES ('drie')", "CREATE TABLE later (n int)", "CREATE SCHEMA other")
    (data_dir / "keys/secret_key").write_text("nieuwer")
    services.restore(url, data_dir, backup, force=True)
    assert len(words(url)) == 2
    assert run(url, "SELECT to_regclass('later'), to_regnamespace('other')") == [(None, None)]
    assert (data_dir / "keys/secret_key").read_text() == "geheim"
    assert (data_dir / "keys.before-restore-1/secret_key").read_text() == "nieuwer"
    services.require_head(url)


def test_a_restored_database_can_be_backed_up_and_restored_again(backup, kept, tmp_path, at):
    url, data_dir = kept
    for turn in range(2):
        services.restore(url, data_dir, backup, force=True)
        backup = tmp_path / f"again-{turn}.tar"
        services.back_up(url, data_dir, backup, at=at)
    assert len(words(url)) == 2


@pytest.mark.parametrize("part", ["database.dump", "keys/secret_key"])
@pytest.mark.parametrize("how", [lambda content: content[:-1] + b"!", lambda _: None])
def test_a_damaged_backup_changes_nothing(backup, kept, tmp_path, part, how):
    url, data_dir = kept
    run(url, "INSERT INTO kept VALUES ('drie')")
    broken = rewrite(
        backup, tmp_path / "x.tar", lambda info, content: how(content) if info.name == part else content
    )
    with pytest.raises(BackupDamaged, match=part):
        services.restore(url, data_dir, broken, force=True)
    assert len(words(url)) == 3
    assert [path.name for path in data_dir.iterdir()] == ["keys"]


def test_a_smuggled_part_is_refused(backup, kept, tmp_path):
    url, data_dir = kept
    with tarfile.open(backup, "a") as tar:
        info = tarfile.TarInfo("../outside")
        info.size = 1
        tar.addfile(info, io.BytesIO(b"x"))
    with pytest.raises(BackupDamaged):
        services.restore(url, data_dir, backup, force=True)
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\3\4", b"\0" * 10240])
def test_something_else_is_no_backup(kept, tmp_path, content):
    url, data_dir = kept
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(BackupUnreadable):
        services.restore(url, data_dir, tmp_path / "x", force=True)
    with pytest.raises(BackupUnreadable):
        services.restore(url, data_dir, tmp_path / "absent", force=True)
    assert len(words(url)) == 2


def test_a_newer_schema_is_refused(backup, kept, tmp_path):
    url, data_dir = kept

    def newer(info, content):
        if info.name != "manifest.json":
            return content
        return json.dumps(json.loads(content) | {"revision": "9999_future"}).encode()

    with pytest.raises(BackupNewer, match="9999_future"):
        services.restore(url, data_dir, rewrite(backup, tmp_path / "x.tar", newer), force=True)
    assert len(words(url)) == 2


def test_a_restore_that_breaks_half_way_leaves_the_old_database(backup, kept, tmp_path):
    """A dump cut short with a checksum to match: only the transaction saves us."""
    url, data_dir = kept
    run(url, "INSERT INTO kept VALUES ('drie')")
    dumped = tmp_path / "database.dump"
    with tarfile.open(backup) as tar:
        dumped.write_bytes(tar.extractfile("database.dump").read()[:-2000])
    with services.connected(url) as connection:
        server = queries.server_version(connection)
    with pytest.raises(ToolFailed):
        gateway.put_back(gateway.tools(url, server), url, dumped, server=server, replace=True)
    assert len(words(url)) == 3
    assert (data_dir / "keys/secret_key").read_text() == "geheim"


def test_a_backup_that_cannot_be_written_leaves_nothing(kept, tmp_path, at):
    url, data_dir = kept
    with pytest.raises(FileNotWritable):
        services.back_up(url, data_dir, tmp_path / "absent" / "b.tar", at=at)
    assert not (tmp_path / "absent").exists()


def test_a_failed_backup_leaves_the_earlier_one(kept, tmp_path, at, monkeypatch):
    url, data_dir = kept
    (tmp_path / "b.tar").write_text("earlier")
    monkeypatch.setattr(
        gateway, "tools", lambda _url, _server: gateway.Tools(tmp_path / "nowhere", 99, tls=True)
    )
    with pytest.raises(FileNotWritable):
        services.back_up(url, data_dir, tmp_path / "b.tar", at=at)
    assert (tmp_path / "b.tar").read_text() == "earlier"
    assert {path.name for path in tmp_path.iterdir()} == {"b.tar", "data"}


def test_tools_older_than_the_server_are_named(server_url):
    with pytest.raises(ToolsMissing, match="PG_BIN"):
        gateway.tools(server_url, 99)


def test_the_wheels_tools_speak_no_tls(server_url, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("PG_BIN", raising=False)
    asks = make_url(server_url).update_query_dict({"sslmode": "require"})
    with pytest.raises(ToolsMissing):
        gateway.tools(asks.render_as_string(hide_password=False), 15)
    assert gateway.tools(server_url, 15).folder == postgres.server_binaries()


def test_an_interrupted_demo_begins_anew_whatever_it_holds(kept):
    url, _ = kept
    services.empty(url)
    services.require_head(url)
    with pytest.raises(ProgrammingError):
        words(url)


def test_an_empty_database_is_brought_to_head_once(empty_url):
    with pytest.raises(SchemaNotAtHead):
        services.require_head(empty_url)
    assert services.upgrade(empty_url) == ("", queries.head())
    services.require_head(empty_url)
    assert services.upgrade(empty_url) == (queries.head(), queries.head())
