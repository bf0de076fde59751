"""Stories as values: pure decisions.

A story is personal data of its teller: published with consent only, under a name that the teller chose, and gone at
once when taken back (GDPR art. 6(1)(a) and 7(3)). A figure never stands for a story, nor a story for a figure.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from coops.stories import errors
from cwb.kernel.identifiers import refuse_bsn

LEAST, MOST = 80, 4000
"""Characters of a story."""

MOST_STORIES = 10
"""Stories of one person that stand or wait (a choice of the house)."""


class State(StrEnum):
    """Where a story stands; derived, never stored."""

    TOLD = "told"
    PUBLIC = "public"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """What somebody tells. `name`: as the teller wants to be called; `place_code` None: the whole area.

    `names_organisation`: the name of one's organisation may stand beside it.
    """

    title: str
    text: str
    name: str
    place_code: str | None
    consents: bool
    names_organisation: bool = False


def check_story(facts: StoryFacts) -> None:
    """A story as it may be kept.

    Raises:
        StoryTextMissing, StoryTooShort, ConsentMissing, BsnFound: at the field.
    """
    for field, text in (("title", facts.title), ("name", facts.name)):
        if not text.strip():
            raise errors.StoryTextMissing(field=field)
    if len(facts.text.strip()) < LEAST:
        raise errors.StoryTooShort(field="text")
    if not facts.consents:
        raise errors.ConsentMissing(field="consents")
    refuse_bsn(title=facts.title, name=facts.name, text=facts.text)


def check_room(stories: int) -> None:
    """One more than there are.

    Raises:
        TooManyStories
    """
    if stories >= MOST_STORIES:
        raise errors.TooManyStories(most=MOST_STORIES)


def state_of(published_at: datetime | None, taken_back_at: datetime | None) -> State:
    """Where it stands."""
    if taken_back_at is not None:
        return State.TAKEN_BACK
    return State.TOLD if published_at is None else State.PUBLIC
