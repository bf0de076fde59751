"""Asking, explaining, judging, confirming."""

from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from cwb.web.forms import LONG, DayField, Form, many_lines, required
from cwb.web.i18n import _l
from procurement.lowbids.rules import VERDICTS, Verdict

ONE = [InputRequired(_l("Kies één."))]


class AskForm(Form):
    """The question and its last day."""

    question = TextAreaField(_l("Wat vraagt u?"), required(LONG), filters=[many_lines])
    last_day = DayField(_l("Antwoord tot en met"), [InputRequired(_l("Vul dit in."))])

    def values(self) -> dict[str, Any]:
        """What `services.ask_about_price` takes."""
        return {"question": self.question.data, "last_day": self.last_day.data}


class ExplainForm(Form):
    """The explanation."""

    answer = TextAreaField(_l("Hoe kan uw prijs zo laag zijn?"), required(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.explain_price` takes."""
        return {"answer": self.answer.data}


class JudgeForm(Form):
    """The judgment with its reasons."""

    verdict = RadioField(
        _l("Wat vindt u van de uitleg?"),
        choices=[SelectChoice(each.value, _l(text)) for each, text in VERDICTS.items()], validators=ONE,
    )  # fmt: skip
    reasons = TextAreaField(_l("Waarom?"), required(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.judge` takes."""
        return {"verdict": Verdict(self.verdict.data), "reasons": self.reasons.data}


class ConfirmForm(Form):
    """Agreed, or back with a reason."""

    choice = RadioField(
        _l("Bent u het eens?"),
        choices=[
            SelectChoice("agreed", _l("Ja, ik bevestig dit")),
            SelectChoice("back", _l("Nee, het gaat terug naar mijn collega")),
        ],
        validators=ONE,
    )
    note = TextAreaField(_l("Waarom gaat het terug?"), [Optional(), Length(max=LONG)], filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.confirm` takes."""
        return {"is_agreed": self.choice.data == "agreed", "note": self.note.data or ""}
