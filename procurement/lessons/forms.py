"""Letting a coach read along."""

from wtforms import HiddenField
from wtforms.validators import AnyOf

from cwb.web.forms import Form


class ConsentForm(Form):
    """Yes or no."""

    given = HiddenField(validators=[AnyOf(["yes", "no"])])
