"""Forms of top-ups."""

from typing import Any

from wtforms import RadioField
from wtforms.validators import InputRequired

from cwb.kernel.money import Money
from cwb.web.forms import Form, MoneyField, TextField, required
from cwb.web.i18n import _l

_NEEDED = [InputRequired(_l("Vul dit in."))]


class TopUpForm(Form):
    """How much."""

    amount = MoneyField(_l("Hoeveel wilt u opwaarderen?"), _NEEDED)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"amount": self.amount.data}


class BackForm(Form):
    """How much goes back."""

    amount = MoneyField(_l("Hoeveel wilt u terug?"), _NEEDED)

    def __init__(self, *args: Any, rest: Money, **kwargs: Any) -> None:
        super().__init__(*args, data={"amount": rest}, **kwargs)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"amount": self.amount.data}


class FloatForm(Form):
    """Euros for the float, and where they came from."""

    source = RadioField(_l("Waar komt het geld vandaan?"), [InputRequired(_l("Maak een keuze."))])
    amount = MoneyField(_l("Bedrag dat binnenkwam"), _NEEDED)
    reference = TextField(_l("Kenmerk op het bankafschrift"), required())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source.choices = [
            ("given", _l("Een gift of voorschot")), ("provider", _l("Uitbetaald door Stripe")),
        ]  # fmt: skip

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "given": self.source.data == "given", "amount": self.amount.data, "reference": self.reference.data,
        }  # fmt: skip
