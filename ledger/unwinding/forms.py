"""Forms of ending mutual credit."""

from typing import Any

from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired

from cwb.web.forms import DayField, Form, MoneyField, SentenceField, TextField, many_lines, required
from cwb.web.i18n import _l

_NEEDED = [InputRequired(_l("Vul dit in."))]


class PlanForm(Form):
    """Why, until when, by which terms, and where the rest of the reserve goes."""

    why = TextAreaField(_l("Waarom stopt dit krediet?"), required(1000, least=10), filters=[many_lines])
    ends_on = DayField(_l("Tot en met welke dag kunnen leden bij elkaar kopen?"), _NEEDED)
    months = IntegerField(_l("In hoeveel maanden betaalt wie rood staat?"), _NEEDED)
    document = TextField(
        _l("In welk stuk staan de afspraken over betalen en verlies?"), required(200, least=3)
    )
    rest_to = SentenceField(_l("Waar gaat de rest van de reserve heen?"), required(120, least=3))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "why": self.why.data, "ends_on": self.ends_on.data, "months": self.months.data,
            "document": self.document.data, "rest_to": self.rest_to.data,
        }  # fmt: skip


class BackForm(Form):
    """Why it goes on after all."""

    why = TextAreaField(_l("Waarom gaat het toch door?"), required(1000, least=10), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"why": self.why.data}


class ReserveForm(Form):
    """What was put aside."""

    amount = MoneyField(_l("Bedrag"), _NEEDED)
    reference = TextField(_l("Kenmerk op het bankafschrift"), required())

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"amount": self.amount.data, "reference": self.reference.data}


class PartForm(ReserveForm):
    """What a member paid."""

    wallet_code = TextField(_l("Code van de portemonnee"), required(40))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return super().values() | {"wallet_code": self.wallet_code.data}


class LossForm(Form):
    """Who cannot pay, and why."""

    wallet_code = TextField(_l("Code van de portemonnee"), required(40))
    why = TextAreaField(
        _l("Waarom kan dit lid niet betalen?"), required(1000, least=10), filters=[many_lines]
    )

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"wallet_code": self.wallet_code.data, "why": self.why.data}
