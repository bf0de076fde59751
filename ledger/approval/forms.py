"""Forms of the buyer's side."""

from typing import Any

from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired

from cwb.web.forms import Form, MoneyField, many_lines, optional, required
from cwb.web.i18n import _l
from ledger.agreements.rules import NOTE


class ApproveForm(Form):
    """The statement that the work was done, and a note."""

    delivered = BooleanField(_l("Het werk is gedaan zoals op de factuur staat."))
    note = TextAreaField(_l("Opmerking"), optional(NOTE), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"delivered": self.delivered.data, "note": self.note.data or ""}


class DisputeForm(Form):
    """What is wrong."""

    reason = TextAreaField(_l("Wat klopt er niet?"), required(NOTE), filters=[many_lines])


class SettingsForm(Form):
    """How approving and booking goes."""

    four_eyes_above = MoneyField(_l("Tweede akkoord boven"), [InputRequired(_l("Vul dit in."))])
    vat_recoverable = BooleanField(_l("Wij krijgen de btw op inkopen terug."))
