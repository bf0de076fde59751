"""What files are taken, what they are called, and how their content is locked at rest; no database, no folder."""

import re
import unicodedata
from collections.abc import Mapping

from nacl import bindings
from nacl.encoding import RawEncoder
from nacl.exceptions import CryptoError
from nacl.hash import blake2b
from nacl.secret import SecretBox

from cwb.files.errors import FileKindRefused, SealBroken
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
