"""Forms of the staff desk, and of who uses its code."""

from typing import Any

from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from cwb.web.forms import Form, TextField, required
from cwb.web.i18n import _l, translated
from ledger.pins.forms import pin_field
from ledger.recovery.rules import CHECKED_NAMES, Checked


class FindForm(Form):
    """Whom it is about."""

    email = TextField(
        _l("E-mailadres waarmee deze persoon inlogt"), required(200), render_kw={"inputmode": "email"}
    )


class MendForm(Form):
    """What was seen, and what is gone."""

    checked = RadioField(
        _l("Welk bewijs zag u, met dezelfde naam en foto?"), [InputRequired(_l("Maak een keuze."))]
    )
    lost = BooleanField(_l("De telefoon is kwijt: sluit alles meteen af."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.checked.choices = [(each.value, translated(name)) for each, name in CHECKED_NAMES.items()]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"checked": Checked(self.checked.data), "lost": bool(self.lost.data)}


class TakeForm(Form):
    """The code, and a new PIN typed twice."""

    code = TextField(_l("Code die u van het programma kreeg"), required(40))
    pin = pin_field(_l("Uw nieuwe pincode"))
    again = pin_field(_l("Nog een keer"))
