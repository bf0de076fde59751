"""Forms of paper vouchers."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from wtforms import RadioField
from wtforms.validators import InputRequired

from cwb.kernel.clock import local_date, now
from cwb.web.forms import DayField, Form, MoneyField, NumberField, SentenceField, TextField, required
from cwb.web.i18n import _l, translated
from ledger.instruments.rules import INSTRUMENTS, Code
from ledger.requests.forms import price_field
from ledger.wallets.models import Wallet

_NEEDED = [InputRequired(_l("Vul dit in."))]
REASON = 200


class PrintForm(Form):
    """How many, worth what, until when; with which money where there is a choice."""

    amount = MoneyField(_l("Hoeveel is één bon waard?"), _NEEDED)
    count = NumberField(_l("Hoeveel bonnen?"), _NEEDED, places=0, smallest="1", largest="50")
    last_on = DayField(_l("Tot en met welke dag zijn ze geldig?"), _NEEDED)
    wallet = RadioField(_l("Met welk geld?"), [InputRequired(_l("Maak een keuze."))])

    def __init__(self, *args: Any, wallets: Sequence[Wallet], **kwargs: Any) -> None:
        super().__init__(
            *args, data={"last_on": local_date(now()) + timedelta(days=90), "count": 10}, **kwargs
        )
        self.wallet.choices = [
            (str(each.public_id), translated(INSTRUMENTS[Code(each.instrument_code)].name))
            for each in wallets
        ]
        if len(wallets) == 1:
            del self.wallet

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"amount": self.amount.data, "count": int(self.count.data or 0), "last_on": self.last_on.data}


class WithdrawForm(Form):
    """Why a sheet ends."""

    reason = SentenceField(_l("Waarom? Bijvoorbeeld: kwijt."), required(REASON))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"reason": self.reason.data}


class RedeemForm(Form):
    """The code on the paper."""

    code = TextField(
        _l("Code op de bon"), required(40), render_kw={"autocomplete": "off", "autocapitalize": "characters"}
    )
    price = price_field(asks=True)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"code": self.code.data, "price": self.price.data}
