"""The forms of asking, deciding, signing and writing down."""

import re
from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from coops.credit.services import Wish
from cwb.kernel.money import Money
from cwb.web.forms import DayField, Form, MoneyField, many_lines, optional, required
from cwb.web.i18n import _l

MUST = [InputRequired(_l("Vul dit in."))]
TEXT = 2000


def wished(given: Mapping[str, str]) -> dict[str, Any]:
    """What somebody asked elsewhere already, in whole euros and words of the address; what is no amount is left out."""
    amount = given.get("amount", "")
    euros = int(amount) if re.fullmatch(r"[0-9]{1,7}", amount) else 0
    return {"amount": Money(euros * 100) if euros else None, "purpose": given.get("purpose", "")[:TEXT]}


class AskForm(Form):
    """How much, until when, for what, and how it comes back."""

    amount = MoneyField(_l("Hoeveel wilt u vooraf?"), MUST, smallest="0.01")
    due_on = DayField(_l("Wanneer is het terug?"), MUST)
    purpose = TextAreaField(_l("Waar is het voor?"), required(TEXT), filters=[many_lines])
    plan = TextAreaField(_l("Hoe komt het terug?"), required(TEXT), filters=[many_lines])

    def wish(self) -> Wish:
        """What `services.ask` takes."""
        amount: Any = self.amount.data
        due_on: Any = self.due_on.data
        return Wish(amount, due_on, self.purpose.data or "", self.plan.data or "")


class DecideForm(Form):
    """Yes or no, and why."""

    approved = RadioField(
        _l("Uw besluit"), [InputRequired(_l("Kies één."))],
        choices=[SelectChoice("yes", _l("Goedkeuren")), SelectChoice("no", _l("Afwijzen"))],
    )  # fmt: skip
    reasons = TextAreaField(_l("Waarom?"), required(TEXT), filters=[many_lines])
    conditions = TextAreaField(_l("Voorwaarden"), optional(TEXT), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.decide` takes."""
        return {
            "approved": self.approved.data == "yes", "reasons": self.reasons.data or "",
            "conditions": self.conditions.data or "",
        }  # fmt: skip


class SignForm(Form):
    """The signature."""

    agreed = BooleanField(_l("Ik las de akte en teken namens het bestuur."))


class DayForm(Form):
    """On which day money moved."""

    paid_on = DayField(_l("Overgemaakt op"), MUST)


class ReceiveForm(Form):
    """Money that came in on the fund's account."""

    amount = MoneyField(_l("Bedrag"), MUST, smallest="0.01")
    paid_on = DayField(_l("Ontvangen op"), MUST)
    sender = RadioField(
        _l("Wat is het?"), [InputRequired(_l("Kies één."))],
        choices=[
            SelectChoice("borrower", _l("De coöperatie betaalt zelf terug")),
            SelectChoice("debtor", _l("De koper betaalde te veel; dit gaat terug")),
        ],
    )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """What `services.receive` takes; the form's own token is the key."""
        return {
            "amount": self.amount.data, "paid_on": self.paid_on.data, "from_debtor": self.sender.data == "debtor",
            "key": f"form:{self.once_token()}",
        }  # fmt: skip


class LossForm(Form):
    """Why it will not come back."""

    reason = TextAreaField(_l("Waarom komt dit niet terug?"), required(TEXT), filters=[many_lines])


class ConfirmLossForm(Form):
    """The second person's word, which a form to propose a loss does not hold."""

    read = BooleanField(_l("Ik las de reden en bevestig het verlies."))
