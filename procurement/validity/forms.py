"""Asking for more time, answering, and taking a lapsed bid out."""

from typing import Any

from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.web.forms import LONG, DayField, Form, many_lines, required
from cwb.web.i18n import _l

MUST = [InputRequired(_l("Vul dit in."))]


class AskForm(Form):
    """Until when, why, and how long bidders may think."""

    until = DayField(_l("Tot en met welke dag moeten de biedingen gelden?"), MUST)
    reason = TextAreaField(_l("Waarom heeft u meer tijd nodig?"), required(LONG), filters=[many_lines])
    last_day = DayField(_l("Antwoorden kan tot en met"), MUST)

    def values(self) -> dict[str, Any]:
        """What `services.ask` takes."""
        return {"until": self.until.data, "reason": self.reason.data, "last_day": self.last_day.data}


class AnswerForm(Form):
    """Yes or no."""

    agrees = RadioField(
        _l("Mag uw bod langer gelden?"), [InputRequired(_l("Kies ja of nee."))],
        choices=[
            SelectChoice("yes", _l("Ja. Onze prijs en ons plan blijven zo lang gelden.")),
            SelectChoice("no", _l("Nee. Ons bod eindigt op de dag die eerst gold.")),
        ],
    )  # fmt: skip


class TakeOutForm(Form):
    """That it is sure."""

    sure = BooleanField(
        _l("Ik weet dat dit niet terug kan."), [InputRequired(_l("Vink dit aan als het klopt."))]
    )
