"""Forms of votes."""

from collections.abc import Iterable
from typing import Any

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired

from coops.meetings.forms import MUST, people
from coops.members.models import Member
from coops.register.forms import options
from coops.votes.rules import CHOICE_NAMES, HINDRANCE_NAMES, OUTCOME_NAMES, Tally
from cwb.web.forms import LONG, Form, NumberField, Ticks, many_lines, required
from cwb.web.i18n import _l

CHOICES: dict[str, Any] = {choice.value: _l(name) for choice, name in CHOICE_NAMES.items()}
"""Choice → its text."""

OUTCOMES: dict[str, Any] = {outcome.value: _l(name) for outcome, name in OUTCOME_NAMES.items()}
"""Outcome → its text."""


HINDRANCES: dict[str, Any] = {each.value: _l(name) for each, name in HINDRANCE_NAMES.items()}
"""Why somebody cannot vote → its text."""


class VoteForm(Form):
    """A vote; for whom is asked only of who holds a proxy."""

    voter = SelectField(_l("Voor wie stemt u nu?"), [InputRequired(_l("Kies een lid."))])
    choice = RadioField(_l("Uw stem"), [InputRequired(_l("Kies voor, tegen of onthouding."))])

    def __init__(self, *args: Any, members: Iterable[Member] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.voter.choices = options(people(members))
        self.choice.choices = options(CHOICES)


class WithdrawForm(Form):
    """Why a motion comes off the agenda."""

    why = TextAreaField(_l("Waarom?"), required(LONG), filters=[many_lines])


class RoomForm(Form):
    """Votes counted in the room."""

    members = Ticks(_l("Wie stemde in de zaal?"), [InputRequired(_l("Kies minstens één lid."))])
    votes_for = NumberField(_l("Stemmen voor"), MUST, places=0)
    against = NumberField(_l("Stemmen tegen"), MUST, places=0)
    abstain = NumberField(_l("Onthoudingen"), MUST, places=0)

    def __init__(self, *args: Any, members: Iterable[Member] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members.choices = options(people(members))

    def tally(self) -> Tally:
        """The counts as typed."""
        return Tally(*(int(field.data or 0) for field in (self.votes_for, self.against, self.abstain)))
