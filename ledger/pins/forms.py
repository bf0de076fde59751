"""Forms of PINs. Digits only, as a telephone shows them; never filled in again."""

from typing import Any

from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired, Length, Optional

from cwb.web.forms import Form
from cwb.web.i18n import _l

_DIGITS = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "5", "size": "5"}
_LENGTH = Length(max=20, message=_l("Kies vijf cijfers."))


def pin_field(label: Any, *, needed: bool = True) -> PasswordField:
    """A box for five digits."""
    return PasswordField(
        label, [InputRequired(_l("Vul dit in.")) if needed else Optional(), _LENGTH], render_kw=dict(_DIGITS)
    )


class ChooseForm(Form):
    """A new PIN, typed twice."""

    old = pin_field(_l("Uw oude pincode"), needed=False)
    pin = pin_field(_l("Uw nieuwe pincode"))
    again = pin_field(_l("Nog een keer"))


class ConfirmForm(Form):
    """A PIN, or what a passkey answered (the script writes it)."""

    pin = pin_field(_l("Uw pincode"), needed=False)
    answer = HiddenField()
