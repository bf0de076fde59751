"""Forms of stories."""

from typing import Any

from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.validators import Optional as MayStayEmpty

from coops.register.forms import options, places
from coops.stories.rules import MOST, StoryFacts
from cwb.web.forms import NAME, SHORT, Form, TextField, many_lines, required
from cwb.web.i18n import _l


class StoryForm(Form):
    """One story."""

    title = TextField(_l("Waar gaat uw verhaal over?"), required(NAME))
    text = TextAreaField(_l("Wat veranderde er voor u?"), required(MOST), filters=[many_lines])
    name = TextField(_l("Welke naam zetten wij erbij?"), required(SHORT))
    place = SelectField(_l("In welke wijk?"), [MayStayEmpty()])
    names_organisation = BooleanField(_l("Zet de naam van mijn organisatie erbij"))
    consents = BooleanField(_l("Ja, dit mag openbaar. Ik kan het altijd terugnemen."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place.choices = options(places(), _l("Hele gebied"))

    def facts(self) -> StoryFacts:
        """The story as typed."""
        return StoryFacts(
            self.title.data or "", self.text.data or "", self.name.data or "", self.place.data or None,
            bool(self.consents.data), bool(self.names_organisation.data),
        )  # fmt: skip
