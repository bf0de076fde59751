"""A file with a paper; what a winner is asked; what one thinks of a paper."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from cwb.files.rules import ACCEPT
from cwb.web.forms import LONG, DayField, Form, Ticks, many_lines, required
from cwb.web.i18n import _l, translated
from procurement.proofs.rules import Choice
from procurement.statements.rules import PAPER_TEXTS


class FileForm(Form):
    """One file."""

    file = FileField(_l("Bestand"), [FileRequired(_l("Kies een bestand."))], render_kw={"accept": ACCEPT})

    def values(self) -> dict[str, Any]:
        """What `services.attach` takes."""
        return {"name": self.file.data.filename or "", "content": self.file.data.read()}


class AskForm(Form):
    """Which papers, until when."""

    kinds = Ticks(_l("Welke stukken wilt u zien?"))
    last_day = DayField(_l("Tot en met"), [InputRequired(_l("Vul dit in."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds.choices = [SelectChoice(code, translated(text)) for code, text in PAPER_TEXTS.items()]

    def values(self) -> dict[str, Any]:
        """What `services.ask_winner` takes."""
        return {"kinds": list(self.kinds.data or ()), "last_day": self.last_day.data}


class LongerForm(Form):
    """A later last day, and why."""

    last_day = DayField(_l("Nieuwe laatste dag"), [InputRequired(_l("Vul dit in."))])
    reason = TextAreaField(_l("Waarom geeft u meer tijd?"), required(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.rule` takes."""
        return {"choice": Choice.LONGER, "last_day": self.last_day.data, "reason": self.reason.data}


class AcceptForm(Form):
    """Which papers the buyer goes on without, and why."""

    kinds = Ticks(_l("Zonder welke stukken gaat u verder?"))
    reason = TextAreaField(_l("Waarom mag dat?"), required(LONG), filters=[many_lines])

    def offer(self, kinds: Sequence[str]) -> None:
        """Name the papers that are open."""
        self.kinds.choices = [SelectChoice(code, translated(PAPER_TEXTS[code])) for code in kinds]

    def values(self) -> dict[str, Any]:
        """What `services.rule` takes."""
        return {"choice": Choice.ACCEPTED, "kinds": list(self.kinds.data or ()), "reason": self.reason.data}


class JudgeForm(Form):
    """Good, or not and why."""

    choice = RadioField(
        _l("Is dit stuk goed?"),
        choices=[SelectChoice("good", _l("Ja, dit stuk is goed")), SelectChoice("back", _l("Nee, ik wil een ander"))],
        validators=[InputRequired(_l("Kies één."))],
    )  # fmt: skip
    note = TextAreaField(_l("Wat is er niet goed?"), [Optional(), Length(max=LONG)], filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.judge_proof` takes."""
        return {"is_good": self.choice.data == "good", "note": self.note.data or ""}
