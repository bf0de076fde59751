"""Forms of invoices that partners send together."""

from typing import Any

from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.web.forms import DayField, Form, TextField, many_lines, optional, required
from cwb.web.i18n import _l
from ledger.agreements.rules import NOTE, REFERENCE
from ledger.jointly.rules import LEAST


class MandateForm(Form):
    """Who may send, in which words."""

    agent = SelectField(_l("Wie mag namens u factureren?"), coerce=int)
    words = TextAreaField(_l("Wat u toestaat"), required(NOTE, least=LEAST), filters=[many_lines])

    def __init__(self, partners: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.agent.choices = [SelectChoice(key, name) for key, name in partners]


class TogetherForm(Form):
    """The days of delivery, and what the customer wants to see on every invoice."""

    delivered_from = DayField(_l("Gewerkt vanaf"), [InputRequired(_l("Vul dit in."))])
    delivered_until = DayField(_l("Gewerkt tot en met"), [InputRequired(_l("Vul dit in."))])
    order_reference = TextField(_l("Ordernummer van de klant"), optional(REFERENCE))
    buyer_reference = TextField(_l("Kenmerk van de klant"), optional(REFERENCE))
    note = TextAreaField(_l("Toelichting"), optional(NOTE), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "delivered_from": self.delivered_from.data,
            "delivered_until": self.delivered_until.data,
            "order_reference": self.order_reference.data or "",
            "buyer_reference": self.buyer_reference.data or "",
            "note": self.note.data or "",
        }
