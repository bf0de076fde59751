"""The embedded server: made once, found again, safe from strangers, and back after a crash."""

import os
import pwd
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from cwb.kernel import postgres, postgres_home

pytestmark = [
    pytest.mark.xdist_group("postgres"),
    pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes"),
]

ROOT = Path(__file__).resolve().parents[3]


def conninfo(url, **instead):
    parts = make_url(url)
    facts = {
        "user": parts.username,
        "password": parts.password,
        "dbname": parts.database,
        **parts.query,
        **instead,
    }
    return psycopg.conninfo.make_conninfo(
        **{name: value for name, value in facts.items() if value is not None}
    )


def ask(url, question, **instead):
    with psycopg.connect(conninfo(url, **instead), autocommit=True) as link:
        answer = link.execute(question)
        return answer.fetchall() if answer.description else None


def home(data_dir):
    return postgres_home.find_place(data_dir).home


def server_pid(data_dir):
    return int((home(data_dir) / "cluster" / "postmaster.pid").read_text().split("\n")[0])


def is_gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def kill_and_wait(pid):
    os.kill(pid, signal.SIGKILL)
    for _ in range(200):
        if is_gone(pid):
            return
        time.sleep(0.01)
    pytest.fail("the server outlived its kill")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    data_dir = tmp_path_factory.mktemp("pg") / "data"
    url = postgres.ensure_running(data_dir)
    yield data_dir, url
    postgres.remove(data_dir)


def test_the_application_owns_its_database_and_is_no_superuser(server):
    _, url = server
    rights = "rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
    mine = ask(url, f"SELECT {rights} FROM pg_roles WHERE rolname = current_user")
    assert mine == [(False, True, False, False, False)]
    owner = "pg_get_userbyid(datdba), pg_encoding_to_char(encoding)"
    assert ask(url, f"SELECT {owner} FROM pg_database WHERE datname = 'cwb'") == [("cwb", "UTF8")]
    assert ask(url, "SELECT rolname FROM pg_roles WHERE rolsuper") == [("cwb_superuser",)]


def test_commits_are_durable_and_no_network_is_listened_to(server):
    _, url = server
    for name, value in {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "listen_addresses": "",
    }.items():
        assert ask(url, f"SHOW {name}") == [(value,)]


def test_only_a_server_that_may_lose_all_waits_for_no_disk(tmp_path):
    data_dir = tmp_path / "data"
    try:
        url = postgres.ensure_running(data_dir, durable=False)
        assert ask(url, "SHOW fsync") == [("off",)]
        postgres.stop(data_dir)
        assert ask(postgres.ensure_running(data_dir), "SHOW fsync") == [("on",)]
    finally:
        postgres.remove(data_dir)


def test_it_knows_letters_with_accents(server):
    _, url = server
    assert ask(url, "SELECT lower('ÉÇŞ'), 'é' ~ '^\\w$'") == [("éçş", True)]


def test_a_second_call_finds_the_same_server(server):
    data_dir, url = server
    before = server_pid(data_dir)
    assert postgres.ensure_running(data_dir) == url
    assert server_pid(data_dir) == before


@pytest.mark.parametrize(
    "who", [{"password": "wrong"}, {"password": None}, {"user": "cwb_superuser", "password": None}]
)
def test_nobody_comes_in_without_the_password(server, who):
    _, url = server
    with pytest.raises(
        psycopg.OperationalError, match=r"password authentication failed|no password supplied"
    ):
        psycopg.connect(conninfo(url, **who))


def test_no_rule_of_the_server_trusts_anyone(server):
    data_dir, url = server
    superuser = (data_dir / "cwb_superuser.password").read_text()
    rules = ask(
        url, "SELECT DISTINCT auth_method FROM pg_hba_file_rules", user="cwb_superuser", password=superuser
    )
    assert rules == [("scram-sha-256",)]


