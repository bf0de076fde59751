"""Forms of a sample."""

from typing import Any

from wtforms import IntegerField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from cwb.web.forms import Form, MoneyField, TextField, many_lines, optional, required
from cwb.web.i18n import _l
from ledger.samples.rules import FINDINGS, METHODS, MOST


class PlanForm(Form):
    """How to draw."""

    method = RadioField(
        _l("Hoe wilt u trekken?"),
        [InputRequired(_l("Maak een keuze."))],
        choices=[SelectChoice(key.value, _l(text)) for key, text in METHODS.items()],
    )
    size = IntegerField(
        _l("Hoeveel wilt u er nakijken?"),
        [InputRequired(_l("Vul dit in.")), NumberRange(1, MOST, _l("Kies van 1 tot en met 500."))],
    )
    seed = TextField(_l("Startgetal"), required(200))

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        return {"method": self.method.data, "size": self.size.data or 0, "seed": self.seed.data or ""}


class FindingForm(Form):
    """What was found."""

    finding = RadioField(
        _l("Wat vond u?"),
        [InputRequired(_l("Maak een keuze."))],
        choices=[SelectChoice(key.value, _l(text)) for key, text in FINDINGS.items()],
    )
    right_amount = MoneyField(_l("Het juiste bedrag, zonder btw"), [Optional()], smallest=None)
    note = TextAreaField(_l("Toelichting"), optional(500), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        return {
            "finding": self.finding.data, "right_amount": self.right_amount.data, "note": self.note.data or "",
        }  # fmt: skip
