"""Whether two purchases are one."""

from typing import Any

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.kernel.text import N_
from cwb.web.forms import Form, TextField, required
from cwb.web.i18n import _l

WHY = {
    "party": N_("Zelfde leverancier en zelfde factuurnummer."),
    "number": N_("Zelfde KvK-nummer en zelfde factuurnummer."),
    "name": N_("Zelfde naam en zelfde factuurnummer. Het KvK-nummer is niet bekend."),
}
"""Why lines may be the purchase of an invoice made here."""

DIFFERS = {
    "amount": N_("het bedrag"),
    "day": N_("de dag"),
    "number": N_("hoe het nummer is geschreven"),
    "supplier": N_("de naam van de leverancier"),
}
"""What an invoice made here and a line of a ledger do not say alike."""


class DecisionForm(Form):
    """The same or not, and why."""

    answer = RadioField(
        _l("Is dit dezelfde aankoop?"),
        [InputRequired(_l("Kies ja of nee."))],
        choices=[
            SelectChoice("yes", _l("Ja. Alleen het bedrag dat nu telt, blijft tellen")),
            SelectChoice("no", _l("Nee, het zijn twee aankopen. Beide tellen")),
        ],
    )
    reason = TextField(_l("Waarom?"), required(500))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"same": self.answer.data == "yes", "reason": self.reason.data or ""}


class ChangedForm(DecisionForm):
    """The same, where the amounts differ and may be one invoice that was corrected."""

    answer = RadioField(
        _l("Is dit dezelfde aankoop?"),
        [InputRequired(_l("Kies een antwoord."))],
        choices=[
            SelectChoice("new", _l("Ja. Het nieuwe bedrag komt in de plaats van het oude")),
            SelectChoice("yes", _l("Ja. Het oude bedrag blijft tellen")),
            SelectChoice("no", _l("Nee, het zijn twee aankopen. Beide tellen")),
        ],
    )

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {**super().values(), "same": self.answer.data != "no", "replaces": self.answer.data == "new"}


class BesideForm(DecisionForm):
    """The same, where both amounts count now."""

    answer = RadioField(
        _l("Is dit dezelfde aankoop?"),
        [InputRequired(_l("Kies ja of nee."))],
        choices=[
            SelectChoice("yes", _l("Ja. Alleen de factuur van deze site blijft tellen")),
            SelectChoice("no", _l("Nee, het zijn twee aankopen. Beide tellen")),
        ],
    )
