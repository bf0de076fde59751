"""Forms around one's own key. A passphrase is never shown again."""

from typing import Any

from wtforms import PasswordField
from wtforms.validators import InputRequired

from cwb.web.forms import Form
from cwb.web.i18n import _l

_QUIET = {"autocomplete": "off", "spellcheck": "false"}


class KeyForm(Form):
    """A new passphrase, twice."""

    passphrase = PasswordField(_l("Nieuwe wachtzin"), [InputRequired(_l("Vul dit in."))], render_kw=_QUIET)
    repeated = PasswordField(_l("Nog een keer"), [InputRequired(_l("Vul dit in."))], render_kw=_QUIET)

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {"passphrase": self.passphrase.data or "", "repeated": self.repeated.data or ""}


class ChangeForm(KeyForm):
    """Another passphrase for the same key."""

    old = PasswordField(_l("Uw wachtzin van nu"), [InputRequired(_l("Vul dit in."))], render_kw=_QUIET)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {**super().values(), "old": self.old.data or ""}
