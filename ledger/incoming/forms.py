"""Forms of received invoices."""

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.web.forms import DayField, Form, MoneyField, PlainForm, TextField, many_lines, optional, required
from cwb.web.i18n import _, _l
from ledger.agreements.rules import NOTE
from ledger.incoming.rules import COSTS, STATES, IncomingState


class StateFilter(PlainForm):
    """Which ones."""

    state = SelectField(_l("Stand"), default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state.choices = [SelectChoice("", _("alle"))] + [
            SelectChoice(code, _(name)) for code, (name, _tone) in STATES.items()
        ]

    def wanted(self) -> IncomingState | None:
        """The state; rubbish in the address means all."""
        return IncomingState(self.state.data) if self.state.data in STATES else None


class UploadForm(Form):
    """The document."""

    file = FileField(
        _l("E-factuur (UBL)"),
        [FileRequired(_l("Kies een bestand."))],
        render_kw={"accept": ".xml,application/xml,text/xml"},
    )


class ApproveForm(Form):
    """That it was delivered, on which costs it stands, and where something is odd: that it was asked after, and why."""

    cost = SelectField(_l("Wat is er gekocht?"))
    delivered = BooleanField(_l("Het is geleverd zoals op de factuur staat."))
    checked = BooleanField(
        _l("Ik belde de leverancier op een nummer dat wij al hadden. Het IBAN is van hem.")
    )
    note = TextAreaField(_l("Opmerking"), optional(NOTE), filters=[many_lines])

    def __init__(self, *args: Any, asks: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cost.choices = [SelectChoice(code, _(name)) for code, name in COSTS.items()]
        if not asks:
            del self.checked

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "cost": self.cost.data, "delivered": self.delivered.data, "note": self.note.data or "",
            "checked": self.checked.data if self.checked is not None else False,
        }  # fmt: skip


class ReasonForm(Form):
    """Why."""

    reason = TextAreaField(_l("Waarom?"), required(NOTE), filters=[many_lines])


class PaymentForm(Form):
    """How much, when, and what stands on the bank statement."""

    amount = MoneyField(_l("Bedrag"), [InputRequired(_l("Vul dit in."))])
    paid_on = DayField(_l("Betaald op"), [InputRequired(_l("Vul dit in."))])
    reference = TextField(_l("Kenmerk op het bankafschrift"), optional(140))

    def values(self) -> dict[str, Any]:
        """What the service takes; one showing of the form pays once."""
        return {
            "amount": self.amount.data, "paid_on": self.paid_on.data, "reference": self.reference.data or "",
            "key": f"incoming:{self.once_token()}",
        }  # fmt: skip