def test_only_the_owner_reaches_data_socket_and_passwords(server):
    data_dir, _ = server
    modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in (data_dir, home(data_dir) / "cluster")}
    place = postgres_home.find_place(data_dir)
    modes[place.sockets] = stat.S_IMODE(place.sockets.lstat().st_mode)
    assert set(modes.values()) == {0o700}
    for role in ("cwb", "cwb_superuser"):
        assert stat.S_IMODE((data_dir / f"{role}.password").lstat().st_mode) == 0o600
    assert stat.S_IMODE((place.sockets / ".s.PGSQL.5432").lstat().st_mode) == 0o700
    assert not (place.home / "initdb.password").exists()


def test_the_server_never_runs_as_root_and_holds_none_of_our_secrets(server, monkeypatch):
    data_dir, _ = server
    pid = server_pid(data_dir)
    assert Path(f"/proc/{pid}").stat().st_uid != 0
    environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    names = {entry.partition(b"=")[0].decode() for entry in environment if entry}
    assert "HOME" not in names
    assert names <= {
        "PATH",
        "LC_ALL",
        "PGDATA",
        "PG_GRANDPARENT_PID",
        "PGSYSCONFDIR",
        "PGLOCALEDIR",
        "TMP",
        "TEMP",
        "PWD",
    }


def test_stopped_and_started_again_it_keeps_what_was_written(server):
    data_dir, url = server
    ask(url, "CREATE TABLE kept (word text)")
    ask(url, "INSERT INTO kept VALUES ('ja')")
    assert postgres.stop(data_dir)
    assert not postgres.stop(data_dir)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(conninfo(url))
    assert postgres.ensure_running(data_dir) == url
    assert ask(url, "SELECT word FROM kept") == [("ja",)]


def test_it_comes_back_after_a_kill_with_every_commit(server):
    data_dir, url = server
    ask(url, "CREATE TABLE lived (n int)")
    ask(url, "INSERT INTO lived SELECT generate_series(1, 1000)")
    pid = server_pid(data_dir)
    kill_and_wait(pid)
    assert postgres.ensure_running(data_dir) == url
    assert server_pid(data_dir) != pid
    assert ask(url, "SELECT count(*) FROM lived") == [(1000,)]


def test_it_comes_back_when_its_old_number_belongs_to_another_process(server):
    data_dir, url = server
    place = postgres_home.find_place(data_dir)
    kill_and_wait(server_pid(data_dir))
    with subprocess.Popen(["sleep", "60"], user=place.account.uid if place.account else None) as stranger:
        for file in (place.cluster / "postmaster.pid", place.sockets / ".s.PGSQL.5432.lock"):
            _, _, rest = file.read_text().partition("\n")
            file.write_text(f"{stranger.pid}\n{rest}")
        try:
            assert postgres.ensure_running(data_dir) == url
            assert stranger.poll() is None
        finally:
            stranger.kill()
    assert ask(url, "SELECT 1") == [(1,)]


def test_a_living_server_is_not_taken_for_a_dead_one(server):
    data_dir, url = server
    place = postgres_home.find_place(data_dir)
    before = server_pid(data_dir)
    (place.sockets / ".s.PGSQL.5432").unlink()
    assert postgres.ensure_running(data_dir) == url
    assert is_gone(before)
    assert ask(url, "SELECT 1") == [(1,)]


def test_a_lost_password_file_is_made_anew(server):
    data_dir, _ = server
    (data_dir / "cwb.password").unlink()
    assert ask(postgres.ensure_running(data_dir), "SELECT current_user") == [("cwb",)]


START = """
import sys
from pathlib import Path
from cwb.kernel import postgres
print(postgres.ensure_running(Path(sys.argv[1])))
"""


def start_elsewhere(data_dir, **options):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", START, str(data_dir)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, **options)


def test_several_starters_at_once_share_one_server(tmp_path):
    data_dir = tmp_path / "data"
    starters = [start_elsewhere(data_dir) for _ in range(3)]
    try:
        urls = {starter.communicate(timeout=60)[0].strip() for starter in starters}
        assert [starter.returncode for starter in starters] == [0, 0, 0]
        assert len(urls) == 1
        assert ask(urls.pop(), "SELECT 1") == [(1,)]
    finally:
        postgres.remove(data_dir)
    assert not data_dir.exists()


