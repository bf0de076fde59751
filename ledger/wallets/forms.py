"""Forms of the local currency."""

from typing import Any

from wtforms import BooleanField
from wtforms.validators import InputRequired, Optional

from cwb.kernel.identifiers import KvkNumber
from cwb.web.forms import (
    DayField,
    Form,
    IdentifierField,
    MoneyField,
    SentenceField,
    TextField,
    optional,
    required,
)
from cwb.web.i18n import _l
from ledger.wallets.rules import NOTE

_NEEDED = [InputRequired(_l("Vul dit in."))]


class KeeperForm(Form):
    """Who keeps the books and the euros."""

    keeper_kvk = IdentifierField(_l("KvK-nummer van de stichting"), required(8), kind=KvkNumber)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"keeper_kvk": self.keeper_kvk.data}


class ReviewForm(Form):
    """Who did the legal review, when, and where it stands."""

    reviewer = TextField(_l("Naam van de jurist"), required())
    reviewed_on = DayField(_l("Dag van de toets"), _NEEDED)
    document = TextField(_l("In welk stuk staat het?"), required())

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "reviewer": self.reviewer.data, "reviewed_on": self.reviewed_on.data, "document": self.document.data,
        }  # fmt: skip


class ConfirmForm(Form):
    """That whoever turns the switch to real money knows that it is never turned back."""

    sure = BooleanField(
        _l("Ik weet dat dit niet terug kan"), [InputRequired(_l("Zet een vinkje als u het zeker weet."))]
    )

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {}


class CountForm(Form):
    """What stands on the account."""

    counted = MoneyField(_l("Wat staat er nu op de aparte rekening?"), _NEEDED)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"counted": self.counted.data}


class IssueForm(Form):
    """Units for euros that came in."""

    wallet_code = TextField(_l("Code van de portemonnee"), required(40))
    amount = MoneyField(_l("Bedrag dat binnenkwam"), _NEEDED)
    reference = TextField(_l("Kenmerk op het bankafschrift"), required())

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "wallet_code": self.wallet_code.data, "amount": self.amount.data, "reference": self.reference.data,
        }  # fmt: skip


class CreditForm(Form):
    """Limits by sales."""

    wallet_code = TextField(_l("Code van de portemonnee"), required(40))
    yearly_sales = MoneyField(_l("Verkoop aan anderen hier, in een jaar"), _NEEDED)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"wallet_code": self.wallet_code.data, "yearly_sales": self.yearly_sales.data}


class PayForm(Form):
    """Whom, how much, what for."""

    code = TextField(_l("Code van wie u betaalt"), required(40))
    amount = MoneyField(_l("Bedrag"), _NEEDED)
    price = MoneyField(_l("Wat kost alles samen? Alleen als u een deel in euro’s betaalt"), [Optional()])
    note = SentenceField(_l("Waarvoor?"), optional(NOTE))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "to": self.code.data, "amount": self.amount.data, "price": self.price.data, "note": self.note.data or "",
            "token": self.once_token(),
        }  # fmt: skip


class RefundForm(Form):
    """How much comes back."""

    amount = MoneyField(_l("Hoeveel wilt u terug?"), _NEEDED)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"amount": self.amount.data}
