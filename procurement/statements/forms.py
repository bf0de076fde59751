"""Forms of statements: a page of questions per group, a paper, and what a tender asks."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, StopValidation

from cwb.web.forms import DayField, Form, TextField, Ticks, many_lines, optional
from cwb.web.i18n import _, _l, translated
from procurement.demands.rules import REFERENCE
from procurement.statements.rules import (
    MOST_TEXT,
    PAPER_TEXTS,
    Answer,
    Demand,
    Ground,
    Profile,
    Table,
    field_of,
)


class GroupForm(Form):
    """The questions of one group. `seen` is the save it was filled with."""

    seen = HiddenField()

    def seen_save(self) -> int:
        """The save this page was filled with; rubbish counts as never seen."""
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def group_form(grounds: Sequence[Ground], profile: Profile) -> GroupForm:
    """The form of a group, filled with what was answered."""
    fields: dict[str, Any] = {}
    for each in grounds:
        given, name = profile.answers.get(each.code), field_of(each.code)
        fields[name] = RadioField(
            translated(each.text), [InputRequired(_l("Kies ja of nee."))],
            choices=[SelectChoice("no", _("Nee")), SelectChoice("yes", _("Ja"))],
            default=None if given is None else "yes" if given.yes else "no",
        )  # fmt: skip
        fields[f"{name}_text"] = TextAreaField(
            _l("Zo ja: wat gebeurde er, en wat deed u daarna?"), optional(MOST_TEXT), filters=[many_lines],
            default="" if given is None else given.text, render_kw={"rows": 3},
        )  # fmt: skip
    form: GroupForm = type("GroupForm", (GroupForm,), fields)()
    if not form.is_submitted():
        form.seen.data = str(profile.saves)
    return form


def answers(form: GroupForm, grounds: Sequence[Ground], on: date) -> Mapping[str, Answer | None]:
    """What was answered, as values."""
    found: dict[str, Answer | None] = {}
    for each in grounds:
        said = form[field_of(each.code)].data
        text = form[f"{field_of(each.code)}_text"].data or ""
        found[each.code] = Answer(said == "yes", text, on) if said in {"yes", "no"} else None
    return found


class PaperForm(Form):
    """A paper one has."""

    kind = SelectField(_l("Welk stuk hebt u?"))
    issued_on = DayField(_l("Datum op het stuk"), [InputRequired(_l("Vul dit in."))])
    reference = TextField(_l("Nummer op het stuk"), optional())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [SelectChoice(code, translated(text)) for code, text in PAPER_TEXTS.items()]

    def values(self) -> dict[str, Any]:
        """What `services.keep_paper` takes."""
        return {
            "kind": self.kind.data, "issued_on": self.issued_on.data, "reference": self.reference.data or "",
        }  # fmt: skip


class DemandForm(Form):
    """What a tender asks of its bidders."""

    version = HiddenField()
    grounds = Ticks(_l("Welke gronden voor uitsluiting vraagt u?"))
    papers = Ticks(_l("Welke stukken vraagt u van de winnaar?"))
    attach = Ticks(_l("Bij welke vragen mag een bijlage?"))

    def made_from(self) -> int | None:
        """The version of the draft this form shows."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def demand(self) -> Demand:
        """What was chosen."""
        return Demand(
            tuple(self.grounds.data or ()), (), tuple(self.papers.data or ()), tuple(self.attach.data or ())
        )


def demand_form(
    table: Table, demand: Demand, questions: Sequence[tuple[str, str]], version: int
) -> DemandForm:
    """The form with what is asked now. `questions`: code and name of each quality criterion."""
    form = DemandForm(data={
        "grounds": list(demand.grounds), "papers": list(demand.papers), "attach": list(demand.attach),
        "version": str(version),
    })  # fmt: skip
    form.grounds.choices = [SelectChoice(each.code, translated(each.text)) for each in table.grounds]
    form.papers.choices = [SelectChoice(code, translated(PAPER_TEXTS[code])) for code in table.papers]
    form.attach.choices = [SelectChoice(code, name) for code, name in questions]
    return form


NO_JOBS: Mapping[str, str] = {}
"""A profile without earlier jobs."""


def _is_told(form: Any, field: Any) -> None:
    """Refuse when nothing is typed and no job is chosen, or when both together are too long."""
    told = form.told(field.name.removesuffix("_text"))
    if not told:
        raise StopValidation(_("Vul dit in."))
    if len(told) > MOST_TEXT:
        raise StopValidation(_("Dit is te lang met het gekozen werk. Kies minder, of schrijf korter."))


class CriteriaForm(Form):
    """What a bidder says about the criteria of one tender."""

    seen = HiddenField()

    def seen_save(self) -> int:
        """The save this page was filled with; rubbish counts as never seen."""
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

    def given(self, demand: Demand) -> dict[str, dict[str, Any]]:
        """What was said, by name of the criterion; jobs that were chosen are written out, below what was typed."""
        return {
            name: {"meets": self[name].data == "yes", "text": self.told(name)}
            for name in demand.criterion_ids if self[name].data in {"yes", "no"}
        }  # fmt: skip

    def told(self, name: str) -> str:
        """The answer on one criterion with the jobs that were chosen."""
        typed = self[f"{name}_text"].data or ""
        chosen = getattr(self, f"{name}_jobs", None)
        jobs = (
            [str(each.label) for each in chosen.choices if each.value in (chosen.data or ())]
            if chosen is not None
            else []
        )
        return "\n".join([typed, *(each for each in jobs if each not in typed)]).strip()


def criteria_form(
    demand: Demand, kept: Mapping[str, Mapping[str, Any]], saved: int, jobs: Mapping[str, str] = NO_JOBS,
    told: Mapping[str, str] = NO_JOBS,
) -> CriteriaForm:  # fmt: skip
    """The form of a tender's criteria, filled with what was said.

    `jobs`: earlier jobs of the profile, by id as they are written out, to be chosen where experience is asked.
    `told`: by code what the profile says already, as a first text.
    """
    fields: dict[str, Any] = {}
    for name, each in zip(demand.criterion_ids, demand.criteria, strict=True):
        said = kept.get(name)
        fields[name] = RadioField(
            each.text, [InputRequired(_l("Kies ja of nee."))],
            choices=[SelectChoice("yes", _("Ja, wij voldoen")), SelectChoice("no", _("Nee, nog niet"))],
            default=None if said is None else "yes" if said["meets"] else "no",
        )  # fmt: skip
        fields[f"{name}_text"] = TextAreaField(
            _l("Hoe laat u dat zien?"), [_is_told],
            filters=[many_lines], default=told.get(each.code, "") if said is None else said["text"],
            render_kw={"rows": 3},
        )  # fmt: skip
        if jobs and each.code == REFERENCE:
            fields[f"{name}_jobs"] = Ticks(
                _l("Kies uit uw eerdere werk"), choices=[SelectChoice(*pair) for pair in jobs.items()]
            )  # fmt: skip
    fields["agree"] = BooleanField(
        _l("Deze antwoorden kloppen, ook voor deze opdracht."), [InputRequired(_l("Vink dit aan."))]
    )
    form: CriteriaForm = type("CriteriaForm", (CriteriaForm,), fields)()
    if not form.is_submitted():
        form.seen.data = str(saved)
    return form
