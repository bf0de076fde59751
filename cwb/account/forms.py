"""Forms of registering and of one's own account."""

from typing import Any

from wtforms import EmailField, PasswordField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from cwb.identity.rules import LEGAL_FORMS, email_address
from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import Iban, KvkNumber, Postcode, Rsin, VatId
from cwb.sign_in.forms import NEW_PASSWORD, email_field, password_field
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
from cwb.web.i18n import LANGUAGES, _, _l, text_of
from cwb.web.phone_field import PhoneField


class RegisterForm(Form):
    """Who you are."""

    name = TextField(_l("Uw naam"), required(NAME), render_kw={"autocomplete": "name"})
    email = email_field()
    password = PasswordField(
        _l("Wachtwoord"),
        [Optional(), Length(max=200, message=_l("Dit is te lang. Gebruik hooguit %(max)d tekens."))],
        render_kw=NEW_PASSWORD,
    )

    def validate_email(self, field: Any) -> None:
        """An address one can write to."""
        try:
            email_address(field.data)
        except RuleBroken as fault:
            raise ValidationError(text_of(fault)) from None


class NameStep(Form):
    """What the organisation is."""

    kvk_number = IdentifierField(
        _l("KvK-nummer"), required(20), kind=KvkNumber, render_kw={"inputmode": "numeric", "size": 12}
    )
    name = TextField(
        _l("Naam van de organisatie"), required(NAME), render_kw={"autocomplete": "organization"}
    )
    legal_form = SelectField(_l("Rechtsvorm"), [InputRequired(_l("Kies een rechtsvorm."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.legal_form.choices = [
            SelectChoice("", _("Kies")),
            *(SelectChoice(code, _(text)) for code, text in LEGAL_FORMS.items()),
        ]

    def values(self) -> dict[str, Any]:
        """Facts of this step."""
        return {
            "kvk_number": str(self.kvk_number.data),
            "name": self.name.data,
            "legal_form": self.legal_form.data,
        }


class AddressStep(Form):
    """Where the organisation is."""

    street = TextField(_l("Straat"), required(SHORT), render_kw={"autocomplete": "address-line1"})
    house_number = TextField(_l("Huisnummer"), required(20), render_kw={"size": 8})
    postcode = IdentifierField(
        _l("Postcode"), required(10), kind=Postcode, render_kw={"autocomplete": "postal-code", "size": 8}
    )
    city = TextField(_l("Plaats"), required(SHORT), render_kw={"autocomplete": "address-level2"})

    def values(self) -> dict[str, Any]:
        """Facts of this step."""
        return {
            "street": self.street.data,
            "house_number": self.house_number.data,
            "postcode": str(self.postcode.data),
            "city": self.city.data,
        }


class MoneyStep(Form):
    """How the organisation is reached and paid."""

    email = EmailField(
        _l("E-mailadres van de organisatie"),
        required(200),
        filters=[one_line],
        render_kw={"autocomplete": "email"},
    )
    phone = PhoneField(_l("Telefoon"))
    iban = IdentifierField(
        _l("IBAN"), optional(40), kind=Iban, render_kw={"spellcheck": "false", "dir": "ltr"}
    )
    vat_id = IdentifierField(
        _l("Btw-id"), optional(20), kind=VatId, render_kw={"spellcheck": "false", "dir": "ltr"}
    )
    rsin = IdentifierField(
        _l("RSIN"),
        optional(20),
        kind=Rsin,
        render_kw={"inputmode": "numeric", "spellcheck": "false", "dir": "ltr"},
    )

    def values(self) -> dict[str, Any]:
        """Facts of this step."""
        return {
            "email": self.email.data,
            "phone": self.phone.data or None,
            "iban": str(self.iban.data) if self.iban.data else None,
            "vat_id": str(self.vat_id.data) if self.vat_id.data else None,
            "rsin": str(self.rsin.data) if self.rsin.data else None,
        }

    def blank_identifiers(self) -> None:
        """Show nothing of a refused number again: it may hold a BSN."""
        for field in (self.vat_id, self.rsin):
            field.data, field.raw_data = None, None


class ProfileForm(Form):
    """Name and language."""

    name = TextField(_l("Uw naam"), required(NAME), render_kw={"autocomplete": "name"})
    locale = SelectField(_l("Taal"), choices=[SelectChoice(*each) for each in LANGUAGES.items()])

    def values(self) -> dict[str, Any]:
        """What `change_profile` takes."""
        return {"name": self.name.data, "locale": self.locale.data}


class FirstPasswordForm(Form):
    """A password for an account that had none."""

    password = password_field(_l("Nieuw wachtwoord"), **NEW_PASSWORD)

    def values(self) -> dict[str, Any]:
        """What `change_password` takes."""
        return {"present": None, "password": self.password.data}


class PasswordForm(Form):
    """A new password in place of the present one."""

    present = password_field(_l("Huidig wachtwoord"), autocomplete="current-password")
    password = password_field(_l("Nieuw wachtwoord"), **NEW_PASSWORD)

    def values(self) -> dict[str, Any]:
        """What `change_password` takes."""
        return {"present": self.present.data, "password": self.password.data}
