"""Forms of the opening."""

from typing import Any

from wtforms import PasswordField, RadioField, TextAreaField
from wtforms.validators import InputRequired

from cwb.web.forms import Form, many_lines, optional
from cwb.web.i18n import _l

_QUIET = {"autocomplete": "off", "spellcheck": "false"}


class PassphraseForm(Form):
    """The second of the two: only the passphrase."""

    passphrase = PasswordField(_l("Uw wachtzin"), [InputRequired(_l("Vul dit in."))], render_kw=_QUIET)


class ReleaseForm(PassphraseForm):
    """The first of the two: to whom, and why when the keeper of the third share takes part."""

    to = RadioField(
        _l("Wie opent met u?"), [InputRequired(_l("Kies wie met u opent."))], coerce=int, choices=[]
    )
    reason = TextAreaField(_l("Waarom valt de reservehouder in?"), optional(500), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "passphrase": self.passphrase.data or "",
            "to_user_id": self.to.data,
            "reason": self.reason.data or "",
        }


class NoBidsForm(Form):
    """Nobody bid: end the tender."""

    reason = TextAreaField(
        _l("Reden, zoals iedereen die leest"), [InputRequired(_l("Vul dit in."))], filters=[many_lines]
    )
