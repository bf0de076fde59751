"""Forms of invitations."""

from collections.abc import Iterable
from typing import Any

from wtforms import PasswordField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from cwb.identity.rules import ROLE_HINT, ROLE_TEXT
from cwb.kernel.policy import Role
from cwb.sign_in.forms import NEW_PASSWORD, email_field
from cwb.web.forms import NAME, Form, TextField, required
from cwb.web.i18n import _, _l


class InviteForm(Form):
    """Whom to ask, for which role."""

    email = email_field(_l("E-mailadres van uw collega"))
    role = RadioField(_l("Rol"), [InputRequired(_l("Kies een rol."))])

    def __init__(self, *args: Any, roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [
            SelectChoice(role.value, f"{_(ROLE_TEXT[role])}: {_(ROLE_HINT[role])}") for role in roles
        ]

    def values(self) -> dict[str, Any]:
        """What `invite` takes."""
        return {"email": self.email.data, "role": Role(self.role.data)}


class NewPersonForm(Form):
    """Who you are, when an invitation makes the account."""

    name = TextField(_l("Uw naam"), required(NAME), render_kw={"autocomplete": "name"})
    password = PasswordField(
        _l("Wachtwoord"),
        [Optional(), Length(max=200, message=_l("Dit is te lang. Gebruik hooguit %(max)d tekens."))],
        render_kw=NEW_PASSWORD,
    )

    def values(self) -> dict[str, Any]:
        """What `accept_as_new` takes."""
        return {"name": self.name.data, "password": self.password.data or None}
