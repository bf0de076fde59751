"""Forms between the letters and the definitive award."""

from typing import Any

from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.web.forms import LONG, NAME, DayField, Form, TextField, Ticks, many_lines, required
from cwb.web.i18n import _l
from procurement.lots.forms import LotsForm


class DefinitiveForm(Form):
    """The last check before it is definitive."""

    sure = BooleanField(
        _l("Over wat nu definitief wordt, loopt geen bezwaar of kort geding."),
        [InputRequired(_l("Vink dit aan als het klopt."))],
    )


class SummonsForm(LotsForm):
    """A summons."""

    served_on = DayField(_l("Wanneer kwam de dagvaarding?"), [InputRequired(_l("Vul dit in."))])
    reference = TextField(_l("Zaaknummer of naam van de zaak"), required(NAME))

    def values(self) -> dict[str, Any]:
        """What `services.record_summons` takes."""
        return {"served_on": self.served_on.data, "reference": self.reference.data, "lots": self.chosen()}


class JudgmentForm(Form):
    """What the judge said."""

    may_award = RadioField(
        _l("Wat besliste de rechter?"),
        choices=[
            SelectChoice("yes", _l("De gunning mag doorgaan")),
            SelectChoice("no", _l("Dit besluit mag niet doorgaan")),
        ],
        validators=[InputRequired(_l("Kies één."))],
    )
    judgment = TextAreaField(_l("Het vonnis in het kort"), required(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.record_judgment` takes."""
        return {"may_award": self.may_award.data == "yes", "judgment": self.judgment.data}


class ExtendForm(LotsForm):
    """A later last day of waiting, with its reason."""

    last_day = DayField(_l("Laatste dag van de wachttijd"), [InputRequired(_l("Vul dit in."))])
    reason = TextAreaField(_l("Waarom wacht u langer?"), required(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.extend` takes."""
        return {"last_day": self.last_day.data, "reason": self.reason.data, "lots": self.chosen()}


class TakeBackForm(LotsForm):
    """Of which lots the award is taken back, and why."""

    lots = Ticks(
        _l("Van welke percelen?"),
        [InputRequired(_l("Kies van welke percelen u de gunning intrekt."))],
        coerce=int,
    )
    reason = TextAreaField(_l("Waarom trekt u deze gunning in?"), required(LONG), filters=[many_lines])
    sure = BooleanField(
        _l("Ik weet dat deze brieven niet meer gelden."), [InputRequired(_l("Vink dit aan als het klopt."))]
    )

    def values(self) -> dict[str, Any]:
        """What `services.take_back_lots` takes."""
        return {"reason": self.reason.data, "lots": self.chosen()}


class WithdrawForm(Form):
    """Why a decision is taken back."""

    reason = TextAreaField(_l("Waarom trekt u het besluit in?"), required(LONG), filters=[many_lines])
    sure = BooleanField(
        _l("Ik weet dat deze brieven niet meer gelden."), [InputRequired(_l("Vink dit aan als het klopt."))]
    )

    def values(self) -> dict[str, Any]:
        """The reason."""
        return {"reason": self.reason.data}
