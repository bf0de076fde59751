"""Forms of invoices: quantities per line, a credit note, the numbering."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange
from wtforms.validators import Optional as MayStayEmpty

from cwb.web.forms import DayField, Form, NumberField, PlainForm, TextField, many_lines, optional, required
from cwb.web.i18n import _l
from ledger.agreements.rules import NOTE, REFERENCE
from ledger.numbering.rules import MOST_NUMBER

Kind = TypeVar("Kind", bound="QuantitiesForm")

_PREFIX = "quantity_"


STATES: Mapping[str, Any] = {
    "draft": _l("concept"), "sent": _l("wacht op akkoord"), "disputed": _l("bezwaar"), "approved": _l("goedgekeurd"),
    "paid": _l("betaald"), "credited": _l("gecrediteerd"), "outside": _l("verstuurd"),
}  # fmt: skip
"""States of an invoice in words; `outside`: sent to who approves nothing here."""

TONES: Mapping[str, str] = {
    "draft": "neutral", "sent": "info", "disputed": "warn", "approved": "info", "paid": "good", "credited": "neutral",
    "outside": "info",
}  # fmt: skip
"""How a state looks."""


class QuantityField(NumberField):
    """A quantity with at most two decimals, shown without needless zeros."""

    def write(self, value: Any) -> str:
        """The number as it is shown in the box."""
        text = f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
        return super().write(text) if "." in text else text


class QuantitiesForm(Form):
    """A form with one quantity per line; made by `with_lines`."""

    def quantity_fields(self) -> list[Any]:
        """The quantity boxes, in the order of the lines."""
        return [field for field in self if field.short_name.startswith(_PREFIX)]

    def quantities(self) -> dict[int, Decimal]:
        """What was filled in, by line id; nothing for an empty box or zero."""
        return {int(f.short_name.removeprefix(_PREFIX)): f.data for f in self.quantity_fields() if f.data}


class InvoiceForm(QuantitiesForm):
    """Quantities, the days of delivery, and what the buyer wants to see on the invoice."""

    delivered_from = DayField(_l("Gewerkt vanaf"), [InputRequired(_l("Vul dit in."))])
    delivered_until = DayField(_l("Gewerkt tot en met"), [InputRequired(_l("Vul dit in."))])
    order_reference = TextField(_l("Ordernummer van de klant"), optional(REFERENCE))
    buyer_reference = TextField(_l("Kenmerk van de klant"), optional(REFERENCE))
    exemption_reason = TextField(_l("Waarom geen btw"), optional(200))
    note = TextAreaField(_l("Toelichting"), optional(NOTE), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "quantities": self.quantities(),
            "delivered_from": self.delivered_from.data,
            "delivered_until": self.delivered_until.data,
            "order_reference": self.order_reference.data or "",
            "buyer_reference": self.buyer_reference.data or "",
            "exemption_reason": self.exemption_reason.data or "",
            "note": self.note.data or "",
        }


class CreditForm(QuantitiesForm):
    """What is taken back, and why."""

    reason = TextAreaField(_l("Reden"), required(NOTE), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"quantities": self.quantities(), "reason": self.reason.data}


class NumberingForm(Form):
    """How the next invoices are numbered."""

    prefix = TextField(_l("Begin van het nummer"), optional(26))
    next_number = IntegerField(
        _l("Volgende nummer"),
        [
            InputRequired(_l("Vul dit in.")),
            NumberRange(1, MOST_NUMBER, _l("Het volgende nummer ligt tussen 1 en 99.999.999.")),
        ],
        render_kw={"inputmode": "numeric"},
    )
    least_digits = IntegerField(
        _l("Minstens zoveel cijfers"),
        [InputRequired(_l("Vul dit in.")), NumberRange(0, 8, _l("Kies een getal van 0 tot en met 8."))],
        render_kw={"inputmode": "numeric"},
    )

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "prefix": self.prefix.data or "",
            "next_number": self.next_number.data,
            "least_digits": self.least_digits.data,
        }


def with_lines(kind: type[Kind], lines: Sequence[tuple[int, str, str]]) -> type[Kind]:
    """The form with a box per line, given as (line id, label, hint)."""
    boxes = {
        f"{_PREFIX}{key}": QuantityField(label, [MayStayEmpty()], description=hint)
        for key, label, hint in lines
    }
    return type(kind.__name__, (kind,), boxes)


def box(line_id: int) -> str:
    """The name of a line's box."""
    return f"{_PREFIX}{line_id}"


def filled(quantities: Mapping[int, Decimal]) -> dict[str, Decimal]:
    """Quantities by line id as data for a form."""
    return {f"{_PREFIX}{key}": quantity for key, quantity in quantities.items()}


class AgreementFilter(PlainForm):
    """Which agreements a list shows."""

    text = StringField(_l("Zoek op titel of kenmerk"))
    state = SelectField(
        _l("Stand"),
        choices=[
            SelectChoice("", _l("alle")),
            SelectChoice("active", _l("loopt")),
            SelectChoice("ended", _l("beëindigd")),
        ],
        default="",
    )
