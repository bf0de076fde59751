"""Asking for a replacement, naming who comes, promising, checking."""

from typing import Any

from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.kernel.identifiers import KvkNumber
from cwb.web.forms import LONG, DayField, Form, IdentifierField, many_lines, required
from cwb.web.i18n import _l


class DemandForm(Form):
    """Why, and until when."""

    reason = TextAreaField(
        _l("Waarom aanvaardt u deze organisatie niet?"), required(LONG), filters=[many_lines]
    )
    last_day = DayField(_l("Een ander noemen tot en met"), [InputRequired(_l("Vul dit in."))])

    def values(self) -> dict[str, Any]:
        """What `services.demand_substitute` takes."""
        return {"reason": self.reason.data, "last_day": self.last_day.data}


class NameForm(Form):
    """Who comes, and what it lends."""

    kvk = IdentifierField(_l("KvK-nummer"), required(8), kind=KvkNumber)
    name = StringField(_l("Naam"), required(200))
    means = TextAreaField(_l("Wat leent zij u?"), required(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.name_substitute` takes."""
        return {"kvk": self.kvk.data or "", "name": self.name.data, "means": self.means.data}


class PromiseForm(Form):
    """The promise, in own words."""

    words = TextAreaField(_l("Wat zegt u toe?"), required(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.state_substitute` takes."""
        return {"words": self.words.data}


class JudgeForm(Form):
    """Accepted or not, why, and until when its proof is asked."""

    choice = RadioField(
        _l("Aanvaardt u deze organisatie?"),
        choices=[SelectChoice("yes", _l("Ja")), SelectChoice("no", _l("Nee"))],
        validators=[InputRequired(_l("Kies één."))],
    )
    note = TextAreaField(_l("Waarom?"), required(LONG), filters=[many_lines])
    last_day = DayField(_l("Haar bewijs laten zien tot en met"), [InputRequired(_l("Vul dit in."))])

    def values(self) -> dict[str, Any]:
        """What `services.judge_substitute` takes."""
        return {"is_good": self.choice.data == "yes", "note": self.note.data, "last_day": self.last_day.data}
