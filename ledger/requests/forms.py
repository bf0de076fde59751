"""Forms of requests."""

from typing import Any

from wtforms import RadioField
from wtforms.validators import InputRequired, Optional

from cwb.web.forms import Form, MoneyField, SentenceField, optional
from cwb.web.i18n import _l, translated
from ledger.requests.rules import LASTING_NAMES, Lasting
from ledger.wallets.rules import NOTE

_NEEDED = [InputRequired(_l("Vul dit in."))]


def price_field(*, asks: bool = False) -> MoneyField:
    """What all costs together, where the conditions let a part be paid in this money; `asks`: the other pays."""
    label = (
        _l("Wat kost alles samen? Alleen als de ander een deel in euro’s betaalt")
        if asks
        else _l("Wat kost alles samen? Alleen als u een deel in euro’s betaalt")
    )
    return MoneyField(label, [Optional()])


class AskForm(Form):
    """How much, what for, how long."""

    amount = MoneyField(_l("Hoeveel vraagt u?"), _NEEDED)
    price = price_field(asks=True)
    note = SentenceField(_l("Waarvoor?"), optional(NOTE))
    lasting = RadioField(
        _l("Hoe lang kan iemand betalen?"), [InputRequired(_l("Maak een keuze."))], default=Lasting.DAY
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lasting.choices = [(each.value, translated(name)) for each, name in LASTING_NAMES.items()]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "amount": self.amount.data, "price": self.price.data, "note": self.note.data or "",
            "lasting": Lasting(self.lasting.data),
        }  # fmt: skip


class AmountForm(Form):
    """What the payer fills in at a code that hangs in a shop."""

    amount = MoneyField(_l("Hoeveel betaalt u?"), _NEEDED)
    price = price_field()
    note = SentenceField(_l("Waarvoor?"), optional(NOTE))

    def values(self) -> tuple[Any, Any, str]:
        """The amount and the price (Money), and what it is for."""
        return self.amount.data, self.price.data, self.note.data or ""
