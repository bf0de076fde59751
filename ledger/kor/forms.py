"""The form of the scheme."""

from wtforms.validators import InputRequired

from cwb.web.forms import DayField, Form
from cwb.web.i18n import _l


class DayForm(Form):
    """From which day."""

    day = DayField(_l("Vanaf welke dag?"), [InputRequired(_l("Vul dit in."))])
