"""Forms for what follows a contract."""

from typing import Any

from wtforms import TextAreaField
from wtforms.validators import InputRequired

from cwb.web.forms import LONG, NAME, DayField, Form, NumberField, TextField, many_lines, required
from cwb.web.i18n import _l
from procurement.renewals.rules import MOST_MONTHS


class PlanForm(Form):
    """A need, filled in from the contract."""

    title = TextField(_l("Wat hebt u straks nodig?"), required(NAME))
    purpose = TextAreaField(_l("Waarvoor, en wat moet anders dan nu?"), required(LONG), filters=[many_lines])
    wanted_from = DayField(_l("Wanneer moet het beginnen?"), [InputRequired(_l("Vul dit in."))])

    def values(self) -> dict[str, Any]:
        """What `services.plan_need` takes."""
        return {"title": self.title.data, "purpose": self.purpose.data, "wanted_from": self.wanted_from.data}


class NothingForm(Form):
    """Why nothing follows."""

    reason = TextAreaField(_l("Waarom is er niets nieuws nodig?"), required(LONG), filters=[many_lines])


class MonthsForm(Form):
    """How early."""

    months = NumberField(
        _l("Hoeveel maanden vooraf wilt u dit horen?"), [InputRequired(_l("Vul dit in."))], places=0, smallest="1",
        largest=str(MOST_MONTHS),
    )  # fmt: skip
