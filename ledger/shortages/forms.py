"""The form that asks what a shortage would mean."""

from wtforms.validators import InputRequired

from cwb.web.forms import MoneyField, PlainForm
from cwb.web.i18n import _l


class WhatIfForm(PlainForm):
    """A shortage of this much; stands in the address."""

    short = MoneyField(_l("Stel: er is dit bedrag te weinig"), [InputRequired(_l("Vul een bedrag in."))])
