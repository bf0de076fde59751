"""Forms of the calendar."""

from typing import Any

from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from cwb.kernel.period import Period
from cwb.web.forms import Form, many_lines, required
from cwb.web.i18n import _l


class NothingForm(Form):
    """Which quarter, and why."""

    quarter = SelectField(_l("Wanneer kocht u niets?"))
    reason = TextAreaField(_l("Hoe komt dat?"), required(500), filters=[many_lines])

    def offer(self, spans: list[Period]) -> None:
        """Fill the choices: quarters, and months."""
        self.quarter.choices = [SelectChoice(str(each), _named(each)) for each in spans]

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        return {"span": Period.parse(self.quarter.data), "reason": self.reason.data or ""}


def _named(span: Period) -> str:
    return str(span) if "Q" in str(span) else f"{span.start:%Y-%m}"
