"""The form for aid from elsewhere."""

from typing import Any

from wtforms.validators import InputRequired

from cwb.web.forms import DayField, Form, MoneyField, TextField, optional, required
from cwb.web.i18n import _l

MUST = [InputRequired(_l("Vul dit in."))]
GIVER, WHAT = 200, 300


class OtherAidForm(Form):
    """Aid that one had from somebody else."""

    giver = TextField(_l("Wie gaf de steun?"), required(GIVER))
    amount = MoneyField(_l("Hoeveel steun was het?"), MUST, smallest="0.01")
    granted_on = DayField(_l("Op welke dag kreeg u er recht op?"), MUST)
    what = TextField(_l("Waarvoor, en voor welke onderneming?"), optional(WHAT))

    def values(self) -> dict[str, Any]:
        """What `services.declare` takes."""
        return {
            "giver": self.giver.data or "", "amount": self.amount.data, "granted_on": self.granted_on.data,
            "what": self.what.data or "",
        }  # fmt: skip
