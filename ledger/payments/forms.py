"""Forms of payments."""

from typing import Any

from wtforms import BooleanField
from wtforms.validators import InputRequired

from cwb.web.forms import DayField, Form, MoneyField, TextField, optional
from cwb.web.i18n import _l


class PaymentForm(Form):
    """How much, when, and what stands on the bank statement; for an assigned invoice also on which account."""

    amount = MoneyField(_l("Bedrag"), [InputRequired(_l("Vul dit in."))])
    paid_on = DayField(_l("Betaald op"), [InputRequired(_l("Vul dit in."))])
    reference = TextField(_l("Kenmerk op het bankafschrift"), optional(140))

    past_fund = BooleanField(_l("Het geld ging naar de rekening van de leverancier zelf"))

    def __init__(self, *args: Any, assigned: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not assigned:
            del self.past_fund

    def values(self) -> dict[str, Any]:
        """What the service takes; the form's own token is the key, so that one showing pays once."""
        paid = {
            "amount": self.amount.data,
            "paid_on": self.paid_on.data,
            "reference": self.reference.data or "",
            "key": f"form:{self.once_token()}",
        }
        return paid | ({"past_fund": self.past_fund.data} if self.past_fund is not None else {})
