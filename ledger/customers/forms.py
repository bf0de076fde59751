"""The form of a customer."""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from cwb.kernel.identifiers import Iban, KvkNumber
from cwb.web.forms import Form, IdentifierField, PlainForm, TextField, optional, required
from cwb.web.i18n import _l, territory
from ledger.agreements.rules import NAME
from ledger.customers.rules import EU, HOME

BUSINESS, PRIVATE = "business", "private"
_CODE = {"spellcheck": "false", "dir": "ltr"}


def countries(known: Iterable[str]) -> Sequence[SelectChoice]:
    """The countries by name, our own first and those of the EU before others."""
    named = ((code != HOME, code not in EU, territory(code), code) for code in known)
    return [SelectChoice(code, name) for _away, _far, name, code in sorted(named)]


class CustomerForm(Form):
    """Who it is, where invoices go."""

    kind = RadioField(
        _l("Wie is de klant?"),
        choices=[
            SelectChoice(BUSINESS, _l("Een bedrijf of organisatie")),
            SelectChoice(PRIVATE, _l("Een particulier")),
        ],
        default=BUSINESS,
    )
    name = TextField(_l("Naam"), required(NAME))
    street = TextField(_l("Straat"), required(NAME))
    house_number = TextField(_l("Huisnummer"), optional(20))
    postcode = TextField(_l("Postcode"), required(20))
    city = TextField(_l("Plaats"), required(NAME))
    country = SelectField(_l("Land"), default=HOME)
    email = TextField(_l("E-mailadres"), optional(NAME))
    kvk_number = IdentifierField(_l("KvK-nummer"), optional(20), kind=KvkNumber, render_kw=_CODE)
    vat_id = TextField(_l("Btw-nummer"), optional(20), render_kw=_CODE)
    iban = IdentifierField(_l("IBAN"), optional(40), kind=Iban, render_kw=_CODE)

    def __init__(self, known: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = list(countries(known))

    def values(self) -> dict[str, Any]:
        """What the services take."""
        names = (
            "name", "street", "house_number", "postcode", "city", "country", "email", "kvk_number", "vat_id", "iban",
        )  # fmt: skip
        return {name: self[name].data or "" for name in names} | {"private": self.kind.data == PRIVATE}


class CustomerFilter(PlainForm):
    """Which customers a list shows."""

    text = StringField(_l("Zoek op naam of KvK-nummer"))
