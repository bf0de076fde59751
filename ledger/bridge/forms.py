"""What a ledger says."""

from typing import Any

from wtforms.validators import InputRequired

from cwb.web.forms import Form, MoneyField, TextField, required
from cwb.web.i18n import _l


class TotalForm(Form):
    """A total and where it stands."""

    amount = MoneyField(
        _l("Totaal van alle crediteuren in dit kwartaal"),
        [InputRequired(_l("Geef het bedrag."))],
        smallest=None,
    )  # in a quarter of credit notes alone it is below zero
    source = TextField(_l("Waar staat dat?"), required(200))

    def values(self) -> dict[str, Any]:
        """The amount and its source."""
        return {"amount": self.amount.data, "source": self.source.data or ""}