def test_a_creation_cut_short_is_begun_again(tmp_path):
    data_dir = tmp_path / "data"
    starter = start_elsewhere(data_dir)
    for _ in range(500):
        place = postgres_home.find_place(data_dir) if data_dir.is_dir() else None
        if any((place.home if place else data_dir).glob("cluster.new-*/PG_VERSION")):
            break
        time.sleep(0.005)
    starter.kill()
    starter.communicate()
    try:
        assert ask(postgres.ensure_running(data_dir), "SELECT 1") == [(1,)]
    finally:
        postgres.remove(data_dir)


@pytest.fixture
def ordinary_user(monkeypatch):
    """A folder of an ordinary user; root puts that user's shoes on for the while."""
    folder = Path(tempfile.mkdtemp(prefix="cwb-test-", dir="/tmp"))
    if os.geteuid() != 0:
        yield folder
    else:
        monkeypatch.setenv("PG_BIN", str(postgres_home._system_binaries()))
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        groups = os.getgroups()
        os.setgroups([])
        os.setresgid(nobody.pw_gid, nobody.pw_gid, 0)
        os.setresuid(nobody.pw_uid, nobody.pw_uid, 0)
        try:
            yield folder
        finally:
            os.setresuid(0, 0, 0)
            os.setresgid(0, 0, 0)
            os.setgroups(groups)
    folder.rmdir()


@pytest.mark.parametrize("name", ["data", "long-" * 24])
def test_an_ordinary_user_keeps_all_in_the_data_folder(ordinary_user, name):
    data_dir = ordinary_user / name
    try:
        url = postgres.ensure_running(data_dir)
        assert ask(url, "SELECT 1") == [(1,)]
        place = postgres_home.find_place(data_dir)
        assert place.home == data_dir
        sockets = place.sockets
        assert (sockets.parent == data_dir) is (name == "data")
        kept = [data_dir, sockets, place.cluster, place.log, data_dir / "cwb.password"]
        assert [stat.S_IMODE(path.stat().st_mode) & 0o077 for path in kept] == [0] * 5
        kill_and_wait(server_pid(data_dir))
        assert postgres.ensure_running(data_dir) == url
    finally:
        postgres.remove(data_dir)
    assert not data_dir.exists()
    assert not sockets.exists()


def test_a_thrown_away_folder_gives_an_empty_database_not_the_old_one(tmp_path):
    data_dir = tmp_path / "data"
    url = postgres.ensure_running(data_dir)
    place, pid = postgres_home.find_place(data_dir), server_pid(data_dir)
    ask(url, "CREATE TABLE old (n int)")
    if place.home == data_dir:
        postgres.stop(data_dir)
    for path in sorted(data_dir.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    data_dir.rmdir()
    said = []
    try:
        fresh = postgres.ensure_running(data_dir, report=said.append)
        assert ask(fresh, "SELECT to_regclass('old')") == [(None,)]
        assert is_gone(pid)
    finally:
        postgres.remove(data_dir)
        if place.home != data_dir:
            assert any(str(place.home) in line for line in said)
            subprocess.run(["rm", "-r", str(place.home)], check=True)


def test_a_squatted_socket_folder_is_refused(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    with pytest.raises(postgres_home.EmbeddedPostgresError, match="not a private folder"):
        postgres_home.private_folder(folder, None)


def test_wrong_programs_are_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(postgres_home.EmbeddedPostgresError, match="PG_BIN"):
        postgres.ensure_running(tmp_path / "data")


def test_the_programs_are_there():
    for name in ("pg_dump", "pg_restore", "psql", "pgbench"):
        assert (postgres.server_binaries() / name).is_file()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(postgres_home.EmbeddedPostgresError, match="CWB_DATA"):
        postgres.ensure_running(blocked / "data")
