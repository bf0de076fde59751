"""Forms of who a supplier is."""

from typing import Any

from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.kernel.identifiers import KvkNumber
from cwb.web.forms import Form, IdentifierField, TextField, optional, required
from cwb.web.i18n import _, _l
from ledger.suppliers.rules import KINDS_OF_NUMBER

OTHER = "other"


class WhoForm(Form):
    """Who a supplier is, or is not."""

    back = HiddenField()
    was = HiddenField()
    asked = HiddenField()
    who = RadioField(_l("Over wie beslist u?"), validate_choice=False)
    kvk_number = IdentifierField(_l("Ander KvK-nummer"), optional(), kind=KvkNumber)
    answer = RadioField(
        _l("Is het dezelfde?"),
        [InputRequired(_l("Kies ja of nee."))],
        choices=[
            SelectChoice("yes", _l("Ja, dit is dezelfde")),
            SelectChoice("no", _l("Nee, dit is een ander")),
        ],
    )
    reason = TextField(_l("Waarom?"), required(500))

    def offer(self, candidates: list[tuple[str, str]]) -> None:
        """Whom one may choose."""
        self.who.choices = [
            *(SelectChoice(key, name) for key, name in candidates),
            SelectChoice(OTHER, _("Een ander nummer")),
        ]
        self.offered = {key for key, _name in candidates}

    def chosen(self) -> str:
        """Who was chosen: "p" and an organisation's id, "k" and a number, "s" and a supplier's id; "" for nobody."""
        if self.who.data in self.offered:
            return str(self.who.data)
        return f"k{self.kvk_number.data}" if self.kvk_number.data else ""


class ReasonForm(Form):
    """Why something is undone."""

    reason = TextField(_l("Waarom maakt u dit ongedaan?"), required(500))


class NumberForm(Form):
    """The number of a supplier, as its buyer knows it."""

    kvk_number = IdentifierField(_l("KvK-nummer"), required(20), kind=KvkNumber)


class CatchAllForm(Form):
    """A number that stands for many suppliers, or for one after all."""

    kind = SelectField(_l("Welk nummer?"), validate_choice=False)
    answer = RadioField(
        _l("Van wie is het nummer?"),
        choices=[
            SelectChoice("many", _l("Van meer leveranciers")),
            SelectChoice("one", _l("Van één leverancier")),
        ],
        default="many",
    )
    reason = TextField(_l("Waarom?"), required(500))

    def offer(self, numbers: dict[str, str]) -> None:
        """The numbers a supplier has."""
        self.kind.choices = [SelectChoice(k, f"{_(KINDS_OF_NUMBER[k])} {v}") for k, v in numbers.items()]
        self.numbers = numbers

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        kind = self.kind.data if self.kind.data in self.numbers else next(iter(self.numbers))
        return {
            "kind": kind, "value": self.numbers[kind], "holds": self.answer.data == "many", "reason": self.reason.data,
        }  # fmt: skip
