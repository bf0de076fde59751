"""The form by which money is asked ahead."""

from typing import Any

from wtforms import TextAreaField
from wtforms.validators import Optional as MayStayEmpty

from cwb.web.forms import Form, MoneyField, NumberField, TextField, many_lines, optional
from cwb.web.i18n import _l
from ledger.agreements.rules import NOTE, REFERENCE


class AheadForm(Form):
    """How much, and what the customer wants to see."""

    percentage = NumberField(
        _l("Percentage van uw deel"), [MayStayEmpty()], places=2, smallest="0.01", largest="100"
    )
    amount = MoneyField(_l("Of een bedrag, zonder btw"), [MayStayEmpty()])
    order_reference = TextField(_l("Ordernummer van de klant"), optional(REFERENCE))
    exemption_reason = TextField(_l("Waarom geen btw"), optional(200))
    note = TextAreaField(_l("Toelichting"), optional(NOTE), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        names = ("order_reference", "exemption_reason", "note")
        told = {name: self[name].data or "" for name in names}
        return {"percentage": self.percentage.data, "amount": self.amount.data, **told}
