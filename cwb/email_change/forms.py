"""Forms for another e-mail address."""

from typing import Any

from cwb.sign_in.forms import email_field, password_field
from cwb.web.forms import Form
from cwb.web.i18n import _l


class NewEmailForm(Form):
    """The new address, for an account without a password."""

    email = email_field(_l("Nieuw e-mailadres"))

    def values(self) -> dict[str, Any]:
        """What `ask_change` takes."""
        return {"email": self.email.data, "present": None}


class NewEmailAndPasswordForm(NewEmailForm):
    """The new address and the present password: an unlocked screen is not enough."""

    present = password_field(_l("Huidig wachtwoord"), autocomplete="current-password")

    def values(self) -> dict[str, Any]:
        """What `ask_change` takes."""
        return {"email": self.email.data, "present": self.present.data}
