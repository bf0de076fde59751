"""Forms of a decision."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, EmailField, SelectField, TextAreaField
from wtforms.fields import HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Optional

from cwb.kernel.text import N_
from cwb.web.forms import NAME, Form, NumberField, PlainForm, TextField, many_lines, optional, required
from cwb.web.i18n import _, _l
from procurement.awards.rules import MOST_DAYS, MOST_REASONS, Result

RESULTS: dict[Result, Any] = {
    Result.WON: _l("gewonnen"),
    Result.LOST: _l("niet gewonnen"),
    Result.LIMITED: _l("grens van percelen bereikt"),
    Result.KNOCKED_OUT: _l("onder het minimum"),
    Result.DISQUALIFIED: _l("deed niet mee"),
    Result.DAMAGED: _l("envelop beschadigd"),
}
"""Result → its text."""


CERTAINTY: dict[str, Any] = {
    "sure": _l("zeker: staat in de wet"),
    "unverified": _l("niet nagelezen in de bron"),
    "setting": _l("onze eigen, voorzichtige keuze"),
}
"""Certainty of a rule → its text."""


OWN_SOURCES = (N_("geen wettelijke termijn onder de drempel; dezelfde rust als daarboven"),)
"""Sources of terms that are words and no article (`standstill.toml`), named here to be translated."""


class PrepareForm(Form):
    """Begin a decision."""

    contact_name = TextField(_l("Bij wie kan een inschrijver terecht?"), required(NAME))
    contact_email = EmailField(
        _l("E-mailadres"), [*required(NAME), Email(message=_l("Dit is geen e-mailadres."))]
    )
    contact_phone = TextField(_l("Telefoon"), optional())
    days = NumberField(
        _l("Hoeveel dagen wacht u?"), [InputRequired(_l("Vul dit in."))], places=0, largest=str(MOST_DAYS)
    )

    failing: Sequence[int] = ()

    def values(self) -> dict[str, Any]:
        """What `services.prepare_decision` takes."""
        return {
            "contact_name": self.contact_name.data, "contact_email": self.contact_email.data,
            "contact_phone": self.contact_phone.data or "", "days": int(self.days.data or 0),
            "reasons": {number: self[f"reason_{number}"].data or "" for number in self.failing},
        }  # fmt: skip


def prepare_form(failing: Sequence[int], shown: Mapping[str, Any]) -> PrepareForm:
    """The form to begin a decision, with a reason to write for each lot (by number) without a winner."""
    fields: dict[str, Any] = {"failing": tuple(failing)}
    for number in failing:
        fields[f"reason_{number}"] = TextAreaField(
            _("Waarom krijgt perceel %(num)s geen winnaar?", num=number),
            required(MOST_REASONS),
            filters=[many_lines],
        )
    made: PrepareForm = type("PrepareForm", (PrepareForm,), fields)(data=dict(shown))
    return made


class LetterForm(Form):
    """One bidder's motivation."""

    advantages = TextAreaField(
        _l("Wat deed de winnaar beter dan deze inschrijver?"), optional(MOST_REASONS), filters=[many_lines]
    )
    lesson = TextAreaField(
        _l("Wat kan deze inschrijver leren voor de volgende keer?"),
        optional(MOST_REASONS),
        filters=[many_lines],
    )

    def values(self) -> dict[str, Any]:
        """What `services.write_letter` takes."""
        return {"advantages": self.advantages.data or "", "lesson": self.lesson.data or ""}


class SendForm(Form):
    """The second person read it all."""

    version = HiddenField()
    sure = BooleanField(
        _l("Ik las het besluit en alle brieven. Alle brieven gaan nu tegelijk weg."),
        [InputRequired(_l("Vink dit aan als u alles las."))],
    )

    def made_from(self) -> int:
        """The version this page showed; rubbish is no version."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


class UnsuccessfulForm(Form):
    """Why nothing is awarded."""

    reason = TextAreaField(
        _l("Waarom eindigt dit zonder gunning?"), required(MOST_REASONS), filters=[many_lines]
    )


class LetterFilter(PlainForm):
    """What narrows the list of results."""

    text = TextField(_l("Zoek op woord of nummer"), [Optional()])
    result = SelectField(_l("Uitslag"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.result.choices = [
            SelectChoice("", _l("Alle")),
            *(SelectChoice(each.value, text) for each, text in RESULTS.items()),
        ]

    def values(self) -> dict[str, Any]:
        """What `queries.letters` takes; rubbish narrows nothing."""
        known = {each.value: each for each in Result}
        return {"text": (self.text.data or "")[:NAME], "result": known.get(self.result.data or "")}
