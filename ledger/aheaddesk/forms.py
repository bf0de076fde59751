"""Forms about money ahead."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.kernel.identifiers import Iban, KvkNumber, VatId
from cwb.web.forms import Form, IdentifierField, MoneyField, TextField, optional
from cwb.web.i18n import _l


class BookForm(Form):
    """With whom the money stands ahead; a supplier from outside has a number below zero, a new one a name."""

    other = SelectField(_l("Van wie kwam het geld?"), coerce=int)
    name = TextField(_l("Naam van de leverancier"), optional(200))
    kvk = IdentifierField(_l("KvK-nummer"), kind=KvkNumber)
    vat_id = IdentifierField(_l("Btw-id"), kind=VatId)
    sure = BooleanField(_l("Ja, het klopt. De rekening is van een ander."))

    def __init__(
        self, *args: Any, partners: Sequence[tuple[int, str]], suppliers: Sequence[tuple[int, str]], paying: bool,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        said = _l("van buiten") if paying else _l("geeft terug")
        outside = [SelectChoice(-key, f"{name} ({said})") for key, name in suppliers]
        none = _l("Kies een naam, of vul hieronder een nieuwe in") if paying else _l("Kies een naam")
        self.other.choices = [SelectChoice(0, none), *(SelectChoice(*each) for each in partners), *outside]
        self.other.label.text = _l("Aan wie betaalde u?") if paying else _l("Van wie kwam het geld?")
        if not paying:
            del self.name, self.kvk, self.vat_id

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        new = (self.name, self.kvk, self.vat_id)
        name, kvk, vat_id = (str((each.data if each is not None else None) or "") for each in new)
        return {
            "other": self.other.data or 0, "name": name, "kvk": kvk, "vat_id": vat_id, "sure": self.sure.data,
        }  # fmt: skip


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
