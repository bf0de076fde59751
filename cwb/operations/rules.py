"""What a backup says about itself, and when it may be put back."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cwb.operations.errors import BackupDamaged, BackupUnreadable

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database.dump"
FOLDERS = ("keys", "files")
"""The folders of the data folder that belong to the database: without the keys no sealed text opens."""

_PART = re.compile(rf"{re.escape(DATABASE)}|(?:{'|'.join(FOLDERS)})(?:/(?!\.\.?(?:/|$))[^/\\\0]+)+")


@dataclass(frozen=True, slots=True)
class Part:
    """One file in the backup."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `heads` are the newest hashes of the chains, by table."""

    version: str
    made_at: str
    revision: str
    postgres: int
    heads: Mapping[str, str]
    parts: Mapping[str, Part]
    format: int = FORMAT

    def as_json(self) -> dict[str, Any]:
        """For the file and for people's scripts."""
        return asdict(self)


def read_manifest(facts: object, *, file: str) -> Manifest:
    """The manifest in this JSON.

    Raises:
        BackupUnreadable: it is not one, or of another format, or it names a file outside its folders.
    """
    try:
        if not isinstance(facts, dict) or facts["format"] != FORMAT:
            raise BackupUnreadable(file=file, reason="onbekend formaat")
        parts = {
            str(name): Part(str(part["sha256"]), int(part["bytes"])) for name, part in facts["parts"].items()
        }
        strange = [name for name in parts if not _PART.fullmatch(name)]
        if strange or DATABASE not in parts:
            raise BackupUnreadable(
                file=file, reason=f"vreemd onderdeel {strange[0]}" if strange else "geen database"
            )
        return Manifest(
            version=str(facts["version"]),
            made_at=str(facts["made_at"]),
            revision=str(facts["revision"]),
            postgres=int(facts["postgres"]),
            heads={str(table): str(head) for table, head in facts["heads"].items()},
            parts=parts,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BackupUnreadable(file=file, reason="het manifest is onvolledig") from error


def check_parts(manifest: Manifest, found: Mapping[str, Part]) -> None:
    """Every part is there, whole, and nothing else.

    Raises:
        BackupDamaged: at the first part that differs.
    """
    for name in sorted(manifest.parts.keys() | found.keys()):
        if manifest.parts.get(name) != found.get(name):
            raise BackupDamaged(part=name)
