"""Forms of complaints."""

from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.web.forms import Form, many_lines, required
from cwb.web.i18n import _l


class GrievanceForm(Form):
    """What is wrong."""

    about = TextAreaField(_l("Wat ging er mis?"), required(2000, least=10), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"about": self.about.data}


class AnswerForm(Form):
    """What people say of it."""

    answer = TextAreaField(_l("Uw antwoord"), required(2000, least=10), filters=[many_lines])
    right = RadioField(
        _l("Heeft de houder gelijk?"), [InputRequired(_l("Kies er een."))],
        choices=[SelectChoice("yes", _l("Ja")), SelectChoice("no", _l("Nee"))],
    )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"answer": self.answer.data, "is_right": self.right.data == "yes"}
