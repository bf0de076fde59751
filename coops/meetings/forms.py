"""Forms of meetings."""

from collections.abc import Iterable
from typing import Any

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired

from coops.meetings.models import MeetingSetting
from coops.meetings.rules import (
    MAJORITY_NAMES,
    STATE_NAMES,
    Majority,
    MeetingFacts,
    MeetingTerms,
    MotionFacts,
)
from coops.members.models import Member
from coops.register.forms import options
from cwb.web.forms import (
    LONG,
    NAME,
    Form,
    MomentField,
    NumberField,
    SentenceField,
    Ticks,
    VersionedForm,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _l
from cwb.web.request import now

MUST = [InputRequired(_l("Vul dit in."))]

STATES: dict[str, Any] = {state.value: _l(name) for state, name in STATE_NAMES.items()}
"""State → its text."""

MAJORITIES: dict[str, Any] = {each.value: _l(name) for each, name in MAJORITY_NAMES.items()}
"""Majority → its text."""


def people(members: Iterable[Member]) -> dict[str, str]:
    """Members to choose from: public id → number and name."""
    return {str(each.public_id): f"{each.number} {each.name}" for each in members}


class TermsForm(VersionedForm):
    """What the statutes say about meetings."""

    convocation_days = NumberField(
        _l("Dagen tussen oproep en vergadering"), MUST, places=0, smallest="1", largest="60"
    )
    quorum_percent = NumberField(
        _l("Deel van de stemmen dat er moet zijn, in procent"), MUST, places=0, largest="100"
    )
    proxies_most = NumberField(_l("Hoogste aantal volmachten per lid"), MUST, places=0, largest="10")

    def __init__(self, *args: Any, setting: MeetingSetting | None = None, **kwargs: Any) -> None:
        terms = setting.terms if setting else MeetingTerms()
        data = {name: getattr(terms, name) for name in ("convocation_days", "quorum_percent", "proxies_most")}
        super().__init__(*args, data=data | {"version": str(setting.version if setting else 0)}, **kwargs)

    def terms(self) -> MeetingTerms:
        """The rules as typed."""
        days, quorum, proxies = (
            int(field.data or 0) for field in (self.convocation_days, self.quorum_percent, self.proxies_most)
        )
        return MeetingTerms(days, quorum, proxies)


class MeetingForm(Form):
    """A meeting to prepare."""

    title = SentenceField(_l("Naam van de vergadering"), required(NAME))
    meets_at = MomentField(_l("Wanneer?"), MUST)
    place = SentenceField(_l("Waar?"), required(NAME))
    agenda = TextAreaField(_l("Agenda"), optional(LONG), filters=[many_lines])

    def facts(self) -> MeetingFacts:
        """The meeting as typed."""
        return MeetingFacts(
            self.title.data or "", self.meets_at.data or now(), self.place.data or "", self.agenda.data or ""
        )


class MotionForm(Form):
    """Something to vote on."""

    title = SentenceField(_l("Waarover stemt u?"), required(NAME))
    text = TextAreaField(_l("Het voorstel"), optional(LONG), filters=[many_lines])
    secret = RadioField(_l("Hoe stemt u?"), MUST, default="no")
    majority = RadioField(_l("Wanneer is het aangenomen?"), MUST, default=Majority.SIMPLE.value)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.secret.choices = options(
            {"no": _l("Open: iedereen ziet wie wat stemde"), "yes": _l("Geheim: niemand ziet dat")}
        )
        self.majority.choices = options(MAJORITIES)

    def facts(self) -> MotionFacts:
        """The motion as typed."""
        return MotionFacts(
            self.title.data or "",
            self.text.data or "",
            self.secret.data == "yes",
            Majority(self.majority.data),
        )


class ProxyForm(Form):
    """Who votes for the reader."""

    holder = SelectField(_l("Wie stemt voor u?"), [InputRequired(_l("Kies een lid."))])

    def __init__(self, *args: Any, members: Iterable[Member] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holder.choices = options(people(members), _l("Kies"))


class PresentForm(Form):
    """Who is in the room."""

    members = Ticks(_l("Wie is er?"), [InputRequired(_l("Kies minstens één lid."))])

    def __init__(self, *args: Any, members: Iterable[Member] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members.choices = options(people(members))


class CallOffForm(Form):
    """Why a meeting does not take place."""

    why = TextAreaField(_l("Waarom?"), required(LONG), filters=[many_lines])


class MinutesForm(Form):
    """What was said and decided."""

    minutes = TextAreaField(_l("Notulen"), required(LONG), filters=[many_lines])
