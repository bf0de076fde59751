"""What reserved services ask of an organisation, as forms."""

from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.web.forms import LONG, NAME, DayField, Form, TextField, many_lines, required
from cwb.web.i18n import _l
from procurement.missions.rules import CONTROLS, PROFITS

_ONE = [InputRequired(_l("Kies één."))]


class MissionForm(Form):
    """A public task, profit, say, and where it is written."""

    aim = TextAreaField(_l("Welke publieke taak hebt u?"), required(LONG), filters=[many_lines])
    profit = RadioField(
        _l("Wat doet u met winst?"), choices=[SelectChoice(code, _l(text)) for code, text in PROFITS.items()],
        validators=_ONE,
    )  # fmt: skip
    control = RadioField(
        _l("Wie heeft er zeggenschap?"), choices=[SelectChoice(code, _l(text)) for code, text in CONTROLS.items()],
        validators=_ONE,
    )  # fmt: skip
    basis = TextField(_l("Waar staat dit?"), required(NAME))
    valid_until = DayField(_l("Tot welke dag geldt dit?"), [InputRequired(_l("Vul dit in."))])

    def values(self) -> dict[str, Any]:
        """What `services.state_mission` takes."""
        return {name: self[name].data for name in ("aim", "profit", "control", "basis", "valid_until")}
