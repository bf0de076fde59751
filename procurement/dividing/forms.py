"""A lot as a form, and criteria of its own."""

from collections.abc import Collection
from typing import Any

from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from coops.register.forms import options, places
from cwb.kernel.identifiers import Cpv
from cwb.kernel.money import Money
from cwb.web.forms import (
    LONG,
    NAME,
    DayField,
    IdentifierField,
    MoneyField,
    TextField,
    Ticks,
    VersionedForm,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _l
from procurement.dividing.services import LotFacts
from procurement.tenders.models import Lot, Tender


class LotForm(VersionedForm):
    """One lot; CPV, place and term may stay empty: then they are the tender's."""

    title = TextField(_l("Titel van het perceel"), required(NAME))
    description = TextAreaField(_l("Wat hoort bij dit perceel?"), optional(LONG), filters=[many_lines])
    value = MoneyField(
        _l("Geraamde waarde in euro, zonder btw"), [InputRequired(_l("Vul dit in."))], smallest="0.01"
    )
    cpv = IdentifierField(_l("Andere CPV-code"), optional(), kind=Cpv)
    place = SelectField(_l("Andere wijk"), [MayStayEmpty()])
    starts_on = DayField(_l("Begint op een andere dag"), [MayStayEmpty()])
    ends_on = DayField(_l("Eindigt op een andere dag"), [MayStayEmpty()])

    def __init__(
        self, *args: Any, version: int, lot: Lot | None = None, left: Money | None = None, **kwargs: Any
    ) -> None:
        facts: dict[str, Any] = {"version": str(version), "value": left}
        if lot is not None:
            names = ("title", "description", "cpv", "starts_on", "ends_on")
            facts |= {name: getattr(lot, name) for name in names}
            facts |= {
                "value": None if lot.value_minor is None else Money(lot.value_minor),
                "place": lot.place_code or "",
            }
        super().__init__(*args, data=facts, **kwargs)
        self.place.choices = options(places(), _l("Zoals de hele opdracht"))

    def values(self) -> dict[str, Any]:
        """What `services.add_lot` and `change_lot` take."""
        facts = LotFacts(
            self.title.data or "", self.description.data or "", self.value.data or Money(0), self.cpv.data or None,
            self.place.data or None, self.starts_on.data, self.ends_on.data,
        )  # fmt: skip
        return {"facts": facts, "version": self.made_from()}


class OutsideForm(VersionedForm):
    """Which small lots go outside the European procedure."""

    outside = Ticks(_l("Welke percelen vallen erbuiten?"))

    def __init__(self, *args: Any, tender: Tender, small: Collection[int], **kwargs: Any) -> None:
        chosen = [str(each.number) for each in tender.lots if each.outside]
        super().__init__(*args, data={"outside": chosen, "version": str(tender.version)}, **kwargs)
        self.outside.choices = [
            SelectChoice(str(each.number), f"{each.number}. {each.title}")
            for each in tender.lots if each.number in small or each.outside
        ]  # fmt: skip

    def values(self) -> dict[str, Any]:
        """What `services.choose_outside` takes."""
        return {"numbers": {int(each) for each in self.outside.data or ()}, "version": self.made_from()}
