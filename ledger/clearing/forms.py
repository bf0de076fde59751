"""Forms of rounds."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.web.forms import Form, MomentField
from cwb.web.i18n import _, _l
from ledger.agreements.models import Agreement
from ledger.clearing.rules import BARS, LeftOut

_CHOOSE = _l("Maak een keuze.")


class JoinForm(Form):
    """Agreeing to the text."""

    agreed = BooleanField(_l("Wij hebben dit gelezen en doen zo mee."))


class StopForm(Form):
    """That somebody of the programme is sure."""

    sure = BooleanField(
        _l("Ja, dit is vastgesteld en ik weet dat het niet terug kan."), [InputRequired(_CHOOSE)]
    )


class BarForm(Form):
    """Keeping the invoices of an agreement out."""

    agreement = SelectField(_l("Welke overeenkomst?"), [InputRequired(_CHOOSE)], coerce=int)
    reason = RadioField(_l("Waarom niet?"), [InputRequired(_CHOOSE)])

    def __init__(self, *args: Any, agreements: Sequence[Agreement] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agreement.choices = [
            SelectChoice(str(each.id), f"{each.reference} {each.title}") for each in agreements
        ]
        self.reason.choices = [SelectChoice(code.value, _(name)) for code, name in BARS.items()]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"agreement_id": self.agreement.data, "reason": LeftOut(self.reason.data)}


class RoundForm(Form):
    """Beginning a round."""

    cut_off_at = MomentField(_l("Peilmoment"), [InputRequired(_l("Vul dit in."))])
    days = IntegerField(_l("Dagen om te antwoorden"), [InputRequired(_l("Vul dit in."))])

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"cut_off_at": self.cut_off_at.data, "days": self.days.data}
