"""Forms of a challenge."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from cwb.web.forms import LONG, NAME, Form, MoneyField, PlainForm, TextField, many_lines, required
from cwb.web.i18n import _l
from procurement.challenges import rules
from procurement.challenges.rules import Answer, Follow, State, Step


class ChallengeForm(Form):
    """What, how, how much, and who."""

    group_name = TextField(_l("Hoe heet uw groep of coöperatie?"), required(NAME))
    what = TextAreaField(_l("Wat kan beter?"), required(LONG), filters=[many_lines])
    how = TextAreaField(_l("Hoe zou u het doen?"), required(LONG), filters=[many_lines])
    amount = MoneyField(_l("Wat kost dat, in euro zonder btw?"), [Optional()], smallest="0.01")
    supporters = TextAreaField(_l("Wie staat erachter?"), required(LONG), filters=[many_lines])
    name_public = BooleanField(_l("Iedereen mag lezen wie erachter staat. Zij vonden dat goed."))

    def values(self) -> dict[str, Any]:
        """What `services.submit_challenge` takes."""
        return {
            "group_name": self.group_name.data, "what": self.what.data, "how": self.how.data,
            "amount": self.amount.data, "supporters": self.supporters.data,
            "name_public": bool(self.name_public.data),
        }  # fmt: skip


class StepForm(Form):
    """One step of the buyer."""

    step = RadioField(_l("Wat doet u nu?"), validators=[InputRequired(_l("Kies één."))])
    answer = RadioField(
        _l("Uw antwoord"),
        choices=[SelectChoice(each.value, _l(text)) for each, text in rules.ANSWER_TEXTS.items()],
        validators=[Optional()],
    )
    follow = RadioField(
        _l("Wat volgt er?"),
        choices=[SelectChoice(each.value, _l(text)) for each, text in rules.FOLLOW_TEXTS.items()],
        validators=[Optional()],
    )
    text = TextAreaField(_l("Leg uit waarom"), required(LONG), filters=[many_lines])

    def offer(self, steps: Sequence[Step]) -> None:
        """Let one choose from these steps; only an answer asks what follows."""
        self.step.choices = [SelectChoice(each.value, _l(rules.STEP_CHOICES[each])) for each in steps]
        if Step.ANSWERED not in steps:
            del self.answer
            del self.follow

    def values(self) -> dict[str, Any]:
        """What `services.take_step` takes."""
        step = Step(self.step.data)
        made: dict[str, Any] = {"step": step, "text": self.text.data}
        if step is Step.ANSWERED and self.answer is not None:
            made["answer"] = Answer(self.answer.data) if self.answer.data else None
            made["follow"] = Follow(self.follow.data) if self.follow.data else None
        return made


class WithdrawForm(Form):
    """Sure?"""

    sure = BooleanField(
        _l("Ja, wij trekken ons terug. Wis onze teksten en namen."), [InputRequired(_l("Vink dit aan."))]
    )


class ChallengeFilter(PlainForm):
    """What narrows the list."""

    text = TextField(_l("Zoek op woord, nummer of groep"), [Optional()])
    state = SelectField(_l("Stand"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state.choices = [
            SelectChoice("", _l("Alle")),
            *(SelectChoice(each.value, _l(text)) for each, (text, _tone) in rules.STATE_TEXTS.items()),
        ]

    def values(self) -> dict[str, Any]:
        """What `queries.challenges` takes; rubbish narrows nothing."""
        known = {each.value: each for each in State}
        return {"text": (self.text.data or "")[:NAME], "state": known.get(self.state.data or "")}
