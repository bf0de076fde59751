"""Forms of a change."""

from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from cwb.kernel.money import Money
from cwb.web.forms import DayField, Form, MoneyField, TextField, Ticks, many_lines, optional, required
from cwb.web.i18n import _l
from procurement.changes import rules
from procurement.changes.rules import Affects, Ground


class ProposeForm(Form):
    """What changes, by how much, until when, on which ground, and what shows it."""

    affects = Ticks(
        _l("Wat verandert er?"),
        choices=[SelectChoice(each.value, _l(text)) for each, text in rules.AFFECTS_TEXTS.items()],
    )
    what = TextAreaField(_l("Beschrijf de wijziging"), required(4000), filters=[many_lines])
    delta = MoneyField(
        _l("Hoeveel komt erbij, in euro zonder btw?"), [InputRequired(_l("Vul dit in."))], smallest=None
    )
    ends_on = DayField(_l("Nieuwe laatste dag"), [Optional()])
    ground = RadioField(
        _l("Waarom mag dit zonder nieuwe aanbesteding?"),
        choices=[SelectChoice(each.value, _l(name)) for each, (name, _ask) in rules.GROUND_TEXTS.items()],
        validators=[InputRequired(_l("Kies één."))],
    )
    shown = TextAreaField(_l("Waaruit blijkt dat?"), required(4000), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.propose_change` takes."""
        return {
            "affects": [Affects(each) for each in self.affects.data or ()], "what": self.what.data,
            "delta": self.delta.data or Money(0), "ends_on": self.ends_on.data,
            "ground": Ground(self.ground.data), "shown": self.shown.data,
        }  # fmt: skip


class DecideForm(Form):
    """Yes or no of the second person."""

    approved = RadioField(
        _l("Mag deze wijziging op deze grond?"),
        choices=[
            SelectChoice("yes", _l("Ja. Ik teken voor de koper.")),
            SelectChoice("no", _l("Nee. Dit kan niet zonder nieuwe procedure.")),
        ],
        validators=[InputRequired(_l("Kies één."))],
    )
    reason = TextAreaField(_l("Waarom?"), optional(4000), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.decide_change` takes."""
        return {"approved": self.approved.data == "yes", "reason": self.reason.data or ""}


class AnswerForm(Form):
    """Yes or no of the supplier."""

    accepted = RadioField(
        _l("Tekent u deze wijziging?"),
        choices=[
            SelectChoice("yes", _l("Ja. Ik teken voor mijn organisatie.")),
            SelectChoice("no", _l("Nee. Het contract blijft zoals het is.")),
        ],
        validators=[InputRequired(_l("Kies één."))],
    )
    reason = TextAreaField(_l("Waarom?"), optional(4000), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.answer_change` takes."""
        return {"accepted": self.accepted.data == "yes", "reason": self.reason.data or ""}


class ExtendForm(Form):
    """The price of the extra term."""

    amount = MoneyField(
        _l("Prijs van de extra looptijd, in euro zonder btw"),
        [InputRequired(_l("Vul dit in. Niets erbij? Vul 0 in."))],
    )


class NoticeForm(Form):
    """Where the notice stands."""

    reference = TextField(_l("Nummer of adres van de aankondiging"), required())
