"""Stopping a lot."""

from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired

from cwb.web.forms import LONG, Form, many_lines, required
from cwb.web.i18n import _l


class StopForm(Form):
    """Why, and that it is sure."""

    reason = TextAreaField(
        _l("Waarom stopt u met dit perceel?"), required(LONG, least=10), filters=[many_lines]
    )
    sure = BooleanField(
        _l("Ik weet dat dit niet terug kan."), [InputRequired(_l("Vink dit aan als het klopt."))]
    )
