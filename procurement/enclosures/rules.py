"""Files of a bid as values, their names, and what counts as a ground to look at."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from procurement.consortia import rules as consortia
from procurement.enclosures.errors import (
    DecisionReasonMissing,
    FileKindRefused,
    FileSame,
    FilesTooLarge,
    QuestionTakesNoFiles,
    TooManyFiles,
)

MOST_FILE, MOST_FILES = 25 * 1024 * 1024, 100 * 1024 * 1024
"""Bytes of one file, and of all files of a bid (own choice; the database holds the same)."""

MEGA = 1024 * 1024
MOST_COUNT = 20
MOST_NAME = 100

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


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as the sealed text knows it. `key` (hex) opens its stored content; `digest` is SHA-256 of the file.

    `question`: code of the quality criterion it belongs to; empty: for the buyer alone.
    """

    id: str
    question: str
    name: str
    kind: str
    size: int
    digest: str
    key: str

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def entries(stored: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """Files from their JSON."""
    return [Entry(**each) for each in stored]


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


def check_added(known: Sequence[Entry], new: Entry, allowed: Sequence[str]) -> None:
    """Whether one more file may go along.

    Raises:
        QuestionTakesNoFiles, FileSame, TooManyFiles, FilesTooLarge.
    """
    if new.question and new.question not in allowed:
        raise QuestionTakesNoFiles(field="question")
    if any(each.digest == new.digest and each.question == new.question for each in known):
        raise FileSame(field="file")
    if len(known) >= MOST_COUNT:
        raise TooManyFiles(field="file", most=MOST_COUNT)
    if sum(each.size for each in known) + new.size > MOST_FILES:
        raise FilesTooLarge(field="file", most=MOST_FILES // MEGA)


def seen_by_panel(files: Sequence[Entry], allowed: Sequence[str]) -> list[Entry]:
    """The files that a panel sees: only those to questions for which the buyer allowed files."""
    return [each for each in files if each.question and each.question in allowed]


@dataclass(frozen=True, slots=True)
class Point:
    """Something in a bid's statements that a person must look at: a ground that applies, or a criterion not met.

    `who`: the member of a joint bid whom it is about, by name; empty for who hands in.
    """

    code: str
    text: str
    is_ground: bool
    who: str = ""


def points(content: Mapping[str, Any] | None) -> list[Point]:
    """What in an opened bid's statements a person must look at. Never by itself a reason to exclude."""
    said = (content or {}).get("grounds") or {}
    grounds = [
        Point(code, each["text"], is_ground=True)
        for code, each in said.get("answers", {}).items()
        if each["yes"]
    ]
    criteria = [
        Point(name, each["text"], is_ground=False)
        for name, each in said.get("criteria", {}).items() if not each["meets"]
    ]  # fmt: skip
    members = [
        Point(code, each["text"], is_ground=True, who=name)
        for name, stated in consortia.statements(content) for code, each in stated["answers"].items() if each["yes"]
    ]  # fmt: skip
    return grounds + members + criteria


def check_reason(reason: str) -> str:
    """The reason of a decision.

    Raises:
        DecisionReasonMissing: too short to say anything.
    """
    if len(reason.strip()) < 10:
        raise DecisionReasonMissing(field="reason")
    return reason.strip()
