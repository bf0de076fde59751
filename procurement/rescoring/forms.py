"""Asking, deciding, and the last check of the chair."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.web.forms import LONG, Form, Ticks, many_lines, required
from cwb.web.i18n import _, _l
from procurement.rescoring.rules import GROUNDS, Ground

ONE = [InputRequired(_l("Kies één."))]


class AskForm(Form):
    """Which bid, on what, and why."""

    label = RadioField(_l("Welke inschrijving?"), validators=ONE)
    codes = Ticks(_l("Op welke onderdelen is de score fout?"), [InputRequired(_l("Kies er minstens één."))])
    ground = RadioField(
        _l("Wat is de aanleiding?"), validators=ONE,
        choices=[SelectChoice(each.value, _l(text)) for each, text in GROUNDS.items()],
    )  # fmt: skip
    reason = TextAreaField(_l("Wat ging er mis?"), required(LONG), filters=[many_lines])

    def __init__(self, *args: Any, labels: Sequence[str], criteria: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label.choices = [SelectChoice(each, _("Inschrijving %(label)s", label=each)) for each in labels]
        self.codes.choices = [SelectChoice(code, name) for code, name in criteria.items()]

    def values(self) -> dict[str, Any]:
        """What `services.ask_rescoring` takes."""
        return {
            "label": self.label.data, "codes": self.codes.data, "ground": Ground(self.ground.data),
            "reason": self.reason.data,
        }  # fmt: skip


class DecideForm(Form):
    """Yes or no, with the reason."""

    choice = RadioField(
        _l("Moet deze inschrijving opnieuw worden beoordeeld?"),
        choices=[
            SelectChoice("yes", _l("Ja, de score klopt niet")),
            SelectChoice("no", _l("Nee, de score blijft")),
        ],
        validators=ONE,
    )
    answer = TextAreaField(_l("Waarom?"), required(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.decide_rescoring` takes."""
        return {"is_agreed": self.choice.data == "yes", "answer": self.answer.data}


class SureForm(Form):
    """The panel agrees; it stands beside the fields of the scores."""

    sure = BooleanField(
        _l("Wij zijn het samen eens over deze nieuwe punten."),
        [InputRequired(_l("Vink dit aan als het team het eens is."))],
    )
