"""Forms of what local money costs."""

from typing import Any

from wtforms.validators import InputRequired, Optional

from cwb.kernel.money import Money
from cwb.web.forms import DayField, Form, MoneyField, NumberField, SentenceField, required
from cwb.web.i18n import _l


class CostForm(Form):
    """What it took, when, and for what."""

    on = DayField(_l("Op welke dag?"), [InputRequired(_l("Vul dit in."))])
    amount = MoneyField(_l("Hoeveel euro?"), [Optional()])
    hours = NumberField(_l("Hoeveel uren werk?"), [Optional()])
    what = SentenceField(_l("Waarvoor?"), required(200, least=3))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "on": self.on.data, "amount": self.amount.data or Money(0), "minutes": round((self.hours.data or 0) * 60),
            "what": self.what.data,
        }  # fmt: skip
