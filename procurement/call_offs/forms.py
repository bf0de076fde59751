"""Forms of a framework and its orders."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, FieldList, FormField, RadioField, SelectField, TextAreaField
from wtforms.fields import HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from cwb.web.forms import (
    LONG,
    NAME,
    DayField,
    Form,
    NumberField,
    PlainForm,
    SentenceField,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _l, text_of
from procurement.call_offs import errors
from procurement.call_offs.rules import DRAFTED, RULE_TEXTS, STOPPED, Price, Rule, State
from procurement.contracts.rules import OUTCOME_TEXTS, SETTLED, LocalOutcome

STATES: dict[str, tuple[Any, str]] = {
    State.OFFERED: (_l("wacht op antwoord"), "warn"),
    State.ACCEPTED: (_l("aangenomen"), "good"),
    State.DECLINED: (_l("afgewezen"), "bad"),
    State.WITHDRAWN: (_l("ingetrokken"), "neutral"),
    State.COMPETING: (_l("via mini-competitie"), "info"),
    State.AWARDED: (_l("getekend"), "good"),
    DRAFTED: (_l("mini-competitie in concept"), "neutral"),
    STOPPED: (_l("mini-competitie gestopt"), "neutral"),
}
"""State of an order, or where its competition stands → its text and tone."""

MUST = [InputRequired(_l("Vul dit in."))]


class RuleForm(Form):
    """Who gets an order, when there are several parties."""

    rule = RadioField(
        _l("Wie krijgt een nadere opdracht?"),
        choices=[SelectChoice(each.value, _l(text)) for each, text in RULE_TEXTS.items()],
        validators=[InputRequired(_l("Kies één."))],
    )
    note = TextAreaField(_l("Toelichting voor inschrijvers"), optional(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.set_rule` takes."""
        return {"rule": Rule(self.rule.data), "note": self.note.data or ""}


def local_question(known: Iterable[LocalOutcome]) -> RadioField:
    """The question about the local option with the answers that can be known now."""
    return RadioField(
        _l("Hebt u gekeken of een lokale leverancier dit kan?"),
        choices=[SelectChoice(each.value, _l(OUTCOME_TEXTS[each])) for each in known],
        validators=[InputRequired(_l("Kies één."))],
    )


class LocalPart(Form):
    """Was the local option examined? Asked at every new order."""

    local_outcome = local_question(SETTLED)
    local_reason = TextAreaField(_l("Licht toe"), required(2000), filters=[many_lines])

    def local(self) -> dict[str, Any]:
        """The answer."""
        return {
            "local_outcome": LocalOutcome(self.local_outcome.data),
            "local_reason": self.local_reason.data or "",
        }


class QuantityForm(PlainForm):
    """How much of one line of the price list."""

    position = HiddenField()
    quantity = NumberField(_l("Aantal"), [Optional()], places=4)


class OrderForm(LocalPart):
    """What is ordered: a title, quantities, the days. Prices and terms come from the framework."""

    title = SentenceField(_l("Waar gaat het om?"), required(NAME))
    description = TextAreaField(_l("Wat moet er precies gebeuren?"), optional(LONG), filters=[many_lines])
    party = SelectField(_l("Aan welke leverancier?"), validate_choice=False)
    choice_reason = TextAreaField(_l("Waarom deze leverancier?"), optional(2000), filters=[many_lines])
    starts_on = DayField(_l("Vanaf"), MUST)
    ends_on = DayField(_l("Tot en met"), MUST)
    lines = FieldList(FormField(QuantityForm))

    def __init__(
        self, *args: Any, prices: Sequence[Price] = (), parties: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        kwargs.setdefault("data", {})
        kwargs["data"]["lines"] = [{"position": str(each.position)} for each in prices]
        super().__init__(*args, **kwargs)
        self.party.choices = [SelectChoice(value, text) for value, text in parties]
        if not parties:
            del self.party
            del self.choice_reason
        names = {str(each.position): each.description for each in prices}
        for entry in self.lines.entries:
            name = names.get(entry.form.position.data or "")
            if name:
                entry.form.quantity.label.text = name

    def values(self) -> dict[str, Any]:
        """What `services.place` takes but the party."""
        quantities: dict[int, Decimal] = {}
        for entry in self.lines.entries:
            position, quantity = entry.form.position.data or "", entry.form.quantity.data
            if quantity:
                quantities[int(position) if position.isascii() and position.isdigit() else 0] = quantity
        return {
            "title": self.title.data, "description": self.description.data or "", "quantities": quantities,
            "starts_on": self.starts_on.data, "ends_on": self.ends_on.data, **self.local(),
            "choice_reason": (self.choice_reason.data or "") if "choice_reason" in self else "",
        }  # fmt: skip

    def show(self, fault: Any) -> None:
        """A fault of the quantities is shown above the form; the list itself has one error per line."""
        if fault.field == "lines":
            self.form_errors.append(text_of(fault))
            return
        super().show(fault)


class AdditionForm(OrderForm):
    """What is ordered on top of an order: the same supplier, at the same prices. Why it is needed must be said."""

    description = TextAreaField(_l("Wat komt erbij, en waarom?"), required(LONG), filters=[many_lines])


class AnswerForm(Form):
    """Yes, or no with a reason."""

    accepts = RadioField(
        _l("Neemt u deze opdracht aan?"),
        choices=[
            SelectChoice("yes", _l("Ja, wij doen dit. Dit telt als handtekening.")),
            SelectChoice("no", _l("Nee, wij doen dit niet")),
        ],
        validators=[InputRequired(_l("Kies één."))],
    )
    reason = TextAreaField(_l("Bij een nee: waarom niet?"), optional(2000), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.answer` takes."""
        return {"accepts": self.accepts.data == "yes", "reason": self.reason.data or ""}


class InviteForm(Form):
    """Which other bidder joins."""

    label = SelectField(_l("Welke inschrijver doet mee?"), validate_choice=False)

    def chosen(self) -> str:
        """The label of the bid.

        Raises:
            PartyUnknown: none.
        """
        if not self.label.data:
            raise errors.PartyUnknown(field="label")
        return str(self.label.data)


class NotJoinForm(Form):
    """Say no, with the reason."""

    reason = TextAreaField(_l("Waarom doet u niet mee?"), required(LONG), filters=[many_lines])


class JoinForm(Form):
    """Sign as another party."""

    sure = BooleanField(
        _l("Ik las de raamovereenkomst en de prijzen. Ik mag tekenen namens mijn organisatie."),
        [InputRequired(_l("Vink dit aan om te tekenen."))],
    )
