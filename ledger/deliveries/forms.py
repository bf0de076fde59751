"""Forms of the calendar."""

from typing import Any

from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from cwb.kernel.period import Period
from cwb.web.forms import Form, many_lines, required
from cwb.web.i18n import _l


class NothingForm(Form):
    """Which quarter, and why."""

    quarter = SelectField(_l("In welk kwartaal kocht u niets?"))
    reason = TextAreaField(_l("Hoe komt dat?"), required(500), filters=[many_lines])

    def offer(self, quarters: list[Period]) -> None:
        """Fill the choices."""
        self.quarter.choices = [SelectChoice(str(each), str(each)) for each in quarters]

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        return {"quarter": Period.parse(self.quarter.data), "reason": self.reason.data or ""}
