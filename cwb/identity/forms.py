"""Forms about an organisation."""

from typing import Any

from wtforms import EmailField, RadioField, SelectField, URLField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import URL, InputRequired, Optional

from cwb.identity.models import ANCHOR_TYPES
from cwb.identity.rules import LEGAL_FORMS
from cwb.kernel.identifiers import Iban, KvkNumber, Postcode
from cwb.kernel.text import N_
from cwb.web.forms import (
    NAME,
    SHORT,
    Form,
    IdentifierField,
    TextField,
    one_line,
    optional,
    required,
)
from cwb.web.i18n import _, _l
from cwb.web.phone_field import PhoneField

ANCHOR_TEXT = {
    "municipality": N_("Gemeente"),
    "housing_corporation": N_("Woningcorporatie"),
    "hospital": N_("Ziekenhuis of zorg"),
    "school": N_("School"),
    "company": N_("Bedrijf"),
    "welfare": N_("Welzijn"),
}


class ContactForm(Form):
    """How an organisation is called and reached."""

    name = TextField(
        _l("Naam van de organisatie"), required(NAME), render_kw={"autocomplete": "organization"}
    )
    street = TextField(_l("Straat"), required(SHORT), render_kw={"autocomplete": "address-line1"})
    house_number = TextField(_l("Huisnummer"), required(20), render_kw={"size": 8})
    postcode = IdentifierField(
        _l("Postcode"), required(10), kind=Postcode, render_kw={"autocomplete": "postal-code", "size": 8}
    )
    city = TextField(_l("Plaats"), required(SHORT), render_kw={"autocomplete": "address-level2"})
    email = EmailField(
        _l("E-mailadres van de organisatie"),
        required(200),
        filters=[one_line],
        render_kw={"autocomplete": "email"},
    )
    phone = PhoneField(_l("Telefoon"))
    website = URLField(
        _l("Website"),
        [*optional(200), URL(message=_l("Schrijf het hele adres, bijvoorbeeld https://voorbeeld.nl."))],
        filters=[one_line],
    )

    def values(self) -> dict[str, Any]:
        """What `change_organisation` takes."""
        names = ("name", "street", "house_number", "postcode", "city", "email", "phone", "website")
        return {name: self[name].data for name in names}


class AdmitForm(ContactForm):
    """An anchor or another organisation that an administrator lets in."""

    kvk_number = IdentifierField(
        _l("KvK-nummer"), required(20), kind=KvkNumber, render_kw={"inputmode": "numeric", "size": 12}
    )
    legal_form = SelectField(_l("Rechtsvorm"), [InputRequired(_l("Kies een rechtsvorm."))])
    anchor_type = SelectField(_l("Soort inkoper"), [Optional()])
    contracting = RadioField(
        _l("Geldt de Aanbestedingswet?"),
        [Optional()],
        choices=[SelectChoice("yes", _l("Ja")), SelectChoice("no", _l("Nee"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.legal_form.choices = [
            SelectChoice("", _("Kies")),
            *(SelectChoice(code, _(text)) for code, text in LEGAL_FORMS.items()),
        ]
        self.anchor_type.choices = [
            SelectChoice("", _("Geen inkoper")),
            *(SelectChoice(code, _(ANCHOR_TEXT[code])) for code in ANCHOR_TYPES),
        ]

    def values(self) -> dict[str, Any]:
        """What `register_organisation` takes."""
        return {
            **super().values(),
            "kvk_number": str(self.kvk_number.data),
            "legal_form": self.legal_form.data,
            "anchor_type": self.anchor_type.data or None,
            "is_contracting_authority": {"yes": True, "no": False}.get(self.contracting.data or ""),
        }


class IbanForm(Form):
    """Another bank account."""

    iban = IdentifierField(
        _l("Nieuw IBAN"), required(40), kind=Iban, render_kw={"spellcheck": "false", "dir": "ltr"}
    )
