"""A second person's answer on a statement, as a form."""

from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.web.forms import LONG, Form, many_lines, required
from cwb.web.i18n import _l


class CheckForm(Form):
    """Whether what was seen shows what was stated."""

    outcome = RadioField(validators=[InputRequired(_l("Kies een uitkomst."))])
    note = TextAreaField(_l("Wat zag u, of wat klopt niet?"), required(LONG), filters=[many_lines])


def check_form(question: Any, yes: Any) -> CheckForm:
    """The form that asks one question; `yes`: the text of its good answer. Both translated when shown."""
    form = CheckForm()
    form.outcome.label.text = question
    form.outcome.choices = [SelectChoice("yes", yes), SelectChoice("no", _l("Nee"))]
    return form
