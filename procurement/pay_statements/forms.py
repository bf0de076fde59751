"""Forms of a pay statement."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.files.rules import ACCEPT
from cwb.web.forms import (
    LONG,
    DayField,
    Form,
    MoneyField,
    NumberField,
    TextField,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _l
from procurement.pay_statements.rules import MOST_CAO, PayFacts

_GIVEN = [InputRequired(_l("Vul dit in."))]


class DaysForm(Form):
    """The period of a statement."""

    starts_on = DayField(_l("Van"), _GIVEN)
    ends_on = DayField(_l("Tot en met"), _GIVEN)


class PayForm(Form):
    """What was paid in a period, as sums, with the paper."""

    lowest = MoneyField(_l("Het laagste bruto uurloon dat u betaalde"), _GIVEN, smallest="0.01")
    cao = TextField(_l("Welke cao volgt u?"), optional(MOST_CAO))
    people = NumberField(_l("Hoeveel mensen werkten mee?"), _GIVEN, places=0, largest="100000")
    hours = NumberField(_l("Hoeveel uren samen?"), _GIVEN, largest="100000000")
    paid = MoneyField(_l("Hoeveel bruto loon samen?"), _GIVEN, smallest="0.01")
    meant = BooleanField(_l("Het laagste loon is echt minder dan de ondergrens."))
    file = FileField(_l("Het stuk"), [FileRequired(_l("Kies een bestand."))], render_kw={"accept": ACCEPT})

    def values(self, starts_on: date, ends_on: date) -> dict[str, Any]:
        """What `services.state_pay` takes, of these days."""
        facts = PayFacts(
            starts_on, ends_on, self.lowest.data.minor if self.lowest.data else 0, self.cao.data or "",
            int(self.people.data or 0), self.hours.data or Decimal(0),
            self.paid.data.minor if self.paid.data else 0, bool(self.meant.data),
        )  # fmt: skip
        given = self.file.data
        with given.stream:
            return {"facts": facts, "name": given.filename or "", "content": given.read()}


class CheckForm(Form):
    """Whether the paper shows what was stated."""

    outcome = RadioField(
        _l("Laat het stuk zien wat er is ingevuld?"),
        [InputRequired(_l("Kies een uitkomst."))],
        choices=[SelectChoice("yes", _l("Ja, het stuk laat dit zien")), SelectChoice("no", _l("Nee"))],
    )
    note = TextAreaField(_l("Wat zag u?"), required(LONG), filters=[many_lines])
