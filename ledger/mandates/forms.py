"""Forms of mandates."""

from collections.abc import Mapping
from typing import Any

from wtforms import RadioField
from wtforms.validators import InputRequired

from cwb.web.forms import Form
from cwb.web.i18n import _l
from ledger.mandates.rules import STATE_NAMES

STATES: dict[str, Any] = {state.value: _l(name) for state, name in STATE_NAMES.items()}
"""State → its text."""

PRACTICE: Mapping[str, Any] = {
    "accept": _l("Geef de machtiging, met de oefenrekening"),
    "expire": _l("Geef haar niet en laat de bladzijde verlopen"),
}
"""What somebody does for practice → its text."""


class PracticeForm(Form):
    """What the payer does on the practice page."""

    how = RadioField(_l("Wat doet u?"), [InputRequired(_l("Kies wat u doet."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.how.choices = list(PRACTICE.items())
