"""What an application is, and when a selection is whole: pure decisions."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from cwb.kernel.canonical import canonical_json
from procurement.applications import errors

MOST = 5000
"""Longest application, in characters (about two pages)."""


@dataclass(frozen=True, slots=True)
class Content:
    """What an applicant says of itself."""

    text: str
    meets: bool

    def to_json(self) -> bytes:
        """The text that is locked and stored."""
        return canonical_json({"text": self.text, "meets": self.meets})

    @classmethod
    def from_json(cls, text: bytes) -> "Content":
        """Back from the stored text."""
        found = json.loads(text)
        return cls(found["text"], found["meets"])


def check_content(content: Content) -> Content:
    """Words, and a declaration.

    Raises:
        ApplicationEmpty, NotMeeting: at the field.
    """
    if not content.text.strip() or len(content.text) > MOST:
        raise errors.ApplicationEmpty(field="text")
    if not content.meets:
        raise errors.NotMeeting(field="meets")
    return Content(content.text.strip(), content.meets)


@dataclass(frozen=True, slots=True)
class Choice:
    """The decision on one applicant."""

    selected: bool
    reason: str


def check_choices(choices: Mapping[UUID, Choice], applied: Collection[UUID]) -> None:
    """Every applicant once, each with a reason, at least one selected.

    Raises:
        SelectionIncomplete, NobodySelected.
    """
    if set(choices) != set(applied) or not all(each.reason.strip() for each in choices.values()):
        raise errors.SelectionIncomplete
    if not any(each.selected for each in choices.values()):
        raise errors.NobodySelected
