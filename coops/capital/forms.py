"""Forms of capital and dues."""

from datetime import date
from typing import Any

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from coops.capital.models import CapitalTerms
from coops.capital.rules import EVERY_NAMES, PAYABLE_POTS, POT_NAMES, Every, Pot, TermFacts
from coops.register.forms import options
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.web.forms import DayField, Form, MoneyField, NumberField, VersionedForm
from cwb.web.i18n import _l
from cwb.web.request import now

MUST = [InputRequired(_l("Vul dit in."))]

EVERY: dict[str, Any] = {every.value: _l(name) for every, name in EVERY_NAMES.items()}
"""How often dues are asked → its text."""

POTS: dict[str, Any] = {pot.value: _l(name) for pot, name in POT_NAMES.items()}
"""Pot → its text."""

YES_NO: dict[str, Any] = {"no": _l("Nee"), "yes": _l("Ja")}


class TermsForm(VersionedForm):
    """What the statutes say about money."""

    share = MoneyField(_l("Bedrag van één aandeel, in euro"), MUST, smallest="0.01")
    dues = MoneyField(_l("Contributie, in euro"), MUST)
    dues_every = SelectField(_l("Hoe vaak contributie"), MUST)
    pay_days = NumberField(_l("Dagen om te betalen"), MUST, places=0, smallest="1", largest="365")
    notice_months = NumberField(_l("Opzegtermijn in maanden"), MUST, places=0, largest="24")
    repay_percent = NumberField(
        _l("Hoogste deel van al het kapitaal dat u per jaar terugbetaalt, in procent"), MUST, places=0,
        smallest="1", largest="100",
    )  # fmt: skip
    bears_losses = RadioField(_l("Draagt wie vertrekt een deel van het verlies?"), MUST)

    def __init__(self, *args: Any, terms: CapitalTerms | None = None, **kwargs: Any) -> None:
        data: dict[str, Any] = {
            "dues_every": "year",
            "pay_days": 30,
            "notice_months": 1,
            "repay_percent": 100,
        }
        data |= {"bears_losses": "no", "version": "0"}
        if terms is not None:
            data = {
                "version": str(terms.version), "share": Money(terms.share_minor), "dues": Money(terms.dues_minor),
                "dues_every": terms.dues_every, "pay_days": terms.pay_days, "notice_months": terms.notice_months,
                "repay_percent": terms.repay_percent, "bears_losses": "yes" if terms.bears_losses else "no",
            }  # fmt: skip
        super().__init__(*args, data=data, **kwargs)
        self.dues_every.choices = options(EVERY)
        self.bears_losses.choices = options(YES_NO)

    def facts(self) -> TermFacts:
        """The terms as typed."""
        share, dues = (field.data or Money(0) for field in (self.share, self.dues))
        days, months, percent = (
            int(field.data or 0) for field in (self.pay_days, self.notice_months, self.repay_percent)
        )
        every, bears = Every(self.dues_every.data), self.bears_losses.data == "yes"
        return TermFacts(share.minor, dues.minor, every, days, months, percent, bears)


class SharesForm(Form):
    """How many shares a member takes."""

    shares = NumberField(_l("Hoeveel aandelen?"), MUST, places=0, smallest="1", largest="10000")


class PaymentForm(Form):
    """What a member paid."""

    pot = SelectField(_l("Waarvoor?"), [InputRequired(_l("Kies waarvoor."))])
    amount = MoneyField(_l("Bedrag in euro"), MUST, smallest="0.01")
    paid_on = DayField(_l("Ontvangen op"), MUST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pot.choices = options({pot.value: POTS[pot] for pot in PAYABLE_POTS}, _l("Kies"))
        if not self.paid_on.data and not self.paid_on.raw_data:
            self.paid_on.data = local_date(now())

    def values(self) -> dict[str, Any]:
        """The payment as typed."""
        paid_on: date | None = self.paid_on.data
        return {
            "pot": Pot(self.pot.data), "amount": self.amount.data, "paid_on": paid_on or local_date(now()),
            "key": self.once_token(),
        }  # fmt: skip


class PayOutForm(Form):
    """What was paid to a member."""

    amount = MoneyField(_l("Bedrag in euro"), MUST, smallest="0.01")
