"""Forms of hours: three taps for who worked, one for who signs."""

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.web.forms import DayField, Form, NumberField, TextField, Ticks, optional
from cwb.web.i18n import _l
from ledger.timesheets.rules import NOTE


class HoursForm(Form):
    """What was worked, when and how long."""

    line = SelectField(_l("Waarvoor werkte u?"), coerce=int)
    worked_on = DayField(_l("Dag"), [InputRequired(_l("Vul dit in."))])
    hours = NumberField(_l("Uren"), [InputRequired(_l("Vul dit in."))], smallest="0.25", largest="24")
    note = TextField(_l("Wat deed u?"), optional(NOTE))

    def __init__(self, *args: Any, lines: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line.choices = [SelectChoice(key, words) for key, words in lines]


SIGN, BACK = "sign", "back"


class SignForm(Form):
    """Which hours are signed, or sent back and why."""

    chosen = Ticks(_l("Welke uren?"), [InputRequired(_l("Kies minstens één regel."))])
    answer = RadioField(
        _l("Kloppen deze uren?"),
        [InputRequired(_l("Kies ja of nee. Er is niets getekend."))],
        choices=[SelectChoice(SIGN, _l("Ja, ik teken ze")), SelectChoice(BACK, _l("Nee, stuur terug"))],
    )
    reason = TextField(_l("Wat klopt er niet?"), optional(NOTE))

    def __init__(self, *args: Any, rows: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, data={"chosen": [key for key, _ in rows]}, **kwargs)
        self.chosen.choices = [SelectChoice(key, words) for key, words in rows]
