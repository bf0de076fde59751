"""Forms for what follows a contract."""

from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from coops.needs.forms import CategoryCpv
from coops.register.forms import categories, options
from cwb.kernel.identifiers import Cpv
from cwb.web.forms import (
    LONG,
    NAME,
    DayField,
    Form,
    IdentifierField,
    NumberField,
    TextField,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _l
from procurement.renewals.rules import MOST_MONTHS


class PlanForm(Form):
    """A need, filled in from the contract."""

    title = TextField(_l("Wat hebt u straks nodig?"), required(NAME))
    purpose = TextAreaField(_l("Waarvoor, en wat moet anders dan nu?"), required(LONG), filters=[many_lines])
    wanted_from = DayField(_l("Wanneer moet het beginnen?"), [InputRequired(_l("Vul dit in."))])

    def values(self) -> dict[str, Any]:
        """What `services.plan_need` takes."""
        return {"title": self.title.data, "purpose": self.purpose.data, "wanted_from": self.wanted_from.data}


class PlanElsewhereForm(PlanForm, CategoryCpv):
    """The same for a contract made elsewhere; the kind of work is asked, for there is no tender to copy."""

    category = RadioField(_l("Welk soort werk is het?"))
    cpv = IdentifierField(_l("CPV-code"), optional(), kind=Cpv)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category.choices = options(categories())

    def values(self) -> dict[str, Any]:
        """What `services.plan_need` takes."""
        return {**super().values(), "category": self.category.data, "cpv": self.fill_cpv()}


class NothingForm(Form):
    """Why nothing follows."""

    reason = TextAreaField(_l("Waarom is er niets nieuws nodig?"), required(LONG), filters=[many_lines])


class MonthsForm(Form):
    """How early."""

    months = NumberField(
        _l("Hoeveel maanden vooraf wilt u dit horen?"), [InputRequired(_l("Vul dit in."))], places=0, smallest="1",
        largest=str(MOST_MONTHS),
    )  # fmt: skip
