"""Forms about a G-account."""

from typing import Any

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from cwb.kernel.identifiers import Iban
from cwb.kernel.text import N_
from cwb.kernel.words import LEAST
from cwb.web.forms import DayField, Form, IdentifierField, NumberField, many_lines, required
from cwb.web.i18n import _, _l
from ledger.chains.rules import BASES, EVIDENCE, ROLES, Basis, ChainRole, EvidenceKind

_NEEDED = N_("Vul dit in.")


class TermForm(Form):
    """What a supplier proposes."""

    role = RadioField(_l("Wat voor werk is het?"), [InputRequired(_l("Maak een keuze."))])
    g_percentage = NumberField(_l("Deel voor de G-rekening"), [InputRequired(_l(_NEEDED))])
    basis = RadioField(_l("Waarvan neemt u dat deel?"), [InputRequired(_l("Maak een keuze."))])
    wage_share = NumberField(_l("Welk deel van de prijs is loon?"), [Optional()])
    iban = IdentifierField(_l("IBAN van uw G-rekening"), [InputRequired(_l(_NEEDED))], kind=Iban)
    from_on = DayField(_l("Voor werk vanaf"), [InputRequired(_l(_NEEDED))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [SelectChoice(code, _(name)) for code, name in ROLES.items()]
        self.basis.choices = [SelectChoice(code, _(name)) for code, name in BASES.items()]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "role": ChainRole(self.role.data), "basis": Basis(self.basis.data), "from_on": self.from_on.data,
            "g_percentage": self.g_percentage.data, "wage_share": self.wage_share.data, "iban": self.iban.data,
        }  # fmt: skip


class EvidenceForm(Form):
    """That a piece is there."""

    kind = SelectField(_l("Welk stuk?"))
    dated_on = DayField(_l("Van welke dag?"), [InputRequired(_l(_NEEDED))])
    valid_until = DayField(_l("Geldig tot en met"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [SelectChoice(code, _(words.name)) for code, words in EVIDENCE.items()]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "kind": EvidenceKind(self.kind.data), "dated_on": self.dated_on.data,
            "valid_until": self.valid_until.data,
        }  # fmt: skip


class CloseForm(Form):
    """Why a term does not count, or no longer."""

    reason = TextAreaField(_l("Waarom?"), required(2000, least=LEAST), filters=[many_lines])
