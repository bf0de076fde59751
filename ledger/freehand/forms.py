"""Forms of an invoice without an agreement."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from wtforms import FieldList, FormField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from cwb.kernel.identifiers import KvkNumber
from cwb.web.forms import (
    DayField,
    Form,
    IdentifierField,
    NumberField,
    PlainForm,
    PriceField,
    SentenceField,
    TextField,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _l
from ledger.agreements.rules import FIRM_DAYS, LINE, NOTE, REFERENCE, UNITS
from ledger.freehand import rules
from ledger.freehand.rules import Typed
from ledger.invoicing.forms import QuantityField
from ledger.invoicing.models import Invoice
from ledger.vat.rules import LABELS, VatCode

_FILL = InputRequired(_l("Vul dit in."))


class LineForm(PlainForm):
    """One typed line; an empty one is left out."""

    description = SentenceField(_l("Omschrijving"), optional(LINE))
    quantity = QuantityField(_l("Aantal"), [MayStayEmpty()])
    unit = SelectField(_l("Eenheid"), default="C62")
    unit_price = PriceField(_l("Prijs zonder btw"), [MayStayEmpty()])
    vat = SelectField(_l("Btw"), default=VatCode.STANDARD.value)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit.choices = [SelectChoice(code, _l(words)) for code, words in UNITS.items()]
        self.vat.choices = [SelectChoice(code.value, _l(words)) for code, words in LABELS.items()]

    def is_typed(self) -> bool:
        """Whether somebody filled it in."""
        return (
            bool(self.description.data) or self.quantity.data is not None or self.unit_price.data is not None
        )

    def line(self) -> Typed:
        """The line as typed; the rule refuses what is missing."""
        return Typed(
            self.description.data or "", self.unit.data, self.quantity.data or Decimal(0),
            self.unit_price.data or Decimal(0), self.vat.data,
        )  # fmt: skip


class FreeForm(Form):
    """Lines, days, term, and what the customer wants to see."""

    lines = FieldList(
        FormField(LineForm), _l("Regels"), min_entries=rules.MOST_LINES, max_entries=rules.MOST_LINES
    )
    delivered_from = DayField(_l("Geleverd vanaf"), [_FILL])
    delivered_until = DayField(_l("Geleverd tot en met"), [_FILL])
    payment_days = NumberField(
        _l("Binnen hoeveel dagen betaalt de klant?"), [_FILL], places=0, smallest="1", largest=str(FIRM_DAYS)
    )
    order_reference = TextField(_l("Ordernummer van de klant"), optional(REFERENCE))
    buyer_reference = TextField(_l("Kenmerk van de klant"), optional(REFERENCE))
    exemption_reason = TextField(_l("Waarom geen btw"), optional(200))
    note = TextAreaField(_l("Toelichting"), optional(NOTE), filters=[many_lines])

    def rows(self) -> tuple[Sequence[Any], Sequence[Any]]:
        """The lines a page shows at once, and those behind "more lines": what is typed never hides."""
        typed = [at for at, each in enumerate(self.lines.entries, start=1) if each.form.is_typed()]
        shown = max([rules.FIRST_LINES, *typed])
        return self.lines.entries[:shown], self.lines.entries[shown:]

    def values(self) -> dict[str, Any]:
        """What the services take.

        Raises:
            TextMissing, QuantityWrong, PriceWrong: a line is half filled in.
        """
        return {
            "lines": [each.form.line() for each in self.lines if each.form.is_typed()],
            "delivered_from": self.delivered_from.data,
            "delivered_until": self.delivered_until.data,
            "payment_days": int(self.payment_days.data or 0),
            "order_reference": self.order_reference.data or "",
            "buyer_reference": self.buyer_reference.data or "",
            "exemption_reason": self.exemption_reason.data or "",
            "note": self.note.data or "",
        }


def lines_of(invoice: Invoice) -> list[dict[str, Any]]:
    """The lines of a draft as data for a form."""
    return [
        {
            "description": each.description, "quantity": each.quantity, "unit": each.unit,
            "unit_price": each.unit_price, "vat": each.vat_code.value,
        }
        for each in invoice.lines
    ]  # fmt: skip


class MemberForm(Form):
    """An organisation that takes part here."""

    kvk_number = IdentifierField(
        _l("KvK-nummer"), required(20), kind=KvkNumber, render_kw={"spellcheck": "false", "dir": "ltr"}
    )
