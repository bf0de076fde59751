"""Forms of files and decisions."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.files.rules import ACCEPT
from cwb.web.forms import LONG, Form, many_lines, required
from cwb.web.i18n import _, _l


class FileForm(Form):
    """One file."""

    question = SelectField(_l("Waar hoort de bijlage bij?"))
    file = FileField(_l("Bestand"), [FileRequired(_l("Kies een bestand."))], render_kw={"accept": ACCEPT})

    def offer(self, questions: Sequence[tuple[str, str]]) -> None:
        """Questions at which a file may be added, and the buyer alone."""
        self.question.choices = [
            SelectChoice("", _("Algemeen: alleen voor de inkoper")),
            *(SelectChoice(code, name) for code, name in questions),
        ]

    def values(self) -> dict[str, Any]:
        """What `services.add_file` takes."""
        return {
            "name": self.file.data.filename or "", "content": self.file.data.read(),
            "question": self.question.data or "",
        }  # fmt: skip


class DecisionForm(Form):
    """What a person decides about a ground."""

    excluded = RadioField(
        _l("Wat beslist u?"), [InputRequired(_l("Kies één."))],
        choices=[
            SelectChoice("no", _l("De inschrijver doet mee")),
            SelectChoice("yes", _l("De inschrijver wordt uitgesloten")),
        ],
    )  # fmt: skip
    reason = TextAreaField(_l("Waarom?"), required(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.decide` takes."""
        return {"excluded": self.excluded.data == "yes", "reason": self.reason.data or ""}
