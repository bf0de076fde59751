"""The form of an outage."""

from typing import Any

from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired

from cwb.web.forms import LONG, Form, MomentField, many_lines, required
from cwb.web.i18n import _l

MUST = [InputRequired(_l("Vul dit in."))]


class OutageForm(Form):
    """When, and what happened."""

    began_at = MomentField(_l("Begon op"), MUST)
    ended_at = MomentField(_l("Eindigde op"), MUST)
    reason = TextAreaField(_l("Wat gebeurde er?"), required(LONG), filters=[many_lines])

    sure = BooleanField(
        _l("Ik weet dat dit niet terug kan."), [InputRequired(_l("Vink dit aan als het klopt."))]
    )

    def values(self) -> dict[str, Any]:
        """What `services.note_outage` takes."""
        return {
            "began_at": self.began_at.data, "ended_at": self.ended_at.data, "reason": self.reason.data,
        }  # fmt: skip
