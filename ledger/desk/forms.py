"""Which invoices a list shows."""

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice

from cwb.web.forms import DayField, PlainForm
from cwb.web.i18n import _l
from ledger.invoicing.forms import STATES
from ledger.invoicing.queries import Wanted


class InvoiceFilter(PlainForm):
    """Side, state, days and words."""

    side = SelectField(
        _l("Welke"),
        choices=[
            SelectChoice("", _l("alle")),
            SelectChoice("seller", _l("die wij sturen")),
            SelectChoice("buyer", _l("die wij krijgen")),
        ],
        default="",
    )
    state = SelectField(
        _l("Stand"),
        choices=[
            SelectChoice("", _l("alle")),
            SelectChoice("open", _l("nog te betalen")),
            SelectChoice("overdue", _l("te laat")),
            *(SelectChoice(state, text) for state, text in STATES.items()),
        ],
        default="",
    )
    first = DayField(_l("Verstuurd vanaf"))
    last = DayField(_l("Verstuurd tot en met"))
    text = StringField(_l("Nummer, kenmerk of naam"))

    def wanted(self, party_id: int | None) -> Wanted:
        """The choice as a query takes it; rubbish in the address means no filter."""
        self.validate()
        return Wanted(
            party_id=party_id, side=self.side.data or "", state=self.state.data or "",
            text=(self.text.data or "")[:100].replace("\x00", "").strip(), first=self.first.data, last=self.last.data,
        )  # fmt: skip
