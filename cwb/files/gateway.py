"""Looks into files that people hand over: the kind is found from the content, and what could harm is refused.

No virus scanner: a known limit. What is checked: the first bytes, the inside of Office and OpenDocument packages, the
size unpacked (counted while unpacking, never believed), macros, scripts and programs, and texts that are pages.

Keys that lock files and texts at rest stand outside the database: a dump alone reads none of them.
`<data>/keys/house/<id>.key` holds 32 random bytes; `current` names the one that locks new texts. Back this folder
up apart from the database: together they read drafts, and without it drafts and own copies are lost.
"""

import io
import os
import re
import secrets
import zipfile
import zlib
from pathlib import Path

from cwb.files.errors import (
    FileActive,
    FileBomb,
    FileBroken,
    FileDisguised,
    FileEmpty,
    FileKindRefused,
    FileTooLarge,
    HouseKeyMissing,
)
from cwb.files.rules import KINDS, MEGA, MOST_FILE, MOST_UNPACKED, check_readable

MOST_PARTS = 5000

_ACTIVE_PDF = re.compile(rb"/(JavaScript|Launch|EmbeddedFile|RichMedia|XFA)\b")
_ACTIVE_NAME = re.compile(
    r"(vbaproject|vbadata|activex|oleobject)|\.(exe|dll|com|scr|bat|cmd|ps1|vbs|js|jse|wsf|hta|jar|sh|py|html?|svg)$|^(basic|scripts)/",
    re.IGNORECASE,
)
_PAGE = re.compile(rb"<\s*(!doctype|html|script|svg|\?xml|\?php|iframe|body)|^\s*#!", re.IGNORECASE)
_OPEN_DOCUMENT = {KINDS["odt"][0].encode(): "odt", KINDS["ods"][0].encode(): "ods"}


def check_content(content: bytes, name: str, kind: str) -> None:
    """Refuse a file whose inside is not what its name says, or could harm.

    Raises:
        FileEmpty, FileTooLarge, FileDisguised, FileActive, FileBomb, FileKindRefused.
        FileBroken, FileLocked, FileBlank: nobody could read it.
    """
    if not content:
        raise FileEmpty(field="file")
    if len(content) > MOST_FILE:
        raise FileTooLarge(field="file", most=MOST_FILE // MEGA)
    found = _kind(content, kind)
    if found is None:
        raise FileKindRefused(field="file") if _is_program(content) else _disguised(name, kind)
    if found != kind:
        raise _disguised(name, kind)
    check_readable(content, kind)


def check_package(content: bytes) -> None:
    """Refuse a package that holds programs or unpacks to more than a house takes in; whatever else is in it.

    Raises:
        FileTooLarge, FileActive, FileBomb. FileBroken: it does not open.
    """
    if len(content) > MOST_FILE:
        raise FileTooLarge(field="file", most=MOST_FILE // MEGA)
    _package(content)


def _disguised(name: str, kind: str) -> FileDisguised:
    return FileDisguised(field="file", name=name, kind=KINDS[kind][1])


def _is_program(content: bytes) -> bool:
    return content.startswith((b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"#!"))


def _kind(content: bytes, said: str) -> str | None:
    """The kind of a file by its content; `said` only tells a text from a table."""
    if content.startswith(b"%PDF-"):
        if _ACTIVE_PDF.search(content):
            raise FileActive(field="file")
        return "pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"PK\x03\x04"):
        return _package(content)
    return said if said in {"csv", "txt"} and _is_text(content) else None


def _is_text(content: bytes) -> bool:
    if _PAGE.search(content) or re.search(rb"[\x00-\x08\x0b\x0e-\x1f]", content):
        return False
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _is_western(content)
    return True


def _is_western(content: bytes) -> bool:
    """Whether it reads as Windows text, as old spreadsheets write it."""
    try:
        content.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return True


def _package(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return _inside(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise FileBroken(field="file") from None


def _inside(package: zipfile.ZipFile) -> str | None:
    parts = package.infolist()
    if len(parts) > MOST_PARTS or sum(each.file_size for each in parts) > MOST_UNPACKED:
        raise FileBomb(field="file")
    if any(_ACTIVE_NAME.search(each.filename) for each in parts):
        raise FileActive(field="file")
    left, kept = MOST_UNPACKED, {}
    for each in parts:
        size, start = _unpacked(package, each, left)
        left -= size
        if each.filename in {"mimetype", "[Content_Types].xml"}:
            kept[each.filename] = start
    names = {each.filename for each in parts}
    if b"macroenabled" in kept.get("[Content_Types].xml", b"").lower():
        raise FileActive(field="file")
    if "mimetype" in kept:
        return _OPEN_DOCUMENT.get(kept["mimetype"].strip())
    if "[Content_Types].xml" in kept:
        return "docx" if "word/document.xml" in names else "xlsx" if "xl/workbook.xml" in names else None
    return None


def _unpacked(package: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> tuple[int, bytes]:
    """How large a part is when unpacked, and its beginning; never more than `left` is unpacked.

    Raises:
        FileBomb: larger.
    """
    size, start = 0, b""
    with package.open(part) as stream:
        while piece := stream.read(64 * 1024):
            size += len(piece)
            if len(start) < 256 * 1024:
                start += piece
            if size > left:
                raise FileBomb(field="file")
    return size, start


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
