"""The form that chooses what goes in a file of transfers."""

from collections.abc import Sequence
from typing import Any

from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.web.forms import Form, Ticks
from cwb.web.i18n import _l

ANSWERS: dict[str, tuple[Any, str]] = {
    "accepted": (_l("aangenomen"), "good"),
    "partly": (_l("deels geweigerd"), "warn"),
    "refused": (_l("helemaal geweigerd"), "bad"),
    "pending": (_l("nog in behandeling"), "neutral"),
}
"""What the bank said of a file → its text and tone."""


class ChooseForm(Form):
    """Which invoices are paid; all, until somebody takes one out."""

    chosen = Ticks(_l("Welke facturen?"), [InputRequired(_l("Kies minstens één factuur."))])

    def __init__(self, *args: Any, rows: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, data={"chosen": [key for key, _words in rows]}, **kwargs)
        self.chosen.choices = [SelectChoice(key, words) for key, words in rows]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"chosen": frozenset(self.chosen.data or ())}
