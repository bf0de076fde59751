"""Meetings as values: pure decisions.

The convocation term, the quorum and the number of proxies are what the statutes of the cooperative say; the defaults
are a choice of the house (BW 2:38 one vote each and votes by proxy, 2:41 convocation: unverified, so a setting).
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from coops.meetings import errors
from cwb.kernel.clock import local_date
from cwb.kernel.text import N_


class State(StrEnum):
    """Where a meeting stands."""

    DRAFT = "draft"
    CONVENED = "convened"
    OPEN = "open"
    CLOSED = "closed"
    CALLED_OFF = "called_off"


STATE_NAMES = {
    State.DRAFT: N_("in voorbereiding"),
    State.CONVENED: N_("opgeroepen"),
    State.OPEN: N_("bezig"),
    State.CLOSED: N_("gesloten"),
    State.CALLED_OFF: N_("gaat niet door"),
}
"""State → how people call it."""


class Majority(StrEnum):
    """How many votes carry a motion; who abstains does not count."""

    SIMPLE = "simple"
    TWO_THIRDS = "two_thirds"


MAJORITY_NAMES = {
    Majority.SIMPLE: N_("meer voor dan tegen"),
    Majority.TWO_THIRDS: N_("twee derde is voor"),
}
"""Majority → how people say it."""


@dataclass(frozen=True, slots=True)
class MeetingTerms:
    """What the statutes say. Days between convocation and meeting; percent of the votes that must be there; proxies."""

    convocation_days: int = 7
    quorum_percent: int = 0
    proxies_most: int = 1


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """When and where members meet, and what else is on the agenda."""

    title: str
    meets_at: datetime
    place: str
    agenda: str = ""


@dataclass(frozen=True, slots=True)
class MotionFacts:
    """What is put to the vote. `secret`: nobody can see later who voted what."""

    title: str
    text: str
    secret: bool = False
    majority: Majority = Majority.SIMPLE


def check_terms(facts: MeetingTerms) -> None:
    """Numbers that can stand in statutes.

    Raises:
        TermInvalid: at the field.
    """
    for name, least, most in (
        ("convocation_days", 1, 60),
        ("quorum_percent", 0, 100),
        ("proxies_most", 0, 10),
    ):
        if not least <= getattr(facts, name) <= most:
            raise errors.TermInvalid(field=name)


def check_text(text: str, field: str) -> str:
    """A text that says something, without outer blanks.

    Raises:
        TextMissing: at the field.
    """
    if not text.strip():
        raise errors.TextMissing(field=field)
    return text.strip()


_ABOUT_PEOPLE = re.compile(
    r"\b(ontsla|ontslag|royer|royement|schors|benoem|herbenoem|bestuurslid|commissaris)", re.IGNORECASE
)
"""Words of motions on who comes, stays or goes; who writes them in other words is told beside the choice."""


def check_motion(facts: MotionFacts) -> None:
    """A motion that can be put: it says something, and on people one votes in secret.

    Raises:
        TextMissing, SecretForPeople: at the field.
    """
    check_text(facts.title, "title")
    if not facts.secret and _ABOUT_PEOPLE.search(f"{facts.title} {facts.text}"):
        raise errors.SecretForPeople(field="secret")


def state_of(
    convened_at: datetime | None, opened_at: datetime | None, closed_at: datetime | None,
    called_off_at: datetime | None = None,
) -> State:  # fmt: skip
    """Where a meeting stands."""
    if called_off_at is not None:
        return State.CALLED_OFF
    if closed_at is not None:
        return State.CLOSED
    if opened_at is not None:
        return State.OPEN
    return State.DRAFT if convened_at is None else State.CONVENED


def first_day(terms: MeetingTerms, today: date) -> date:
    """The first day on which members can meet when they are called together today."""
    return today + timedelta(days=terms.convocation_days)


def check_convocation(terms: MeetingTerms, meets_at: datetime, at: datetime, motions: int) -> None:
    """Call members together in time, with something to decide.

    Raises:
        NoMotions: nothing to decide.
        TooLateToConvene: fewer days before the meeting than the statutes say.
    """
    if not motions:
        raise errors.NoMotions
    first = first_day(terms, local_date(at))
    if local_date(meets_at) < first:
        raise errors.TooLateToConvene(first=first)


def check_opening(state: State, meets_at: datetime, at: datetime) -> None:
    """A meeting opens on its day or later, once.

    Raises:
        NotYet: not called together, or not yet its day.
        NotOpen: it opened before, or was called off.
    """
    if state in {State.OPEN, State.CLOSED, State.CALLED_OFF}:
        raise errors.NotOpen
    if state is State.DRAFT or local_date(at) < local_date(meets_at):
        raise errors.NotYet


def check_proxy(
    *, giver: int, holder: int, is_present: bool, holder_is_represented: bool, giver_holds: int
) -> None:
    """A proxy from one member to another.

    Raises:
        ProxyInvalid: to oneself, by who is there, to who is represented, or by who holds proxies.
    """
    if giver == holder or is_present or holder_is_represented or giver_holds:
        raise errors.ProxyInvalid(field="holder")


def has_quorum(here: int, voters: int, percent: int) -> bool:
    """Whether enough votes are there or represented: at least this part of all."""
    return here > 0 and here * 100 >= voters * percent
