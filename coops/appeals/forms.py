"""An appeal, and its answer."""

from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from coops.register.forms import options
from cwb.web.forms import LONG, Form, TextField, many_lines, optional, required
from cwb.web.i18n import _l


class AppealForm(Form):
    """Why one does not agree."""

    text = TextAreaField(_l("Waarom bent u het niet eens?"), required(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.make_appeal` takes."""
        return {"text": self.text.data}


class AnswerForm(Form):
    """Right or not, and why."""

    verdict = RadioField(
        _l("Heeft de coöperatie gelijk?"),
        choices=options(
            {"upheld": _l("Ja, ik zag het in een stuk"), "rejected": _l("Nee, het is niet aangetoond")}
        ),
        validators=[InputRequired(_l("Kies één."))],
    )
    paper = TextField(_l("Welk stuk zag u, en waar staat het?"), optional(200))
    answer = TextAreaField(_l("Uw antwoord aan de coöperatie"), required(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.answer_appeal` takes."""
        return {
            "upheld": self.verdict.data == "upheld",
            "paper": self.paper.data or "",
            "answer": self.answer.data,
        }
