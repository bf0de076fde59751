"""Forms of closing."""

from collections.abc import Iterable
from typing import Any

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.kernel.period import Period
from cwb.web.forms import DayField, Form, many_lines, required
from cwb.web.i18n import _l
from ledger.closing.rules import MOST_REASON, BooksKind


class CloseForm(Form):
    """Which period."""

    period = SelectField(_l("Welke periode sluit u?"))

    def offer(self, periods: Iterable[tuple[Period, str]]) -> None:
        """What can be closed, with its name."""
        self.period.choices = [SelectChoice(f"{each.start}/{each.end}", name) for each, name in periods]

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        return {"period": Period.parse(self.period.data or "")}


class ReopenForm(Form):
    """Why."""

    reason = TextAreaField(
        _l("Waarom moet deze periode weer open?"), required(MOST_REASON), filters=[many_lines]
    )


class StatusForm(Form):
    """What these books are."""

    kind = RadioField(
        _l("Wat is deze boekhouding?"),
        [InputRequired(_l("Maak een keuze."))],
        choices=[
            SelectChoice(BooksKind.STATUTORY.value, _l("De wettelijke administratie")),
            SelectChoice(BooksKind.SUBLEDGER.value, _l("Een subadministratie naast een ander pakket")),
        ],
    )
    since = DayField(_l("Vanaf welke dag?"), [InputRequired(_l("Vul dit in."))])

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        return {"kind": self.kind.data, "since": self.since.data}
