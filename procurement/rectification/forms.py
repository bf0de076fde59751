"""The form of a rectification: what was published, to be changed, with the reason."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, FieldList, FormField, TextAreaField
from wtforms.fields import HiddenField
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from cwb.kernel.money import Money
from cwb.web.forms import (
    LONG,
    DayField,
    MoneyField,
    NumberField,
    PlainForm,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _l
from procurement.demands.models import SelectionDemand
from procurement.rectification.rules import criterion_name, demand_name
from procurement.tenders.models import Tender
from procurement.wage_floors.forms import FloorForm, floor_data
from procurement.wage_floors.rules import Floor

MUST = [InputRequired(_l("Vul dit in."))]


class CriterionTextForm(PlainForm):
    """The text of one criterion."""

    name = HiddenField()
    description = TextAreaField(_l("Waar let u op?"), optional(LONG), filters=[many_lines])


class DemandPartsForm(PlainForm):
    """What of a demand may be lowered."""

    name = HiddenField()
    minimum_minor = MoneyField(_l("Minstens, in euro zonder btw"), [MayStayEmpty()], smallest="0.01")
    number = NumberField(_l("Hoe vaak?"), [MayStayEmpty()], places=0, smallest="1")
    gone = BooleanField(_l("Deze eis vervalt."))

    def changes(self) -> dict[str, Any]:
        """Its parts by the names of a rectification; what was left empty stays as it is."""
        number, least = self.number.data, self.minimum_minor.data
        parts = {
            "minimum_minor": None if least is None else least.minor,
            "number": None if number is None else int(number), "asked": False if self.gone.data else None,
        }  # fmt: skip
        if self.gone.data:
            parts = {"asked": False}
        return {f"{self.name.data}:{part}": value for part, value in parts.items() if value is not None}


class RectifyForm(FloorForm):
    """What may change after publication."""

    description = TextAreaField(_l("Wat vraagt u, en voor wie?"), required(LONG), filters=[many_lines])
    requirements = TextAreaField(
        _l("Welke eisen en papieren vraagt u?"), optional(LONG), filters=[many_lines]
    )
    value = MoneyField(_l("Geraamde waarde in euro, zonder btw"), MUST)
    framework_max = MoneyField(_l("Hoogste bedrag dat u samen afroept"), [MayStayEmpty()])
    starts_on = DayField(_l("Begint op"), MUST)
    ends_on = DayField(_l("Eindigt op, met verlengingen erbij"), MUST)
    demands = FieldList(FormField(DemandPartsForm))
    criteria = FieldList(FormField(CriterionTextForm))
    clarifies = BooleanField(_l("Dit verduidelijkt alleen. Voor inschrijvers verandert niets."))
    reason = TextAreaField(_l("Waarom verandert u dit?"), required(LONG), filters=[many_lines])

    def __init__(
        self, *args: Any, tender: Tender, asked: Sequence[SelectionDemand] = (), told: Floor | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        self.pays = told is not None
        facts = {
            "description": tender.description, "requirements": tender.requirements,
            "value": Money(tender.value_minor or 0), "starts_on": tender.starts_on, "ends_on": tender.ends_on,
            "framework_max": (
                None if tender.framework_max_minor is None else Money(tender.framework_max_minor)
            ),
            "demands": [
                {
                    "name": demand_name(each.id), "number": each.number,
                    "minimum_minor": None if each.minimum_minor is None else Money(each.minimum_minor),
                }
                for each in asked if each.asked
            ],
            "criteria": [
                {"name": criterion_name(lot.number, each.code), "description": each.description}
                for lot in tender.lots for each in lot.criteria if each.kind == "quality"
            ],
            **floor_data(told),
        }  # fmt: skip
        super().__init__(*args, data=facts, **kwargs)

    def values(self) -> dict[str, Any]:
        """What `services.amend_content` takes."""
        value, most = self.value.data, self.framework_max.data
        changes = {
            "description": self.description.data, "requirements": self.requirements.data or "",
            "value_minor": value.minor if value is not None else None,
            "starts_on": self.starts_on.data, "ends_on": self.ends_on.data,
            **({"framework_max_minor": most.minor} if most is not None else {}),
            **{name: value for each in self.demands for name, value in each.form.changes().items()},
            **{each["name"]: each["description"] or "" for each in self.criteria.data},
            **(super().values() if self.pays else {}),
        }  # fmt: skip
        return {"changes": changes, "clarifies": bool(self.clarifies.data), "reason": self.reason.data}
