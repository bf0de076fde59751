"""The short form of a mini-competition."""

from typing import Any

from wtforms import TextAreaField
from wtforms.validators import InputRequired

from cwb.web.forms import (
    LONG,
    NAME,
    DayField,
    MomentField,
    MoneyField,
    TextField,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _l
from procurement.call_offs.forms import LocalPart, local_question
from procurement.contracts.rules import BEFORE_BIDS

MUST = [InputRequired(_l("Vul dit in."))]


class CompetitionForm(LocalPart):
    """What is asked now, what it may cost and when; all else comes from the framework."""

    local_outcome = local_question(BEFORE_BIDS)
    title = TextField(_l("Waar gaat het om?"), required(NAME))
    description = TextAreaField(_l("Wat vraagt u nu?"), optional(LONG), filters=[many_lines])
    value = MoneyField(_l("Hoogste bedrag, zonder btw"), MUST)
    starts_on = DayField(_l("Vanaf"), MUST)
    ends_on = DayField(_l("Tot en met"), MUST)
    closes_at = MomentField(_l("Inschrijven kan tot"), MUST)

    def values(self) -> dict[str, Any]:
        """What `services.start_competition` takes."""
        return {
            "title": self.title.data, "description": self.description.data or "", "value": self.value.data,
            "starts_on": self.starts_on.data, "ends_on": self.ends_on.data, "closes_at": self.closes_at.data,
            **self.local(),
        }  # fmt: skip
