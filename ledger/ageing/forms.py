"""The filter of an ageing."""

from cwb.web.forms import DayField, Form
from cwb.web.i18n import _l


class DayForm(Form):
    """At the end of which day."""

    on = DayField(_l("Aan het eind van"))
