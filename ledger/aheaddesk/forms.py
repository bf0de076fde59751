"""Forms about money ahead."""

from collections.abc import Sequence
from typing import Any

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.kernel.identifiers import Iban
from cwb.web.forms import Form, IdentifierField, MoneyField
from cwb.web.i18n import _l


class BookForm(Form):
    """With whom the money stands ahead."""

    other = SelectField(_l("Van wie kwam het geld?"), coerce=int)

    def __init__(self, *args: Any, partners: Sequence[tuple[int, str]], paying: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.other.choices = [
            SelectChoice(0, _l("Kies een naam")),
            *(SelectChoice(*each) for each in partners),
        ]
        self.other.label.text = _l("Aan wie betaalde u?") if paying else _l("Van wie kwam het geld?")


class PaybackForm(Form):
    """How much goes back, and where no bank told from which account it came, to which."""

    amount = MoneyField(_l("Hoeveel gaat er terug?"), [InputRequired(_l("Vul dit in."))])
    iban = IdentifierField(_l("Naar welke rekening (IBAN)?"), [InputRequired(_l("Vul dit in."))], kind=Iban)

    def __init__(self, *args: Any, known: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            del self.iban

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        typed = None if self.iban is None else self.iban.data
        return {"amount": self.amount.data, "iban": typed}
