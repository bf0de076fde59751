"""Forms of collecting dues through the own bank."""

from typing import Any

from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired

from coops.collecting.forms import WHY
from cwb.kernel.identifiers import Iban
from cwb.web.forms import DayField, Form, IdentifierField, SentenceField, TextField, VersionedForm, required
from cwb.web.i18n import _l
from ledger.debits.models import DebitCreditor
from ledger.debits.rules import MEDIUM_NAMES, DebitState
from ledger.sepa.rules import MOST_NAME

_MUST = [InputRequired(_l("Vul dit in."))]

MEDIA: dict[str, Any] = {medium: _l(name) for medium, name in MEDIUM_NAMES.items()}
"""How a mandate was given → its text."""

STATES: dict[str, Any] = {
    DebitState.SENT: _l("in het bestand"),
    DebitState.REFUSED: _l("geweigerd"),
    DebitState.RETURNED: _l("teruggehaald"),
    DebitState.WITHDRAWN: _l("niet verstuurd"),
}
"""State of a debit → its text."""


class CreditorForm(VersionedForm):
    """The contract for direct debit with the own bank."""

    creditor_id = TextField(_l("Incassant-ID"), required(45))
    iban = IdentifierField(_l("Rekening waarop het binnenkomt (IBAN)"), _MUST, kind=Iban)

    def __init__(self, *args: Any, creditor: DebitCreditor | None, iban: str | None, **kwargs: Any) -> None:
        data: dict[str, Any] = {"iban": iban or "", "version": "0"}
        if creditor is not None:
            data = {
                "creditor_id": creditor.creditor_id,
                "iban": creditor.iban,
                "version": str(creditor.version),
            }
        super().__init__(*args, data=data, **kwargs)


class PhoneForm(Form):
    """A mandate that a member gives here, with the own account."""

    iban = IdentifierField(_l("Uw rekening (IBAN)"), _MUST, kind=Iban)
    holder = SentenceField(_l("Naam van de rekeninghouder"), required(MOST_NAME))
    agreed = BooleanField(_l("Ik las dit en geef deze machtiging."))


class PaperForm(Form):
    """A mandate that a member signed on paper."""

    iban = IdentifierField(_l("Rekening van het lid (IBAN)"), _MUST, kind=Iban)
    holder = SentenceField(_l("Naam van de rekeninghouder"), required(MOST_NAME))
    signed_on = DayField(_l("Getekend op"), _MUST)


class RefusedForm(Form):
    """Why the bank refused a debit."""

    code = SelectField(_l("Wat zei de bank?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code.choices = [(code, f"{code}: {why}") for code, why in WHY.items()]
        self.code.choices.append(("", _l("Iets anders")))
