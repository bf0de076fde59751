"""Forms of the desk that looks at papers."""

from typing import Any

from wtforms import RadioField
from wtforms.validators import InputRequired

from coops.register.forms import options
from coops.residency.rules import SHOWN_NAMES, Shown
from cwb.web.forms import Form, TextField, required
from cwb.web.i18n import _l, translated


class WhoForm(Form):
    """Whom it is about."""

    email = TextField(
        _l("E-mailadres waarmee deze bewoner inlogt"), required(200), render_kw={"inputmode": "email"}
    )


class PaperForm(Form):
    """What was seen."""

    shown = RadioField(
        _l("Welk stuk zag u, met deze naam en een adres hier?"), [InputRequired(_l("Maak een keuze."))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown.choices = options({each.value: translated(name) for each, name in SHOWN_NAMES.items()})

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"shown": Shown(self.shown.data)}
