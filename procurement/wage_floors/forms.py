"""The form of a wage floor, and the reckoning anybody can try."""

from decimal import Decimal
from typing import Any

from wtforms.validators import InputRequired, Optional

from cwb.kernel.money import Money
from cwb.web.forms import DayField, Form, MoneyField, NumberField, PlainForm, TextField, optional
from cwb.web.i18n import _l
from procurement.wage_floors.rules import MOST_CAO, MOST_HOURS, Floor, Labour


def floor_data(told: Floor | None) -> dict[str, Any]:
    """What stands in the fields of a form before it is filled in."""
    if told is None:
        return {}
    return {
        "floor": Money(told.floor_minor), "cao": told.cao, "cao_from": told.cao_from, "cao_until": told.cao_until
    }  # fmt: skip


class FloorForm(Form):
    """What an hour pays at least, and the CAO."""

    floor = MoneyField(_l("Wat betaalt een uur minstens, bruto?"), [Optional()], smallest="0.01")
    cao = TextField(_l("Welke cao geldt voor dit werk?"), optional(MOST_CAO))
    cao_from = DayField(_l("De cao geldt voor iedereen vanaf"), [Optional()])
    cao_until = DayField(_l("De cao geldt voor iedereen tot en met"), [Optional()])

    def values(self) -> dict[str, Any]:
        """What `services.set_floor` takes."""
        return {
            "floor_minor": self.floor.data.minor if self.floor.data else None, "cao": self.cao.data or "",
            "cao_from": self.cao_from.data, "cao_until": self.cao_until.data,
        }  # fmt: skip


class TryForm(PlainForm):
    """Hours and an amount to try, without an account."""

    hours = NumberField(
        _l("Hoeveel uren werk?"),
        [InputRequired(_l("Vul dit in."))],
        places=2,
        smallest="0.01",
        largest=str(MOST_HOURS),
    )
    amount = MoneyField(
        _l("Hoeveel rekent u voor die uren, zonder btw?"), [InputRequired(_l("Vul dit in."))], smallest="0.01"
    )

    def labour(self) -> Labour:
        """What was typed, as wages."""
        return Labour(
            self.hours.data or Decimal(0), self.amount.data.minor if self.amount.data else 0, Decimal(0), 0
        )
