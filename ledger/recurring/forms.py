"""Forms of invoices that come back."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import FieldList, FormField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from cwb.web.forms import (
    DayField,
    Form,
    NumberField,
    PlainForm,
    SentenceField,
    TextField,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _, _l, month
from ledger.agreements.rules import FIRM_DAYS, NAME, NOTE, REFERENCE
from ledger.freehand import rules as freehand
from ledger.freehand.forms import LineForm
from ledger.recurring import rules
from ledger.recurring.models import RecurringTerms
from ledger.recurring.rules import Every

_FILL = InputRequired(_l("Vul dit in."))
DRAFT, SEND = "draft", "send"


class TermsForm(Form):
    """What is on each invoice."""

    lines = FieldList(
        FormField(LineForm), _l("Regels"), min_entries=freehand.MOST_LINES, max_entries=freehand.MOST_LINES
    )
    payment_days = NumberField(
        _l("Binnen hoeveel dagen betaalt de klant?"), [_FILL], places=0, smallest="1", largest=str(FIRM_DAYS)
    )
    order_reference = TextField(_l("Ordernummer van de klant"), optional(REFERENCE))
    buyer_reference = TextField(_l("Kenmerk van de klant"), optional(REFERENCE))
    exemption_reason = TextField(_l("Waarom geen btw"), optional(200))
    note = TextAreaField(_l("Toelichting"), optional(NOTE), filters=[many_lines])

    def without_lines(self) -> None:
        """Take out what an agreement says already."""
        del self.lines
        del self.payment_days

    def rows(self) -> tuple[Sequence[Any], Sequence[Any]]:
        """The lines a page shows at once, and those behind "more lines": what is typed never hides."""
        if self.lines is None:
            return (), ()
        typed = [at for at, each in enumerate(self.lines.entries, start=1) if each.form.is_typed()]
        shown = max([freehand.FIRST_LINES, *typed])
        return self.lines.entries[:shown], self.lines.entries[shown:]

    def values(self) -> dict[str, Any]:
        """What the services take.

        Raises:
            TextMissing, QuantityWrong, PriceWrong: a line is half filled in.
        """
        lines = (
            [] if self.lines is None else [each.form.line() for each in self.lines if each.form.is_typed()]
        )
        return {
            "lines": lines,
            "payment_days": 0 if self.payment_days is None else int(self.payment_days.data or 0),
            "order_reference": self.order_reference.data or "",
            "buyer_reference": self.buyer_reference.data or "",
            "exemption_reason": self.exemption_reason.data or "",
            "note": self.note.data or "",
        }


class PlanForm(TermsForm):
    """A new plan: how often, from when, and whether somebody looks first."""

    title = SentenceField(_l("Naam, alleen voor u"), required(NAME))
    every = SelectField(_l("Hoe vaak?"), default=Every.MONTH.value)
    begins_on = SelectField(_l("Eerste maand"))
    day = SelectField(_l("Op welke dag maken wij de factuur?"), default="1")
    ends_on = DayField(_l("Laatste dag"), [MayStayEmpty()])
    sending = RadioField(
        _l("Kijkt er iemand voordat de factuur weggaat?"),
        choices=[
            SelectChoice(DRAFT, _l("Ja. Wij zetten een concept klaar, en u verstuurt.")),
            SelectChoice(SEND, _l("Nee. De factuur gaat vanzelf weg, op mijn naam.")),
        ],
        default=DRAFT,
    )

    def __init__(self, today: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.every.choices = [SelectChoice(each.value, _l(words)) for each, words in rules.EVERY.items()]
        firsts = [rules.months_on(today, months) for months in range(-rules.FAR, rules.FAR + 1)]
        self.begins_on.choices = [SelectChoice(each.isoformat(), month(each)) for each in firsts]
        days = [
            SelectChoice(str(day), _("dag %(day)s van de maand erna", day=day))
            for day in range(1, rules.LAST_DAY)
        ]
        self.day.choices = [SelectChoice(str(rules.LAST_DAY), _("de laatste dag van de periode")), *days]

    def values(self) -> dict[str, Any]:
        """What `make_plan` takes."""
        return super().values() | {
            "title": self.title.data or "",
            "every": Every(self.every.data),
            "begins_on": date.fromisoformat(self.begins_on.data),
            "day": int(self.day.data),
            "ends_on": self.ends_on.data,
            "sends_itself": self.sending.data == SEND,
        }


class ChangeForm(TermsForm):
    """Other lines, prices or texts from a day on."""

    since = DayField(_l("Vanaf welke periode?"), [_FILL])

    def values(self) -> dict[str, Any]:
        """What `change_plan` takes."""
        return super().values() | {"since": self.since.data}


class EndForm(Form):
    """When it stops."""

    on = DayField(_l("Laatste dag"), [_FILL])


class PlanFilter(PlainForm):
    """Which plans a list shows."""

    text = StringField(_l("Zoek op naam of klant"))
    state = SelectField(
        _l("Stand"),
        choices=[
            SelectChoice("", _l("alle")),
            SelectChoice("waiting", _l("wacht op u")),
            SelectChoice("paused", _l("staat stil")),
        ],
        default="",
    )


def typed(terms: RecurringTerms) -> dict[str, Any]:
    """Terms as data for a form."""
    names = ("payment_days", "order_reference", "buyer_reference", "exemption_reason", "note")
    lines = [
        {
            "description": each.description, "quantity": each.quantity, "unit": each.unit,
            "unit_price": each.unit_price, "vat": each.vat_code.value,
        }
        for each in terms.lines
    ]  # fmt: skip
    return {name: getattr(terms, name) for name in names} | {"lines": lines}
