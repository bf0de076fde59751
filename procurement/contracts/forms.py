"""Forms of a contract."""

from typing import Any

from wtforms import BooleanField, FieldList, FormField, RadioField, SelectField, TextAreaField
from wtforms.fields import HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from cwb.kernel.money import Money
from cwb.web.forms import (
    NAME,
    DayField,
    Form,
    MoneyField,
    NumberField,
    PlainForm,
    SentenceField,
    TextField,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _l
from ledger.vat.rules import VatCode
from procurement.contracts import rules
from procurement.contracts.models import Contract
from procurement.contracts.rules import OUTCOME_TEXTS, SETTLED, ContractState, Line

VAT: dict[VatCode, Any] = {
    VatCode.STANDARD: _l("21 procent"),
    VatCode.REDUCED: _l("9 procent"),
    VatCode.ZERO: _l("0 procent"),
    VatCode.EXEMPT: _l("vrijgesteld"),
    VatCode.REVERSE_CHARGE: _l("verlegd"),
    VatCode.OUTSIDE: _l("valt buiten de btw"),
}
"""VAT code → its text."""

_VAT_CHOICES = [SelectChoice(each.value, text) for each, text in VAT.items()]

STATES: dict[ContractState, Any] = {
    ContractState.DRAFT: _l("nog niet getekend"),
    ContractState.ONE_SIGNED: _l("één partij tekende"),
    ContractState.ACTIVE: _l("geldt"),
}
"""State → its text."""

ROWS = 4
"""How many empty rows a form shows."""


def vat_of(field: Any) -> VatCode:
    """The chosen code; nothing chosen is the standard rate.

    Raises:
        VatCodeUnknown: none of the list.
    """
    return VatCode.of(field.data or VatCode.STANDARD)


class LineForm(PlainForm):
    """One typed line; an empty one is left out."""

    description = SentenceField(_l("Omschrijving"), optional(rules.MOST_TEXT))
    amount = MoneyField(_l("Bedrag in euro, zonder btw"), [Optional()])
    vat = SelectField(_l("Btw"), choices=_VAT_CHOICES, validate_choice=False)

    def is_typed(self) -> bool:
        """Whether somebody filled it in."""
        return bool(self.description.data) or self.amount.data is not None

    def line(self) -> Line:
        """The line as typed; the rule refuses what is missing."""
        return Line(
            self.description.data or "",
            self.amount.data or Money(0),
            vat_of(self.vat),
        )


class ContractForm(Form):
    """Term, payment, and either equal instalments or typed lines."""

    starts_on = DayField(_l("Vanaf"), [InputRequired(_l("Vul dit in."))])
    ends_on = DayField(_l("Tot en met"), [InputRequired(_l("Vul dit in."))])
    payment_days = NumberField(
        _l("Binnen hoeveel dagen betaalt u?"),
        [InputRequired(_l("Vul dit in."))],
        places=0,
        smallest="1",
        largest="30",
    )
    instalments = NumberField(
        _l("In hoeveel gelijke termijnen?"),
        [Optional()],
        places=0,
        smallest="1",
        largest=str(rules.MOST_LINES),
    )
    description = SentenceField(_l("Omschrijving van elke termijn"), optional(rules.MOST_TEXT - 10))
    vat = SelectField(_l("Btw"), choices=_VAT_CHOICES, validate_choice=False)
    lines = FieldList(
        FormField(LineForm), _l("Of typ zelf de regels"), min_entries=ROWS, max_entries=rules.MOST_LINES
    )
    version = HiddenField()

    def values(self, price: Money) -> dict[str, Any]:
        """What `services.make_contract` takes; typed lines go before instalments.

        Raises:
            InstalmentsWrong, LineInvalid: neither can be made.
        """
        typed = [each.form.line() for each in self.lines if each.form.is_typed()]
        lines = typed or rules.instalments(
            price,
            int(self.instalments.data or 0),
            self.description.data or "",
            vat_of(self.vat),
        )
        return {
            "lines": lines, "starts_on": self.starts_on.data, "ends_on": self.ends_on.data,
            "payment_days": int(self.payment_days.data or 0),
        }  # fmt: skip

    def made_from(self) -> int:
        """The version this form showed; rubbish is no version."""
        return version_of(self.version.data)


def version_of(text: str | None) -> int:
    """A version from a hidden field; rubbish is no version."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1


def shown(contract: Contract) -> dict[str, Any]:
    """A contract as the form shows it, with its lines typed out."""
    return {
        "starts_on": contract.starts_on, "ends_on": contract.ends_on, "payment_days": contract.payment_days,
        "version": str(contract.version),
        "lines": [
            {"description": each.description, "amount": each.amount, "vat": each.vat_code.value}
            for each in contract.lines
        ],
    }  # fmt: skip


class LocalForm(Form):
    """Was the local option examined?"""

    outcome = RadioField(
        _l("Hebt u gekeken of een lokale leverancier dit kan?"),
        choices=[SelectChoice(each.value, _l(OUTCOME_TEXTS[each])) for each in SETTLED],
        validators=[InputRequired(_l("Kies één."))],
    )
    reason = TextAreaField(_l("Licht toe"), required(2000), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.examine_local_option` takes."""
        return {"outcome": rules.LocalOutcome(self.outcome.data), "reason": self.reason.data}


class SignForm(Form):
    """A signature."""

    version = HiddenField()
    sure = BooleanField(
        _l("Ik las het contract. Ik mag tekenen namens mijn organisatie."),
        [InputRequired(_l("Vink dit aan om te tekenen."))],
    )

    def made_from(self) -> int:
        """The version this page showed."""
        return version_of(self.version.data)


class ContractFilter(PlainForm):
    """What narrows the list."""

    text = TextField(_l("Zoek op woord, nummer of leverancier"), [Optional()])
    state = SelectField(_l("Stand"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state.choices = [
            SelectChoice("", _l("Alle")),
            *(SelectChoice(each.value, text) for each, text in STATES.items()),
        ]

    def values(self) -> dict[str, Any]:
        """What `queries.contracts` takes; rubbish narrows nothing."""
        known = {each.value: each for each in ContractState}
        return {"text": (self.text.data or "")[:NAME], "state": known.get(self.state.data or "")}
