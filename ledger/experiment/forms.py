"""Forms of an experiment."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.kernel.period import Period
from cwb.web.forms import DayField, Form, MoneyField, NumberField, TextField, many_lines, required
from cwb.web.i18n import _l
from ledger.experiment.rules import Design

MUST = [InputRequired(_l("Vul dit in."))]
CHOOSE = [InputRequired(_l("Maak een keuze."))]
AHEAD = 4


class PlanForm(Form):
    """What is asked, and how chance decides."""

    title = TextField(_l("Hoe heet het onderzoek?"), required(200))
    hypotheses = TextAreaField(_l("Wat verwacht u?"), required(1000), filters=[many_lines])
    secondary = TextAreaField(_l("Waar kijkt u nog meer naar?"), required(1000), filters=[many_lines])
    arms = RadioField(
        _l("Wat krijgen deelnemers als zij beginnen?"),
        CHOOSE,
        choices=[
            SelectChoice("A", _l("A: een tegoedbon in euro’s")),
            SelectChoice("A A+", _l("A of A+: een tegoedbon, of een die eerst moet rondgaan")),
            SelectChoice("B", _l("B: krediet van leden onderling")),
            SelectChoice("A A+ B", _l("A, A+ of B: alle drie")),
        ],
    )
    first = SelectField(_l("In welk kwartaal begint de eerste ronde?"), CHOOSE)
    waves = SelectField(
        _l("In hoeveel rondes begint iedereen?"),
        CHOOSE,
        choices=[SelectChoice(str(number), str(number)) for number in range(2, 7)],
    )
    seed = TextField(_l("Startgetal van de loting"), required(200))
    sd = NumberField(_l("Hoeveel verschillen deelnemers van elkaar?"), MUST, largest="100")
    rho = NumberField(_l("Hoeveel lijken deelnemers in een groep op elkaar?"), MUST, largest="100")
    reserve = MoneyField(_l("Hoeveel verlies kan de reserve dragen?"), MUST)

    def offer(self, running: Period) -> None:
        """The quarters in which a first wave can begin: none that runs already."""
        found = [Period.quarter_of(running.end)]
        while len(found) < AHEAD:
            found.append(Period.quarter_of(found[-1].end))
        self.first.choices = [SelectChoice(str(each), str(each)) for each in found]

    def design(self) -> Design:
        """What was chosen, as the service takes it."""
        return Design(
            title=self.title.data or "", hypotheses=self.hypotheses.data or "", secondary=self.secondary.data or "",
            first=Period.parse(self.first.data), waves=int(self.waves.data), arms=tuple(self.arms.data.split()),
            seed=self.seed.data or "", sd=_part(self.sd.data), rho=_part(self.rho.data),
            reserve=self.reserve.data.minor if self.reserve.data else 0,
        )  # fmt: skip


def _part(percent: Any) -> Fraction:
    return Fraction(Decimal(percent)) / 100


class DeviationForm(Form):
    """What is done otherwise than planned."""

    since = DayField(_l("Sinds welke dag?"), MUST)
    reason = TextAreaField(_l("Wat is anders dan het plan, en waarom?"), required(1000), filters=[many_lines])
    analysis = BooleanField(_l("De rekenregels zelf zijn veranderd"))

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        return {"since": self.since.data, "reason": self.reason.data or "", "analysis": self.analysis.data}


class CutForm(Form):
    """Up to which quarter a result is computed."""

    cut = SelectField(_l("Tot en met welk kwartaal?"), CHOOSE)
