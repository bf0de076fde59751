"""Forms of a till."""

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField
from wtforms.validators import InputRequired

from cwb.web.forms import DayField, Form, MoneyField, PlainForm, SentenceField, optional
from cwb.web.i18n import _, _l, translated
from ledger.instruments.rules import INSTRUMENTS, Code
from ledger.pins.forms import pin_field
from ledger.requests.forms import price_field
from ledger.wallets.models import Wallet
from ledger.wallets.rules import NOTE

_NEEDED = [InputRequired(_l("Vul dit in."))]


class SaleForm(Form):
    """How much; with which money where there is a choice."""

    amount = MoneyField(_l("Bedrag"), _NEEDED)
    price = price_field(asks=True)
    note = SentenceField(_l("Waarvoor?"), optional(NOTE))
    wallet = RadioField(_l("Met welk geld?"), [InputRequired(_l("Maak een keuze."))])

    def offer(self, tills: Sequence[Wallet]) -> None:
        """The wallets to choose from; one is no choice."""
        self.wallet.choices = [
            (str(each.public_id), name if each.live else _("%(money)s (simulatie)", money=name))
            for each in tills
            for name in [translated(INSTRUMENTS[Code(each.instrument_code)].name)]
        ]
        if len(tills) == 1:
            del self.wallet

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"amount": self.amount.data, "price": self.price.data, "note": self.note.data or ""}


class DayFilter(PlainForm):
    """Which day."""

    on = DayField(_l("Dag"))


class BackForm(Form):
    """How much goes back, confirmed."""

    amount = MoneyField(_l("Hoeveel geeft u terug?"), _NEEDED)
    pin = pin_field(_l("Uw pincode"), needed=False)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"amount": self.amount.data, "token": self.once_token()}
