"""Complaining and answering."""

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from cwb.identity.models import User
from cwb.web.forms import LONG, Form, many_lines, required
from cwb.web.i18n import _l
from procurement.complaints.rules import ABOUT, ANSWERS, STATES, About, State
from procurement.lots.forms import LotsForm


class ComplaintForm(LotsForm):
    """What is wrong and what one asks."""

    about = RadioField(
        _l("Waarover klaagt u?"),
        choices=[SelectChoice(each.value, _l(text)) for each, text in ABOUT.items()],
        validators=[InputRequired(_l("Kies één."))],
    )
    text = TextAreaField(_l("Wat is er mis?"), required(LONG), filters=[many_lines])
    wish = TextAreaField(_l("Wat vraagt u van de koper?"), required(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.complain` takes."""
        return {
            "about": About(self.about.data),
            "text": self.text.data,
            "wish": self.wish.data,
            "lots": self.chosen(),
        }


class AnswerForm(Form):
    """Whether the complaint is right, why, and what is done."""

    state = RadioField(
        _l("Klopt de klacht?"),
        choices=[SelectChoice(each.value, _l(STATES[each][0])) for each in ANSWERS],
        validators=[InputRequired(_l("Kies één."))],
    )
    answer = TextAreaField(_l("Uw antwoord, met redenen"), required(LONG), filters=[many_lines])
    measure = TextAreaField(_l("Wat doet u nu?"), [Optional(), Length(max=LONG)], filters=[many_lines])
    summary = TextAreaField(
        _l("Samenvatting voor iedereen, zonder namen"), [Optional(), Length(max=LONG)], filters=[many_lines]
    )

    def values(self) -> dict[str, Any]:
        """What `services.answer_complaint` takes."""
        return {
            "state": State(self.state.data), "answer": self.answer.data, "measure": self.measure.data or "",
            "summary": self.summary.data or "",
        }  # fmt: skip


class StandInForm(Form):
    """Whom the buyer asks at the programme."""

    person = RadioField(_l("Wie vraagt u?"), coerce=int, validators=[InputRequired(_l("Kies één."))])

    def values(self) -> dict[str, Any]:
        """What `services.ask_stand_in` takes."""
        return {"person": self.person.data}


def stand_in_form(people: Sequence[User]) -> StandInForm:
    """The form with these people to choose from."""
    form = StandInForm()
    form.person.choices = [SelectChoice(each.id, each.name) for each in people]
    return form


class PublishForm(Form):
    """What everybody reads of the outcome."""

    summary = TextAreaField(
        _l("Samenvatting voor iedereen, zonder namen"), required(LONG), filters=[many_lines]
    )

    def values(self) -> dict[str, Any]:
        """What `services.publish_outcome` takes."""
        return {"summary": self.summary.data}
