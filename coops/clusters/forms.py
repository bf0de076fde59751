"""Forms of the clusters: what narrows the list, and what is assumed."""

from decimal import Decimal
from typing import Any

from wtforms import SelectField
from wtforms.validators import Optional as MayStayEmpty

from coops.clusters.rules import Reach, Release, Why
from coops.register.forms import categories, options
from coops.viability.rules import Assumptions, Name
from coops.wages.rules import Wage
from cwb.kernel.errors import RuleBroken
from cwb.web.forms import NumberField, PlainForm, PriceField
from cwb.web.i18n import _l, text_of

REACHES: dict[str, Any] = {
    Reach.NEIGHBOURS.value: _l("Dezelfde wijk of ernaast"),
    Reach.PLACE.value: _l("Alleen dezelfde wijk"),
    Reach.AREA.value: _l("Het hele gebied"),
}
"""How far apart the places may lie → its text."""

WHYS: dict[str, Any] = {
    Why.SAME_PLACE.value: _l("in de wijk zelf"),
    Why.NEIGHBOUR.value: _l("in een wijk ernaast"),
    Why.ANYWHERE.value: _l("in het hele gebied"),
    Why.TOLD.value: _l("uren opgegeven"),
    Why.RECKONED.value: _l("uren geschat met een norm"),
    Why.UNKNOWN.value: _l("uren niet bekend, telt niet mee"),
}
"""Why a need is in → its text."""

RELEASES: dict[str, Any] = {
    Release.NONE.value: _l("Geen lopend contract bekend"),
    Release.ENDS.value: _l("Het contract van nu eindigt op tijd"),
    Release.NOTICE.value: _l("Het contract loopt door, maar opzeggen kan nog"),
    Release.RUNS_ON.value: _l("Het contract loopt door"),
}
"""Whether the present contract lets the anchor begin → its text."""

ASSUMED: dict[str, Any] = {
    Name.WAGE.value: _l("Uurloon, in euro bruto"),
    Name.FACTOR.value: _l("Werkgeverslasten: loon keer dit getal"),
    Name.PRODUCTIVE.value: _l("Uren per jaar aan het werk, per voltijder"),
    Name.OVERHEAD.value: _l("Overige kosten, in procent van de loonkosten"),
    Name.PRICE.value: _l("Prijs per uur, in euro zonder btw"),
}
"""What is assumed → its text."""


class ClusterFilter(PlainForm):
    """What narrows the list; stands in the address."""

    reach = SelectField(_l("Hoe dicht bij elkaar?"), validate_choice=False)
    category = SelectField(_l("Soort werk"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach.choices = options(REACHES)
        self.category.choices = options(categories(), _l("Alle"))

    def chosen(self) -> Reach:
        """How far apart; what is no choice is the usual one."""
        return Reach(self.reach.data) if self.reach.data in REACHES else Reach.NEIGHBOURS


class AssumptionForm(PlainForm):
    """The likely value of each assumption; stands in the address, so that a reckoning can be shown to somebody."""

    wage = PriceField(ASSUMED["wage"], [MayStayEmpty()])
    factor = NumberField(ASSUMED["factor"], [MayStayEmpty()])
    productive = NumberField(ASSUMED["productive"], [MayStayEmpty()], places=0)
    overhead = NumberField(ASSUMED["overhead"], [MayStayEmpty()], places=1)
    price = PriceField(ASSUMED["price"], [MayStayEmpty()])

    def assumed(self, start: Assumptions, wage: Wage) -> Assumptions:
        """The assumptions with what was filled in; a value that cannot be is told at its field and left out."""
        self.validate()
        found = start
        for name in Name:
            field = self[name.value]
            value = None if field.errors else field.data
            if isinstance(value, Decimal):
                try:
                    found = found.settled({name: value}, minimum=wage.minimum)
                except RuleBroken as fault:
                    field.errors = [*field.errors, text_of(fault)]
            if field.data is None and not field.errors:
                field.data = (
                    start.of(name).likely.normalize() if name is Name.PRODUCTIVE else start.of(name).likely
                )
        return found
