"""The forms of who runs the fund."""

from decimal import Decimal
from typing import Any

from wtforms import TextAreaField
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from coops.fund.rules import TermsFacts
from cwb.kernel.identifiers import Iban, KvkNumber
from cwb.web.forms import (
    NAME,
    DayField,
    Form,
    IdentifierField,
    MoneyField,
    NumberField,
    TextField,
    many_lines,
    required,
)
from cwb.web.i18n import _l

MUST = [InputRequired(_l("Vul dit in."))]
TEXT = 2000


class OpenForm(Form):
    """A name, a number, an account."""

    name = TextField(_l("Naam van het fonds"), required(NAME))
    kvk_number = IdentifierField(_l("KvK-nummer"), [MayStayEmpty()], kind=KvkNumber)
    iban = IdentifierField(_l("Eigen rekening van het fonds (IBAN)"), MUST, kind=Iban)

    def values(self) -> dict[str, Any]:
        """What `services.open_fund` takes."""
        return {"name": self.name.data, "kvk_number": self.kvk_number.data, "iban": self.iban.data}


class GrantForm(Form):
    """Capital that came in."""

    source = TextField(_l("Van wie kwam het geld?"), required(NAME))
    amount = MoneyField(_l("Bedrag"), MUST, smallest="0.01")
    received_on = DayField(_l("Ontvangen op"), MUST)
    ends_on = DayField(_l("Eindigt op"), [MayStayEmpty()])
    hand_over = TextAreaField(_l("Hoe gaat het daarna verder?"), required(TEXT), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.add_grant` takes."""
        return {
            "source": self.source.data, "amount": self.amount.data, "received_on": self.received_on.data,
            "ends_on": self.ends_on.data, "hand_over": self.hand_over.data,
        }  # fmt: skip


class EndForm(Form):
    """What became of capital at its end."""

    returned = MoneyField(_l("Hoeveel ging terug naar de gever?"), MUST)
    outcome = TextAreaField(
        _l("Hoe is het overgegaan naar gewoon geld?"), required(TEXT), filters=[many_lines]
    )

    def values(self) -> dict[str, Any]:
        """What `services.end_grant` takes."""
        return {"returned": self.returned.data, "outcome": self.outcome.data}


class TermsForm(Form):
    """On what terms the fund pays ahead."""

    valid_from = DayField(_l("Geldt vanaf"), MUST)
    rate = NumberField(_l("Kosten per jaar, in procent"), MUST, largest="20")
    most_amount = MoneyField(_l("Hooguit open per coöperatie"), MUST, smallest="0.01")
    invoice_share = NumberField(_l("Deel van een factuur, in procent"), MUST, smallest="1", largest="100")
    contract_share = NumberField(_l("Deel van een contract, in procent"), MUST, smallest="1", largest="100")

    def facts(self) -> TermsFacts:
        """The terms as values; percents become fractions and basis points."""
        most, percents = (
            self.most_amount.data,
            (self.rate.data, self.invoice_share.data, self.contract_share.data),
        )
        rate, of_invoice, of_contract = (Decimal(each or 0) for each in percents)
        day: Any = self.valid_from.data
        return TermsFacts(
            day, rate / 100, most.minor if most else 0, int(of_invoice * 100), int(of_contract * 100)
        )
