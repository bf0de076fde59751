"""Forms of losses."""

from typing import Any

from wtforms import TextAreaField
from wtforms.validators import InputRequired

from cwb.web.forms import DayField, Form, MoneyField, TextField, many_lines, required
from cwb.web.i18n import _l

_NEEDED = [InputRequired(_l("Vul dit in."))]


class CoverForm(Form):
    """What was agreed."""

    most = MoneyField(_l("Hoeveel draagt een lid hoogstens van één verlies?"), _NEEDED)
    agreed_on = DayField(_l("Op welke dag is dat afgesproken?"), _NEEDED)
    document = TextField(_l("In welk stuk staat het?"), required(200, least=3))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"most": self.most.data, "agreed_on": self.agreed_on.data, "document": self.document.data}


class LossForm(Form):
    """Who cannot pay, and why."""

    wallet_code = TextField(_l("Code van de portemonnee"), required(40))
    why = TextAreaField(
        _l("Waarom kan dit lid niet terugbetalen?"), required(1000, least=10), filters=[many_lines]
    )

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"wallet_code": self.wallet_code.data, "why": self.why.data}
