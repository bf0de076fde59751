"""Forms of ending an instrument."""

from typing import Any

from wtforms import TextAreaField
from wtforms.validators import InputRequired

from cwb.web.forms import DayField, Form, SentenceField, many_lines, required
from cwb.web.i18n import _l


class PlanForm(Form):
    """Why, until when, and to whom the rest goes."""

    why = TextAreaField(_l("Waarom stopt dit geld?"), required(1000, least=10), filters=[many_lines])
    ends_on = DayField(
        _l("Tot en met welke dag kan iedereen zelf terugvragen?"), [InputRequired(_l("Vul dit in."))]
    )
    good_cause = SentenceField(_l("Welk goed doel krijgt wat overblijft?"), required(120, least=3))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"why": self.why.data, "ends_on": self.ends_on.data, "good_cause": self.good_cause.data}


class BackForm(Form):
    """Why it goes on after all."""

    why = TextAreaField(_l("Waarom gaat het toch door?"), required(1000, least=10), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"why": self.why.data}
