"""A demand as a form."""

from typing import Any

from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from coops.register.forms import options
from cwb.kernel.money import Money
from cwb.web.forms import (
    LONG,
    MoneyField,
    NumberField,
    SentenceField,
    VersionedForm,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _l, translated
from procurement.demands.rules import CODE_TEXTS, MOST_NUMBER, DemandFacts
from procurement.tenders.models import Tender


class DemandForm(VersionedForm):
    """What is asked, the least that is enough, why, and why it departs from the advice."""

    lot = SelectField(_l("Waarvoor geldt deze eis?"), coerce=int, validators=[MayStayEmpty()])
    code = SelectField(_l("Soort eis"), [InputRequired(_l("Kies een soort."))])
    text = SentenceField(_l("Wat vraagt u?"), required(500))
    minimum = MoneyField(_l("Minstens, in euro zonder btw"), [MayStayEmpty()], smallest="0.01")
    number = NumberField(_l("Hoe vaak?"), [MayStayEmpty()], places=0, smallest="1", largest=str(MOST_NUMBER))
    reason = TextAreaField(_l("Waarom heeft dit werk deze eis nodig?"), required(LONG), filters=[many_lines])
    explanation = TextAreaField(_l("Waarom wijkt u af van het advies?"), optional(LONG), filters=[many_lines])

    def __init__(
        self, *args: Any, tender: Tender, facts: DemandFacts | None = None, lot: int = 0, **kwargs: Any
    ) -> None:
        data: dict[str, Any] = {"version": str(tender.version), "lot": lot}
        if facts is not None:
            data |= {
                name: getattr(facts, name) for name in ("code", "text", "reason", "explanation", "number")
            }
            data["lot"] = next((each.number for each in tender.lots if each.id == facts.lot_id), 0)
            data["minimum"] = None if facts.minimum_minor is None else Money(facts.minimum_minor)
        super().__init__(*args, data=data, **kwargs)
        self.lot_ids = {each.number: each.id for each in tender.lots}
        if tender.is_divided:
            self.lot.choices = [
                SelectChoice(0, _l("Elk perceel")),
                *(SelectChoice(each.number, f"{each.number}. {each.title}") for each in tender.lots),
            ]
        else:
            del self.lot
        names = {code: translated(text) for code, text in CODE_TEXTS.items()}
        self.code.choices = options(names, _l("Kies"))

    def values(self) -> dict[str, Any]:
        """What `services.add_demand` and `change_demand` take."""
        least = self.minimum.data
        facts = DemandFacts(
            self.code.data or "", self.text.data or "", self.reason.data or "", self.explanation.data or "",
            None if least is None else least.minor, int(self.number.data or 1),
            self.lot_ids.get(self.lot.data or 0) if "lot" in self else None,
        )  # fmt: skip
        return {"facts": facts, "version": self.made_from()}
