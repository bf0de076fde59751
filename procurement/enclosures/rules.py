"""Files of a bid as values, their names, and what counts as a ground to look at."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cwb.files.rules import MEGA
from procurement.consortia import rules as consortia
from procurement.enclosures.errors import (
    DecisionReasonMissing,
    FileSame,
    FilesTooLarge,
    QuestionTakesNoFiles,
    TooManyFiles,
)

MOST_FILES = 100 * MEGA
"""Bytes of all files of a bid (own choice; the database holds the same)."""

MOST_COUNT = 20


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
