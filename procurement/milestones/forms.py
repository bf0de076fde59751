"""Forms of a milestone."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.web.forms import Form, NumberField, many_lines, optional, required
from cwb.web.i18n import _l
from procurement.milestones import rules
from procurement.pledges.rules import LARGEST


class ReportForm(Form):
    """What was reached."""

    reached = NumberField(
        _l("Hoeveel is er bereikt?"), [InputRequired(_l("Vul dit in."))], largest=str(LARGEST)
    )
    text = TextAreaField(_l("Wat hebt u gedaan?"), required(4000), filters=[many_lines])
    file = FileField(_l("Bewijs als bestand"))

    def values(self) -> dict[str, Any]:
        """What `services.report` takes."""
        content = self.file.data.read(rules.MOST_FILE + 1) if self.file.data else None
        return {
            "reached": self.reached.data, "text": self.text.data, "file": content,
            "file_name": self.file.data.filename if self.file.data else None,
        }  # fmt: skip


class VerifyForm(Form):
    """What came of it. `seen` is the report that was read."""

    seen = HiddenField()
    outcome = RadioField(
        _l("Wat is de uitkomst?"),
        choices=[SelectChoice(each.value, _l(text)) for each, text in rules.OUTCOME_TEXTS.items()],
        validators=[InputRequired(_l("Kies één."))],
    )
    reason = TextAreaField(_l("Waarom?"), optional(4000), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.verify` takes; rubbish is a report that nobody made."""
        text = self.seen.data or ""
        seen = None if not text else int(text) if text.isascii() and text.isdigit() and len(text) < 18 else -1
        return {
            "seen": seen, "outcome": rules.Outcome(self.outcome.data), "reason": self.reason.data or "",
        }  # fmt: skip
