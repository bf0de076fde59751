"""Forms for signing in."""

from typing import Any

from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired, Length

from cwb.web.forms import SHORT, Form, TextField, one_line, required
from cwb.web.i18n import _l

EMAIL = {"autocomplete": "username", "inputmode": "email", "spellcheck": "false", "autocapitalize": "none"}
CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "size": 12, "spellcheck": "false"}
NEW_PASSWORD = {"autocomplete": "new-password"}
_TOO_LONG = _l("Dit is te lang. Gebruik hooguit %(max)d tekens.")


def email_field(label: Any = None) -> EmailField:
    """A field for an e-mail address."""
    return EmailField(label or _l("E-mailadres"), required(200), filters=[one_line], render_kw=EMAIL)


def password_field(label: Any, **render: str) -> PasswordField:
    """A field for a password, at most 200 characters; pasting is allowed."""
    validators = [InputRequired(_l("Vul dit in.")), Length(max=200, message=_TOO_LONG)]
    return PasswordField(label, validators, render_kw=render)


class PasswordSignInForm(Form):
    """Address and password."""

    email = email_field()
    password = password_field(_l("Wachtwoord"), autocomplete="current-password")

    def values(self) -> dict[str, Any]:
        """What `sign_in_with_password` takes."""
        return {"email": self.email.data, "password": self.password.data}


class EmailForm(Form):
    """An address to send a code to."""

    email = email_field()


class CodeForm(Form):
    """The six digits of a letter."""

    code = TextField(_l("Code uit de mail"), required(SHORT), render_kw=CODE)


class NewPasswordForm(Form):
    """A new password, by a link."""

    password = password_field(_l("Nieuw wachtwoord"), **NEW_PASSWORD)


class CodeAndPasswordForm(CodeForm):
    """A new password, by a code."""

    password = password_field(_l("Nieuw wachtwoord"), **NEW_PASSWORD)
