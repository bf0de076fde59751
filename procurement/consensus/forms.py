"""The last check before own points stand."""

from wtforms import BooleanField
from wtforms.validators import InputRequired

from cwb.web.forms import Form
from cwb.web.i18n import _l


class BeginForm(Form):
    """Everybody is ready to see the others' points."""

    sure = BooleanField(
        _l("Iedereen is klaar. De eigen punten veranderen hierna niet meer."),
        [InputRequired(_l("Vink dit aan als iedereen klaar is."))],
    )
