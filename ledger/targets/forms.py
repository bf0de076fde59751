"""Forms of targets."""

from decimal import Decimal
from typing import Any

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.web.forms import Form, NumberField, many_lines, required
from cwb.web.i18n import _l
from ledger.targets.rules import MEASURES, YEARS


class TargetForm(Form):
    """A target."""

    measure = RadioField(
        _l("Wat wilt u bereiken?"),
        [InputRequired(_l("Maak een keuze."))],
        choices=[SelectChoice(key, _l(text)) for key, text in MEASURES.items()],
    )
    first_year = SelectField(_l("Eerste jaar van het programma"))
    share = NumberField(_l("Minstens hoeveel procent?"), [InputRequired(_l("Vul dit in."))], largest="100")
    reason = TextAreaField(_l("Waarom dit doel?"), required(500), filters=[many_lines])

    def offer(self, this_year: int) -> None:
        """The years a programme may begin in."""
        years = range(this_year + 1, this_year - YEARS, -1)
        self.first_year.choices = [SelectChoice(str(each), str(each)) for each in years]

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them; the share in ten-thousandths."""
        share = self.share.data
        return {
            "measure": self.measure.data, "first_year": int(self.first_year.data),
            "share": int(Decimal(share) * 100) if share is not None else 0, "reason": self.reason.data or "",
        }  # fmt: skip


class DecisionForm(Form):
    """Yes or no."""

    answer = RadioField(
        _l("Bent u het eens met dit doel?"),
        [InputRequired(_l("Maak een keuze."))],
        choices=[
            SelectChoice("yes", _l("Ja, het doel geldt")),
            SelectChoice("no", _l("Nee, het doel geldt niet")),
        ],
    )
    reason = TextAreaField(_l("Waarom?"), required(500), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        return {"accepted": self.answer.data == "yes", "reason": self.reason.data or ""}
