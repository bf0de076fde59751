"""The installation's own keys, in files outside the database: a dump alone reads no draft.

`<data>/keys/house/<id>.key` holds 32 random bytes; `current` names the one that locks new texts. Back this folder
up apart from the database: together they read drafts, and without it drafts and own copies are lost.
"""

import os
import re
import secrets
from pathlib import Path

from procurement.sealing.errors import HouseKeyMissing

_SIZE = 32


class HouseKeys:
    """The keys in one folder, made at first use. Reading is cheap enough to do per request."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "keys" / "house"

    def current(self) -> tuple[str, bytes]:
        """Id and bytes of the key that locks new texts.

        Raises:
            HouseKeyMissing: the named key's file is not there.
        """
        name = self._named()
        if name is None:
            name = self._first()
        return name, self.key(name)

    def key(self, name: str) -> bytes:
        """The bytes of a key.

        Raises:
            HouseKeyMissing: no such file, or not a whole key.
        """
        try:
            found = (self.folder / f"{name}.key").read_bytes() if re.fullmatch("[0-9a-f]{16}", name) else b""
        except FileNotFoundError:
            found = b""
        if len(found) != _SIZE:
            raise HouseKeyMissing(key=name[:16])
        return found

    def rotate(self) -> str:
        """Make a new key the current one; older ones stay for what they locked. Returns its id."""
        name = self._make()
        pointer = self.folder / f"current.{name}"
        pointer.write_text(name, encoding="ascii")
        pointer.replace(self.folder / "current")
        return name

    def _named(self) -> str | None:
        try:
            return (self.folder / "current").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None

    def _first(self) -> str:
        name = self._make()
        pointer = self.folder / f"current.{name}"
        pointer.write_text(name, encoding="ascii")
        try:
            os.link(pointer, self.folder / "current")
        except FileExistsError:  # another process was first: its key counts
            (self.folder / f"{name}.key").unlink()
            name = self._named() or name
        finally:
            pointer.unlink()
        return name

    def _make(self) -> str:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = secrets.token_hex(8)
        path = self.folder / f"{name}.key"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_SIZE))
            file.flush()
            os.fsync(file.fileno())
        return name
