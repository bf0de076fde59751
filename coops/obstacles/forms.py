"""Forms of the obstacle log."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from coops.obstacles.models import Obstacle
from coops.obstacles.rules import MOST_ANSWER, MOST_CASE, OUTCOMES, UNKNOWN, ObstacleFacts, Outcome
from cwb.identity.models import Organisation
from cwb.web.forms import NAME, Form, TextField, many_lines, required
from cwb.web.i18n import _l


class ReportForm(Form):
    """What stood in the way."""

    rule = TextField(_l("Welke regel hield u tegen?"), required(NAME))
    known = SelectField(_l("Van wie is die regel?"), [MayStayEmpty()])
    owner = TextField(_l("Of schrijf van wie"), [MayStayEmpty()])
    case = TextAreaField(_l("Wat wilde u, en wat gebeurde er?"), required(MOST_CASE), filters=[many_lines])
    is_anonymous = BooleanField(_l("Noem mijn organisatie niet"))

    def __init__(
        self, *args: Any, owners: Sequence[Organisation], obstacle: Obstacle | None = None, **kwargs: Any
    ) -> None:
        self.owners = {str(each.public_id): each for each in owners}
        data: dict[str, Any] = {}
        if obstacle is not None:
            chosen = next((key for key, each in self.owners.items() if each.id == obstacle.owner_id), "")
            chosen = "unknown" if obstacle.owner == UNKNOWN else chosen
            data = {
                "rule": obstacle.rule, "known": chosen, "owner": "" if chosen else obstacle.owner,
                "case": obstacle.case_text, "is_anonymous": obstacle.is_anonymous,
            }  # fmt: skip
        super().__init__(*args, data=data or None, **kwargs)
        self.known.choices = [
            SelectChoice("unknown", _l("Dat weet ik niet")),
            SelectChoice("", _l("Iemand anders: schrijf hieronder wie")),
            *(SelectChoice(key, each.name) for key, each in self.owners.items()),
        ]

    def facts(self) -> ObstacleFacts:
        """The obstacle as typed."""
        chosen = self.owners.get(self.known.data or "")
        typed = (self.owner.data or "").strip() or (UNKNOWN if self.known.data == "unknown" else "")
        return ObstacleFacts(
            self.rule.data or "", chosen.name if chosen else typed, self.case.data or "",
            chosen.id if chosen else None, bool(self.is_anonymous.data),
        )  # fmt: skip


class ReturnForm(Form):
    """What must be otherwise."""

    text = TextAreaField(_l("Wat moet er anders?"), required(NAME), filters=[many_lines])


class AnswerForm(Form):
    """The answer, and what became of the rule."""

    outcome = RadioField(
        _l("Wat gebeurt er met de regel?"),
        choices=[SelectChoice(each.value, _l(text)) for each, text in OUTCOMES.items()],
        validators=[InputRequired(_l("Kies één."))],
    )
    text = TextAreaField(_l("Uw antwoord"), required(MOST_ANSWER), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.answer_obstacle` takes."""
        return {"outcome": Outcome(self.outcome.data), "answer": self.text.data or ""}


class AdditionForm(Form):
    """What comes to an answer."""

    text = TextAreaField(_l("Wat komt erbij?"), required(MOST_ANSWER), filters=[many_lines])
