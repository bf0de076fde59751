"""Forms of payments."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.web.forms import DayField, Form, MoneyField, TextField, optional
from cwb.web.i18n import _l

FREE, BLOCKED = "free", "blocked"
"""The two accounts of a split invoice."""


class PaymentForm(Form):
    """How much, when, and what stands on the bank statement; for an assigned invoice also on which account."""

    amount = MoneyField(_l("Bedrag"), [InputRequired(_l("Vul dit in."))])
    paid_on = DayField(_l("Betaald op"), [InputRequired(_l("Vul dit in."))])
    reference = TextField(_l("Kenmerk op het bankafschrift"), optional(140))

    blocked = RadioField(_l("Op welke rekening?"), [InputRequired(_l("Maak een keuze."))])
    past_fund = BooleanField(_l("Het geld ging naar de rekening van de leverancier zelf"))

    def __init__(
        self, *args: Any, assigned: bool = False, accounts: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if accounts:
            self.blocked.choices = [SelectChoice(*each) for each in accounts]
        else:
            del self.blocked
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
        if self.blocked is not None:
            paid["blocked"] = self.blocked.data == BLOCKED
        return paid | ({"past_fund": self.past_fund.data} if self.past_fund is not None else {})
