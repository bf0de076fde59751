"""Forms of the distribution of a surplus."""

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired

from coops.meetings.models import Motion
from coops.patronage.rules import BASIS_NAMES, MOST_WHY, Basis
from coops.register.forms import options
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.web.forms import Form, MoneyField, NumberField, TextField, many_lines, required
from cwb.web.i18n import _l
from cwb.web.request import now

MUST = [InputRequired(_l("Vul dit in."))]

BASES: dict[str, Any] = {basis.value: _l(name) for basis, name in BASIS_NAMES.items()}
"""Basis → its text."""


class DistributionForm(Form):
    """A proposal to divide a surplus."""

    year = NumberField(_l("Boekjaar"), MUST, places=0, smallest="2000", largest="2200")
    surplus = MoneyField(_l("Overschot, in euro"), MUST, smallest="0.01")
    reserve = MoneyField(_l("Daarvan naar de reserve, in euro"), MUST)
    basis = RadioField(_l("Waarnaar verdeelt u?"), MUST, default=Basis.HOURS.value)
    units = TextAreaField(_l("Per lid"), MUST, filters=[many_lines])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, data={"year": local_date(now()).year - 1}, **kwargs)
        self.basis.choices = options(BASES)

    def values(self) -> dict[str, Any]:
        """The proposal as typed."""
        return {
            "year": int(self.year.data or 0), "surplus": self.surplus.data or Money(0),
            "reserve": self.reserve.data or Money(0), "basis": Basis(self.basis.data), "units": self.units.data or "",
        }  # fmt: skip


class UndoForm(Form):
    """Why."""

    why = TextField(_l("Waarom draait u dit terug?"), required(MOST_WHY))


class PostForm(Form):
    """The motion by which members decided."""

    motion = SelectField(_l("Welk besluit van de leden?"), [InputRequired(_l("Kies een besluit."))])

    def __init__(self, *args: Any, motions: Sequence[Motion] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {str(each.public_id): f"{each.title} ({each.meeting.title})" for each in motions}
        self.motion.choices = options(names, _l("Kies"))
