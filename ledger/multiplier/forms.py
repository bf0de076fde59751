"""Forms of a study. There is no field for a multiplier of somewhere else."""

from decimal import Decimal
from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from cwb.kernel.identifiers import KvkNumber
from cwb.web.forms import (
    Form,
    IdentifierField,
    MoneyField,
    NumberField,
    TextField,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _l
from ledger.share.rules import Standing

MUST = [InputRequired(_l("Vul dit in."))]


class StudyForm(Form):
    """What is studied."""

    title = TextField(_l("Welk geld volgt u?"), required(200))
    first = MoneyField(_l("Hoeveel geld is het, zonder btw? (R1)"), MUST, smallest="0.01")
    asked = TextAreaField(_l("Wie vroeg u, en hoe?"), required(500), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        first = self.first.data
        return {
            "title": self.title.data or "",
            "first": first.minor if first else 0,
            "asked": self.asked.data or "",
        }


class RecipientForm(Form):
    """Who got part of it."""

    name = TextField(_l("Wie kreeg een deel van het geld?"), required(200))
    amount = MoneyField(_l("Hoeveel, zonder btw?"), MUST, smallest="0.01")
    kvk_number = IdentifierField(_l("KvK-nummer"), optional(20), kind=KvkNumber)
    standing = RadioField(
        _l("Waar zit die?"),
        [Optional()],
        default="",
        choices=[
            SelectChoice("", _l("Dat zegt het register")),
            SelectChoice(Standing.LOCAL.value, _l("Bewezen in het gebied")),
            SelectChoice(Standing.UNKNOWN.value, _l("Weet ik niet zeker")),
            SelectChoice(Standing.NOT_LOCAL.value, _l("Bewezen erbuiten")),
        ],
    )
    reason = TextField(_l("Waarom weet u dat, als het register het niet zegt?"), optional(300))
    answer = NumberField(
        _l("Welk deel gaf die weer in het gebied uit?"), [Optional()], places=2, largest="100"
    )

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them; the answer in ten-thousandths."""
        amount, answer = self.amount.data, self.answer.data
        return {
            "name": self.name.data or "", "amount": amount.minor if amount else 0,
            "standing": Standing(self.standing.data) if self.standing.data else None,
            "kvk_number": self.kvk_number.data, "reason": self.reason.data or "",
            "answer": None if answer is None else int(Decimal(answer) * 100),
        }  # fmt: skip
