"""Forms of market consultations."""

from typing import Any

from wtforms import FieldList, TextAreaField
from wtforms.validators import InputRequired

from coops.consultation.models import Consultation, ConsultationAnswer
from coops.consultation.rules import MOST_ANSWER
from cwb.web.forms import LONG, Form, MomentField, many_lines, optional, required
from cwb.web.i18n import _l


class StartForm(Form):
    """What is asked, and until when."""

    purpose = TextAreaField(_l("Waarover wilt u raad?"), required(LONG), filters=[many_lines])
    questions = TextAreaField(_l("Uw vragen"), required(LONG), filters=[many_lines])
    closes_at = MomentField(_l("Tot wanneer kan iemand antwoorden?"), [InputRequired(_l("Vul dit in."))])

    def values(self) -> dict[str, Any]:
        """What `services.start_consultation` takes."""
        return {
            "purpose": self.purpose.data, "questions": self.questions.data, "closes_at": self.closes_at.data,
        }  # fmt: skip


class AnswerForm(Form):
    """One box per question; some may stay empty."""

    answers = FieldList(TextAreaField("", optional(MOST_ANSWER), filters=[many_lines]), _l("Uw antwoorden"))

    def __init__(
        self, *args: Any, consultation: Consultation, given: ConsultationAnswer | None, **kwargs: Any
    ) -> None:
        shown = given.answers if given else [""] * len(consultation.questions)
        super().__init__(*args, data={"answers": shown}, **kwargs)
        while len(self.answers.entries) < len(consultation.questions):
            self.answers.append_entry("")
        for entry, question in zip(self.answers.entries, consultation.questions, strict=False):
            entry.label.text = question

    def values(self) -> list[str]:
        """The answers in the order of the questions."""
        return [entry.data or "" for entry in self.answers.entries]


class ReportForm(Form):
    """What was learned."""

    report = TextAreaField(_l("Wat leerde u, en wat doet u daarmee?"), required(LONG), filters=[many_lines])
