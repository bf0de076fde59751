"""Asking, answering, deciding."""

from collections.abc import Collection, Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.files.rules import ACCEPT
from cwb.web.forms import LONG, DayField, Form, Ticks, many_lines, optional, required
from cwb.web.i18n import _l
from procurement.repairs.queries import Listed
from procurement.repairs.rules import ABOUT, KINDS, VERDICTS, Kind, Verdict

ONE = [InputRequired(_l("Kies één."))]


class AskForm(Form):
    """What is wrong, of whom it is asked, and until when."""

    kind = RadioField(
        _l("Wat is er mis?"), ONE, choices=[SelectChoice(each.value, _l(text)) for each, text in KINDS.items()]
    )  # fmt: skip
    about = Ticks(_l("Waar gaat het over?"))
    bidders = Ticks(_l("Wie vraagt u dit?"), coerce=int)
    left_out = TextAreaField(
        _l("Waarom vraagt u het niet aan iedereen bij wie dit ontbreekt?"),
        optional(LONG),
        filters=[many_lines],
    )
    question = TextAreaField(_l("Uw vraag"), required(LONG), filters=[many_lines])
    last_day = DayField(_l("Antwoord tot en met"), [InputRequired(_l("Vul dit in."))])
    is_allowed = BooleanField(_l("Ik keek het na: de stukken sluiten herstel niet uit."))

    def offer(self, listed: Sequence[Listed], papers: Collection[str]) -> None:
        """The bidders that can still be asked, and what of the papers this tender asks."""
        self.bidders.choices = [
            SelectChoice(each.bid.id, each.bid.party_name)
            for each in listed if each.takes_part and each.request is None
        ]  # fmt: skip
        shown = [code for code in ABOUT if code not in {"gva", "tax", "kvk"} or code in papers]
        self.about.choices = [SelectChoice(code, _l(ABOUT[code])) for code in shown]

    def values(self) -> dict[str, Any]:
        """What `services.ask_repair` takes."""
        return {
            "kind": Kind(self.kind.data), "about": self.about.data or [], "bidders": self.bidders.data or [],
            "left_out": self.left_out.data or "", "question": self.question.data, "last_day": self.last_day.data,
            "is_allowed": bool(self.is_allowed.data),
        }  # fmt: skip


class AnswerForm(Form):
    """Words, and a file or none."""

    answer = TextAreaField(_l("Uw antwoord"), required(LONG), filters=[many_lines])
    file = FileField(_l("Het stuk"), render_kw={"accept": ACCEPT})

    def values(self) -> dict[str, Any]:
        """What `services.answer_repair` takes."""
        given = self.file.data
        return {
            "answer": self.answer.data, "file": given.read() if given else None,
            "file_name": (given.filename or "") if given else "",
        }  # fmt: skip


class DecideForm(Form):
    """Whether it is accepted, what that rests on, and why."""

    is_same_bid = BooleanField(_l("Prijs en aanbod blijven precies zoals ze waren."))
    is_older = BooleanField(_l("Het stuk is aantoonbaar van vóór de sluiting."))
    verdict = RadioField(
        _l("Wat beslist u?"), ONE, choices=[SelectChoice(each.value, _l(text)) for each, text in VERDICTS.items()]
    )  # fmt: skip
    reasons = TextAreaField(_l("Waarom?"), required(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.decide_repair` takes."""
        return {
            "is_same_bid": bool(self.is_same_bid.data),
            "is_older": self.is_older is not None and bool(self.is_older.data),
            "verdict": Verdict(self.verdict.data), "reasons": self.reasons.data,
        }  # fmt: skip
