"""Forms of initiatives, and the names of steps and owners."""

from typing import Any

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields import HiddenField
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from coops.initiatives.rules import OWNERS, Step, TaskState
from coops.register.forms import categories, options, places
from cwb.web.forms import (
    LONG,
    NAME,
    SHORT,
    DayField,
    Form,
    TextField,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _l

STEPS: dict[str, Any] = {
    Step.IDEA.value: _l("Idee"),
    Step.GROUP.value: _l("Oprichtersgroep"),
    Step.STATUTES.value: _l("Statuten"),
    Step.KVK.value: _l("KvK"),
    Step.CONTRACT.value: _l("Eerste contract"),
    Step.EVEN.value: _l("Uit de kosten"),
}
"""Step → its text."""

TO_DO: dict[str, Any] = {
    Step.GROUP.value: _l(
        "Minstens twee mensen tekenen. Teken zelf, en deel het adres van deze bladzijde met buren."
    ),
    Step.STATUTES.value: _l(
        "Schrijf samen op wie mag stemmen, wie erbij mag en waar winst heen gaat. "
        "Ga daarmee naar een notaris, en laat hier de akte zien."
    ),
    Step.KVK.value: _l("De notaris schrijft u in bij de KvK. Meld daarna hier het nummer."),
    Step.CONTRACT.value: _l(
        "Meld uw coöperatie aan. Zoek daarna werk dat past, en schrijf in. Een contract van hier telt vanzelf."
    ),
    Step.EVEN.value: _l("Werk twee boekjaren zonder verlies. Meld daarna hier de jaarrekeningen."),
}
"""The next step → what its people do for it."""

OWNER_NAMES: dict[str, Any] = dict(
    zip(OWNERS, (_l("De oprichters"), _l("De begeleider"), _l("Het programma")), strict=True)
)
"""Who does a task → its text."""

TASK_STATES: dict[str, tuple[Any, str]] = {
    TaskState.OPEN.value: (_l("open"), "neutral"),
    TaskState.DONE.value: (_l("gedaan"), "good"),
    TaskState.LATE.value: (_l("te laat gedaan"), "warn"),
    TaskState.BROKEN.value: (_l("niet nagekomen"), "bad"),
}
"""Where a task stands → its text and tone."""


class StartForm(Form):
    """One sentence, the kind of work, the wijk; the last two may come from a list of work."""

    sentence = TextField(_l("Wat wilt u samen beginnen?"), required(SHORT))
    category = SelectField(_l("Welk soort werk is het?"))
    place = SelectField(_l("In welke wijk?"), [MayStayEmpty()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category.choices = options(categories())
        self.place.choices = options(places(), _l("Hele gebied"))

    def values(self) -> dict[str, Any]:
        """What `services.start_initiative` takes."""
        return {
            "sentence": self.sentence.data, "category": self.category.data, "place_code": self.place.data or None
        }  # fmt: skip


class SentenceForm(Form):
    """One sentence; the rest is in the cluster."""

    sentence = TextField(_l("Wat gaan mensen samen beginnen?"), required(SHORT))


class SignForm(Form):
    """One click, and back."""

    stands = HiddenField(validators=[InputRequired()])


ASKED = _l("U vroeg om mee op te richten. De groep geeft antwoord.")
ASKED_NOBODY = _l("U vroeg om mee op te richten. Er is nu geen groep: het programma geeft antwoord.")


class AnswerForm(Form):
    """Let somebody in, or not with a word."""

    accept = RadioField(
        _l("Mag deze persoon mee oprichten?"), choices=options({"yes": _l("Ja"), "no": _l("Nee")}),
        validators=[InputRequired(_l("Kies een antwoord."))],
    )  # fmt: skip
    word = TextField(_l("Bij nee: waarom niet?"), optional(SHORT))


class CoachForm(Form):
    """One click, and back."""

    coaches = HiddenField(validators=[InputRequired()])


class TaskForm(Form):
    """What, who, when."""

    text = TextField(_l("Wat moet er gebeuren?"), required(NAME))
    owner = RadioField(_l("Wie doet het?"), choices=options(OWNER_NAMES), default="founders")
    due_on = DayField(_l("Voor welke dag?"), [InputRequired(_l("Vul dit in."))])

    def values(self) -> dict[str, Any]:
        """What `services.add_task` takes."""
        return {"text": self.text.data, "owner": self.owner.data, "due_on": self.due_on.data}


class LearnedForm(Form):
    """What was heard of coming work."""

    text = TextAreaField(_l("Wat hoorde u over komend werk?"), required(LONG), filters=[many_lines])
    number = TextField(_l("Nummer van de behoefte"), optional(20))


class StopForm(Form):
    """Why it ends."""

    reason = TextAreaField(_l("Waarom stopt het?"), required(LONG), filters=[many_lines])
