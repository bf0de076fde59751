"""Forms of hours and jobs: a report, a verdict, and the filter of the public table."""

from decimal import Decimal
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from coops.register.forms import categories, options
from cwb.web.forms import LONG, DayField, Form, NumberField, PlainForm, many_lines, optional
from cwb.web.i18n import _, _l
from procurement.resident_work.models import WorkReport
from procurement.resident_work.rules import Numbers, Verdict

_GIVEN = [InputRequired(_l("Vul dit in."))]
_HOURS, _PEOPLE = "100000000", "100000"


def _count(label: Any, *, needed: bool = False) -> NumberField:
    return NumberField(label, _GIVEN if needed else [Optional()], places=0, largest=_PEOPLE)


def _hours(label: Any, *, needed: bool = False) -> NumberField:
    return NumberField(label, _GIVEN if needed else [Optional()], largest=_HOURS)


class ReportForm(Form):
    """Numbers of a period; what is left empty is nought."""

    starts_on = DayField(_l("Van"), _GIVEN)
    ends_on = DayField(_l("Tot en met"), _GIVEN)
    hours_all = _hours(_l("Alle uren samen"), needed=True)
    people_residents = _count(_l("Hoeveel bewoners?"), needed=True)
    hours_residents = _hours(_l("Hun uren samen"), needed=True)
    people_new = _count(_l("Hoeveel mensen?"))
    hours_new = _hours(_l("Hun uren samen"))
    people_trainees = _count(_l("Hoeveel mensen?"))
    hours_trainees = _hours(_l("Hun uren samen"))
    seats_offered = _count(_l("Hoeveel plekken bood u aan?"))
    seats_filled = _count(_l("Hoeveel zijn er gevuld?"))
    seats_done = _count(_l("Hoeveel rondden af, met diploma of baan?"))
    note = TextAreaField(_l("Wilt u iets uitleggen?"), optional(LONG), filters=[many_lines])
    sure = BooleanField(_l("De uren kloppen, ook al is het meer dan voltijd"))

    def fill(self, old: WorkReport) -> None:
        """Begin a correction with what was reported."""
        numbers = old.numbers
        self.starts_on.data, self.ends_on.data = old.starts_on, old.ends_on
        for name in Numbers.__slots__:
            value = getattr(numbers, name)
            self[name].data = Decimal(value)

    def values(self) -> dict[str, Any]:
        """What `services.report_work` takes."""
        given = {name: self[name].data or Decimal(0) for name in Numbers.__slots__}
        counts: dict[str, Any] = {
            name: value if name.startswith("hours") else int(value) for name, value in given.items()
        }
        return {
            "starts_on": self.starts_on.data, "ends_on": self.ends_on.data, "numbers": Numbers(**counts),
            "note": self.note.data or "", "is_sure": bool(self.sure.data),
        }  # fmt: skip


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
