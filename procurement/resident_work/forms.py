"""Forms of hours and jobs: a report, a verdict, and the filter of the public table."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from coops.register.forms import categories, options
from cwb.web.forms import LONG, DayField, Form, NumberField, PlainForm, many_lines, optional
from cwb.web.i18n import _, _l
from procurement.resident_work.rules import Verdict

_GIVEN = [InputRequired(_l("Vul dit in."))]
_HOURS, _PEOPLE = "100000000", "100000"


def _count(label: Any, *, needed: bool = False) -> NumberField:
    return NumberField(label, _GIVEN if needed else [Optional()], places=0, largest=_PEOPLE)


def _hours(label: Any, *, needed: bool = False) -> NumberField:
    return NumberField(label, _GIVEN if needed else [Optional()], largest=_HOURS)


class HoursForm(Form):
    """The days, all hours, and those of residents."""

    starts_on = DayField(_l("Van"), _GIVEN)
    ends_on = DayField(_l("Tot en met"), _GIVEN)
    hours_all = _hours(_l("Alle uren samen"), needed=True)
    people_residents = _count(_l("Hoeveel bewoners?"), needed=True)
    hours_residents = _hours(_l("Hun uren samen"), needed=True)

    def values(self) -> dict[str, Any]:
        """What `services.keep_answers` takes."""
        return {"given": {name: self[name].data for name in KEPT["hours"]}}


class JobsForm(Form):
    """Who of them is new or learns, and the seats for training; what is left empty is nought."""

    people_new = _count(_l("Hoeveel mensen?"))
    hours_new = _hours(_l("Hun uren samen"))
    people_trainees = _count(_l("Hoeveel mensen?"))
    hours_trainees = _hours(_l("Hun uren samen"))
    seats_offered = _count(_l("Hoeveel plekken bood u aan?"))
    seats_filled = _count(_l("Hoeveel zijn er gevuld?"))
    seats_done = _count(_l("Hoeveel rondden af, met diploma of baan?"))

    def values(self) -> dict[str, Any]:
        """What `services.keep_answers` takes."""
        return {"given": {name: self[name].data or Decimal(0) for name in KEPT["jobs"]}}


class SendForm(Form):
    """What is asked before a report is sent."""

    note = TextAreaField(_l("Wilt u iets uitleggen?"), optional(LONG), filters=[many_lines])
    sure = BooleanField(_l("De uren kloppen, ook al is het meer dan voltijd"))

    def values(self) -> dict[str, Any]:
        """What `services.report_work` takes beside days and numbers."""
        return {"note": self.note.data or "", "is_sure": bool(self.sure.data)}


PAGES: dict[str, type[HoursForm | JobsForm]] = {"hours": HoursForm, "jobs": JobsForm}
"""The pages of a report before it is sent, in their order."""

KEPT = {
    "hours": ("starts_on", "ends_on", "hours_all", "people_residents", "hours_residents"),
    "jobs": (
        "people_new", "hours_new", "people_trainees", "hours_trainees", "seats_offered", "seats_filled", "seats_done",
    ),
}  # fmt: skip
"""Page → what it asks."""


def shown(page: str, answers: Mapping[str, str]) -> dict[str, Any]:
    """What a page begins with: what was kept."""
    return {
        name: date.fromisoformat(answers[name]) if name.endswith("_on") else Decimal(answers[name])
        for name in KEPT[page]
        if name in answers
    }


class VerdictForm(Form):
    """What the buyer makes of it."""

    verdict = RadioField(
        _l("Kloppen de uren?"),
        [InputRequired(_l("Kies één."))],
        choices=[
            SelectChoice(Verdict.VERIFIED.value, _l("Ja. Ze tellen mee.")),
            SelectChoice(Verdict.DOUBTED.value, _l("Ik twijfel. Ze tellen nog niet mee.")),
        ],
    )
    reason = TextAreaField(_l("Waarom?"), optional(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.judge_work` takes."""
        return {"verdict": Verdict(self.verdict.data), "reason": self.reason.data or ""}


class TableFilter(PlainForm):
    """Which rows of the public table."""

    buyer = SelectField(_l("Koper"), validate_choice=False)
    sector = SelectField(_l("Soort werk"), validate_choice=False)
    year = SelectField(_l("Jaar"), validate_choice=False)

    def offer(self, buyers: list[str], years: list[int]) -> None:
        """Let one choose of what there is."""
        self.buyer.choices = options({each: each for each in buyers}, _("Alle kopers"))
        self.sector.choices = options(categories(), _("Alle soorten werk"))
        self.year.choices = options({str(each): str(each) for each in years}, _("Alle jaren"))

    def picked(self) -> tuple[str, str, int | None]:
        """Buyer, sector and year; rubbish is no year."""
        text = self.year.data or ""
        year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None
        return (self.buyer.data or "")[:200], (self.sector.data or "")[:60], year
