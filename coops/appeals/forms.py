"""An appeal, and its answer."""

from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from coops.register.forms import ProofForm, options
from cwb.web.forms import LONG, Form, many_lines, required
from cwb.web.i18n import _l


class AppealForm(Form):
    """Why one does not agree."""

    text = TextAreaField(_l("Waarom bent u het niet eens?"), required(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.make_appeal` takes."""
        return {"text": self.text.data}


class AnswerForm(ProofForm):
    """Right or not, in which paper that was seen, and why."""

    verdict = RadioField(
        _l("Heeft de coöperatie gelijk?"),
        choices=options(
            {"upheld": _l("Ja, ik zag het in een stuk"), "rejected": _l("Nee, het is niet aangetoond")}
        ),
        validators=[InputRequired(_l("Kies één."))],
    )
    answer = TextAreaField(_l("Uw antwoord aan de coöperatie"), required(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.answer_appeal` takes."""
        return {
            "upheld": self.verdict.data == "upheld",
            "proof": self.proof(),
            "answer": self.answer.data,
        }
