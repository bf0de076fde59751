"""What files are taken, what they are called, whether they open, and how they are locked; no database, no folder.

Whether a file opens is found from its own structure, without a reader: a PDF whose end names no beginning, that asks
for a password or holds no page; a picture that breaks off. One that passes may still show something else than meant.
"""

import re
import struct
import unicodedata
import zlib
from collections.abc import Iterator, Mapping

from nacl import bindings
from nacl.encoding import RawEncoder
from nacl.exceptions import CryptoError
from nacl.hash import blake2b
from nacl.secret import SecretBox

from cwb.files.errors import FileBlank, FileBomb, FileBroken, FileKindRefused, FileLocked, SealBroken
from cwb.kernel.canonical import canonical_json

MEGA = 1024 * 1024
MOST_FILE = 25 * MEGA
"""Bytes of one file (own choice; the tables hold the same). Forty photographed pages fit."""

MOST_NAME = 100

PAD = 4096
"""Locked texts are padded to a multiple of so many bytes: the length of an answer stays hidden."""

KINDS: Mapping[str, tuple[str, str]] = {
    "pdf": ("application/pdf", "PDF"),
    "png": ("image/png", "PNG"),
    "jpg": ("image/jpeg", "JPEG"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"),
    "odt": ("application/vnd.oasis.opendocument.text", "ODT"),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", "ODS"),
    "csv": ("text/csv", "CSV"),
    "txt": ("text/plain", "TXT"),
}
"""What is taken: extension → media type and how people call it."""

ACCEPT = ",".join(f".{each}" for each in (*KINDS, "jpeg"))


def clean_name(name: str) -> tuple[str, str]:
    """A file's name without paths and tricks, and its kind.

    Raises:
        FileKindRefused: an extension that is not taken, or none.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    plain = re.sub(r"\s+", " ", re.sub(r'[<>:"|?*;%&]', "_", plain)).strip(" .")
    stem, dot, extension = plain.rpartition(".")
    kind = {"jpeg": "jpg"}.get(extension.lower(), extension.lower())
    if not dot or not stem.strip(" .") or kind not in KINDS:
        raise FileKindRefused(field="file")
    return f"{stem.strip(' .')[:MOST_NAME]}.{extension.lower()}", kind


def house_key(master: bytes, context: dict[str, object]) -> bytes:
    """A key for one text, made from the installation's key and what the text is (bid, purpose, version)."""
    return blake2b(
        canonical_json(context),
        digest_size=SecretBox.KEY_SIZE,
        key=master,
        person=b"cwb house key",
        encoder=RawEncoder,
    )


def lock_text(master: bytes, context: dict[str, object], text: bytes) -> bytes:
    """Encrypt a text with the installation's key, bound to its context."""
    return bytes(SecretBox(house_key(master, context)).encrypt(bindings.sodium_pad(text, PAD)))


def unlock_text(master: bytes, context: dict[str, object], locked: bytes) -> bytes:
    """The text again.

    Raises:
        SealBroken: changed, moved from another place, or locked with another key.
    """
    try:
        padded = SecretBox(house_key(master, context)).decrypt(locked)
        return bytes(bindings.sodium_unpad(padded, PAD))
    except (CryptoError, ValueError, TypeError) as fault:
        raise SealBroken from fault


MOST_UNPACKED = 200 * MEGA
"""Bytes that are unpacked of one file at most."""

_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
_HEAD, _MOST_PACKED = 400, 20_000
"""Bytes between the name of a packed object and its content, and how many of them a PDF has, at most."""

_SIZED = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers of a JPEG that say how large it is."""


def check_readable(content: bytes, kind: str) -> None:
    """A PDF or picture opens and shows something.

    Raises:
        FileBroken, FileLocked, FileBlank, FileBomb: it does not.
    """
    if kind == "pdf":
        _check_pdf(content)
    elif kind == "png":
        _check_png(content)
    elif kind == "jpg":
        _check_jpeg(content)


def _check_pdf(content: bytes) -> None:
    starts = re.findall(rb"startxref\s+([0-9]{1,12})", content)
    if b"%%EOF" not in content[-2048:] or not starts or not 0 < int(starts[-1]) < len(content):
        raise FileBroken(field="file")
    if re.search(rb"/Encrypt\b", content):
        raise FileLocked(field="file")
    if not _PAGE.search(content) and not any(_PAGE.search(each) for each in _unpacked(content)):
        raise FileBlank(field="file")


def _unpacked(content: bytes) -> Iterator[bytes]:
    """The packed objects of a PDF, where newer ones keep their pages."""
    left = MOST_UNPACKED
    whole, place = memoryview(content), 0
    for _ in range(_MOST_PACKED):
        place = content.find(b"/ObjStm", place) + 1
        start = content.find(b"stream", place, place + _HEAD) if place else -1
        if not place:
            return
        if start > 0:
            text = _inflated(whole[start + 6 + (content[start + 6 : start + 7] == b"\r") + 1 :], left)
            left -= len(text)
            yield text
    raise FileBomb(field="file")


def _inflated(packed: bytes | memoryview, most: int) -> bytes:
    """What was packed, at most so many bytes.

    Raises:
        FileBroken: it breaks off; FileBomb: it is larger.
    """
    stream = zlib.decompressobj()
    try:
        text = stream.decompress(packed, most + 1)
    except zlib.error:
        raise FileBroken(field="file") from None
    if len(text) > most:
        raise FileBomb(field="file")
    if not stream.eof:
        raise FileBroken(field="file")
    return text


def _check_png(content: bytes) -> None:
    parts, place, packed = set[bytes](), 8, bytearray()
    while place + 12 <= len(content) and b"IEND" not in parts:
        (size,) = struct.unpack_from(">L", content, place)
        name, end = content[place + 4 : place + 8], place + 8 + size
        if (
            end + 4 > len(content)
            or zlib.crc32(content[place + 4 : end]) != struct.unpack_from(">L", content, end)[0]
        ):
            raise FileBroken(field="file")
        if name == b"IDAT":
            packed += content[place + 8 : end]
        parts.add(name)
        place = end + 4
    if not {b"IHDR", b"IDAT", b"IEND"} <= parts:
        raise FileBroken(field="file")
    _inflated(bytes(packed), MOST_UNPACKED)


def _check_jpeg(content: bytes) -> None:
    place, is_sized = 2, False
    while place + 4 <= len(content) and content[place] == 0xFF and content[place + 1] != 0xDA:
        (size,) = struct.unpack_from(">H", content, place + 2)
        is_sized = is_sized or content[place + 1] in _SIZED
        place += 1 if content[place + 1] == 0xFF else 2 + size
    if not is_sized or content[place : place + 2] != b"\xff\xda" or content.rfind(b"\xff\xd9") < place:
        raise FileBroken(field="file")
