"""Forms of votes about local money."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired

from coops.register.forms import options
from coops.votes.forms import CHOICES
from coops.votes.rules import Choice
from cwb.web.forms import LONG, Form, MoneyField, SentenceField, many_lines, required
from cwb.web.i18n import _l

DAYS = {"7": _l("1 week"), "14": _l("2 weken"), "28": _l("4 weken")}


class ProposeForm(Form):
    """What the fund should pay for."""

    title = SentenceField(_l("In één zin: waarvoor?"), required(120, least=5))
    text = TextAreaField(_l("Vertel meer. Wat verandert er?"), required(LONG, least=20), filters=[many_lines])
    payee = SentenceField(_l("Wie krijgt het geld?"), required(120, least=3))
    amount = MoneyField(_l("Hoeveel?"), [InputRequired(_l("Vul dit in."))])
    days = RadioField(
        _l("Hoe lang kan iedereen stemmen?"), [InputRequired(_l("Maak een keuze."))], default="14",
        choices=options(DAYS),
    )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "title": self.title.data, "text": self.text.data, "payee": self.payee.data, "amount": self.amount.data,
            "days": int(self.days.data),
        }  # fmt: skip


class VoteForm(Form):
    """A vote; for whom is asked only of who may vote for two."""

    voter = SelectField(_l("Voor wie stemt u nu?"), [InputRequired(_l("Maak een keuze."))])
    choice = RadioField(
        _l("Uw stem"), [InputRequired(_l("Kies voor, tegen of onthouding."))], choices=options(CHOICES)
    )

    def __init__(self, *args: Any, able: Sequence[tuple[UUID, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.voter.choices = options({str(public_id): name for public_id, name in able})
        if len(able) == 1 and self.voter.data is None:
            self.voter.data = str(able[0][0])

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"voter": UUID(self.voter.data), "choice": Choice(self.choice.data)}


class WhyForm(Form):
    """Why it is taken back."""

    why = TextAreaField(_l("Waarom?"), required(1000, least=10), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"why": self.why.data}


class PayForm(Form):
    """By which payment."""

    reference = SentenceField(_l("Kenmerk van de overboeking"), required(120, least=3))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"reference": self.reference.data}
