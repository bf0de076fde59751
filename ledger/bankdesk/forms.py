"""Forms of the bank."""

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.kernel.identifiers import Iban
from cwb.web.forms import Form, IdentifierField, MoneyField, TextField, many_lines, required
from cwb.web.i18n import _l
from ledger.accounts.rules import Role

OTHERS = {
    Role.EXPENSE.value: _l("Kosten zonder factuur"),
    Role.FEE_EXPENSE.value: _l("Kosten van de bank"),
    Role.FEE_INCOME.value: _l("Rente of vergoeding die u kreeg"),
    Role.VAT_OUTPUT.value: _l("Btw met de Belastingdienst"),
    Role.CLEARING.value: _l("Verrekening met een betaaldienst"),
    Role.CASH.value: _l("Kas"),
    Role.FUND.value: _l("Inleg of uitkering van leden"),
    Role.OPENING.value: _l("Van voor de boekhouding hier"),
}
"""What an entry without an invoice is, in the words of who decides."""


class StatementForm(Form):
    """One file."""

    file = FileField(_l("Bestand van uw bank"), [FileRequired(_l("Kies een bestand."))])


class AccountForm(Form):
    """An account of the organisation."""

    number = IdentifierField(_l("IBAN"), required(42), kind=Iban)
    blocked = BooleanField(_l("Dit is een G-rekening"))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"number": self.number.data, "blocked": bool(self.blocked.data)}


class ToleranceForm(Form):
    """How much an amount may be off."""

    amount = MoneyField(_l("Hoogste verschil"), [InputRequired(_l("Vul dit in."))])


class InvoiceForm(Form):
    """Which invoice an entry is for."""

    number = TextField(_l("Factuurnummer of betalingskenmerk"), required(60))


class OtherForm(Form):
    """What an entry is, without an invoice."""

    role = RadioField(
        _l("Wat is het?"),
        [InputRequired(_l("Kies wat het is."))],
        choices=[SelectChoice(value, text) for value, text in OTHERS.items()],
    )


class BackForm(Form):
    """Why what was booked is taken back."""

    reason = TextAreaField(_l("Waarom klopt het niet?"), required(500), filters=[many_lines])


class LeaveForm(Form):
    """Why an entry is left."""

    reason = TextAreaField(_l("Waarom?"), required(500), filters=[many_lines])
