"""Forms of appreciation credits."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.kernel.identifiers import KvkNumber
from cwb.web.forms import DayField, Form, IdentifierField, NumberField, TextField, required
from cwb.web.i18n import _l

_NEEDED = [InputRequired(_l("Vul dit in."))]


class BeginForm(Form):
    """Old enough, and warned."""

    of_age = BooleanField(_l("Ik ben 16 jaar of ouder."))
    warned = BooleanField(_l("Ik heb de waarschuwing over uitkeringen gelezen."))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"of_age": bool(self.of_age.data), "warned": bool(self.warned.data)}


class HoursForm(Form):
    """Which day, how long, and that nobody pays."""

    worked_on = DayField(_l("Dag"), _NEEDED)
    hours = NumberField(_l("Uren"), _NEEDED, smallest="0.25", largest="8")
    unpaid = BooleanField(_l("Niemand betaalt mij voor deze uren, ook geen werkgever."))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "worked_on": self.worked_on.data, "hours": self.hours.data, "unpaid": bool(self.unpaid.data),
        }  # fmt: skip


class SpendForm(Form):
    """Nothing to fill in; its token spends once."""

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"token": self.once_token()}


class RefuseForm(Form):
    """Why hours are not confirmed."""

    reason = TextField(_l("Waarom kloppen deze uren niet?"), required(200))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"reason": self.reason.data}


class TaskForm(Form):
    """What help is asked."""

    budget_id = SelectField(_l("Uit welk budget?"), coerce=int)
    title = TextField(_l("Welke hulp vraagt u?"), required(120))
    hours = NumberField(_l("Hoeveel uur in totaal?"), _NEEDED, smallest="0.25", largest="1000")

    def __init__(self, *args: Any, budgets: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.budget_id.choices = [SelectChoice(key, words) for key, words in budgets]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"budget_id": self.budget_id.data, "title": self.title.data, "hours": self.hours.data}


class OfferForm(Form):
    """What can be had."""

    title = TextField(_l("Wat kan iemand ervoor krijgen?"), required(120))
    price = NumberField(_l("Prijs in punten"), _NEEDED, smallest="0.25", largest="100")

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"title": self.title.data, "price": self.price.data}


class PlaceForm(Form):
    """Which organisation, and what it does."""

    kvk_number = IdentifierField(_l("KvK-nummer"), required(8), kind=KvkNumber)
    host = BooleanField(_l("Geeft punten voor uren hulp"))
    accepts = BooleanField(_l("Neemt punten aan"))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "kvk_number": self.kvk_number.data, "host": bool(self.host.data), "accepts": bool(self.accepts.data),
        }  # fmt: skip


class BudgetForm(Form):
    """How much, how much an hour, and when."""

    begins_on = DayField(_l("Eerste dag"), _NEEDED)
    ends_on = DayField(_l("Laatste dag"), _NEEDED)
    amount = NumberField(_l("Punten in deze periode"), _NEEDED, smallest="1", largest="100000")
    rate = NumberField(_l("Punten per uur"), _NEEDED, smallest="0.25", largest="2")

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "begins_on": self.begins_on.data, "ends_on": self.ends_on.data, "amount": self.amount.data,
            "rate": self.rate.data,
        }  # fmt: skip
