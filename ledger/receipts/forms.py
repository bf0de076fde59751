"""Forms of receipts, for a phone."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from cwb.kernel.money import Money
from cwb.web.forms import DayField, Form, MoneyField, TextField, Ticks, many_lines, required
from cwb.web.i18n import _, _l
from ledger.receipts.rules import CATEGORIES, NAME, PAYERS, PaidBy


class ReceiptForm(Form):
    """The photo and what stands on it."""

    file = FileField(
        _l("Foto van de bon"),
        [FileRequired(_l("Kies een foto."))],
        render_kw={"accept": "image/jpeg,image/png"},
    )
    supplier = TextField(_l("Waar gekocht?"), required(NAME))
    bought_on = DayField(_l("Welke dag?"), [InputRequired(_l("Vul dit in."))])
    high = MoneyField(_l("Bedrag met 21% btw erin"), [Optional()])
    low = MoneyField(_l("Bedrag met 9% btw erin"), [Optional()])
    none = MoneyField(_l("Bedrag zonder btw"), [Optional()])
    category = SelectField(_l("Wat voor kosten?"))
    paid_by = RadioField(_l("Wie betaalde?"), [InputRequired(_l("Maak een keuze."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category.choices = [SelectChoice(code, _(name)) for code, name in CATEGORIES.items()]
        self.paid_by.choices = [SelectChoice(code, _(name)) for code, name in PAYERS.items()]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        amounts = {name: self[name].data or Money(0) for name in ("high", "low", "none")}
        return {
            "supplier": self.supplier.data, "bought_on": self.bought_on.data, "category": self.category.data,
            "paid_by": PaidBy(self.paid_by.data), "photo": self.file.data.read(),
            "photo_name": self.file.data.filename or "", **amounts,
        }  # fmt: skip


class TogetherForm(Form):
    """Which receipts one transfer paid."""

    chosen = Ticks(_l("Welke bonnen?"), [InputRequired(_l("Kies minstens één bon."))])

    def __init__(
        self, *args: Any, rows: Sequence[tuple[str, str]], picked: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, data={"chosen": list(picked)}, **kwargs)
        self.chosen.choices = [SelectChoice(key, words) for key, words in rows]

    def values(self) -> list[UUID]:
        """What the service takes."""
        return [UUID(each) for each in self.chosen.data or ()]


class ReasonForm(Form):
    """Why a receipt is turned back."""

    reason = TextAreaField(_l("Waarom klopt deze bon niet?"), required(2000), filters=[many_lines])
