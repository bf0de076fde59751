"""The form of erasing."""

from wtforms import BooleanField

from cwb.web.forms import Form
from cwb.web.i18n import _l


class EraseForm(Form):
    """Sure?"""

    sure = BooleanField(_l("Ja, wis mijn account. Ik weet dat dit niet terug kan."))
