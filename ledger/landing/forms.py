"""Forms of passing on."""

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.web.forms import (
    DayField,
    Form,
    IdentifierField,
    MoneyField,
    TextField,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _l
from ledger.declarations.models import Subcontract
from ledger.landing.rules import OUTCOMES

MUST = [InputRequired(_l("Vul dit in."))]


class PassForm(Form):
    """What went on to whom; `one` is what is changed."""

    anchor = SelectField(_l("Van welke koper kwam het geld?"))
    period = SelectField(_l("In welk kwartaal?"))
    kvk_number = IdentifierField(_l("KvK-nummer van de onderaannemer"), required(20), kind=KvkNumber)
    amount = MoneyField(_l("Doorgegeven, zonder btw"), MUST, smallest="0.01")
    category = SelectField(_l("Wat voor werk?"), [Optional()])
    invoice_number = TextField(_l("Factuurnummer of stuk van de onderaannemer"), optional(60))
    certificate = TextField(_l("Bewijs van de onderaannemer"), optional())
    certificate_expires_on = DayField(_l("Dat bewijs geldt tot"), [Optional()])
    is_another = BooleanField(_l("Ja, dit is een ander bedrag dan wat ik al opgaf"))

    def __init__(self, one: Subcontract | None = None) -> None:
        super().__init__(
            data={} if one is None else {
                "anchor": str(one.anchor.public_id), "period": str(Period.quarter_of(one.from_on)),
                "kvk_number": one.sub.kvk_number, "amount": Money(one.amount), "category": one.category,
                "invoice_number": one.invoice_number, "certificate": one.certificate,
                "certificate_expires_on": one.certificate_expires_on,
            }
        )  # fmt: skip

    def offer(
        self, anchors: list[tuple[str, str]], periods: list[Period], categories: list[tuple[str, str]]
    ) -> None:
        """Fill the choices."""
        self.anchor.choices = [SelectChoice(key, name) for key, name in anchors]
        self.period.choices = [SelectChoice(str(each), str(each)) for each in periods]
        self.category.choices = [
            SelectChoice("", "–"),
            *(SelectChoice(key, name) for key, name in categories),
        ]

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them, but for the anchor."""
        amount = self.amount.data
        return {
            "period": Period.parse(self.period.data), "kvk_number": self.kvk_number.data,
            "amount": amount.minor if amount else 0, "category": self.category.data or "",
            "invoice_number": self.invoice_number.data or "",
            "certificate": self.certificate.data or "", "certificate_expires_on": self.certificate_expires_on.data,
            "is_another": bool(self.is_another.data),
        }  # fmt: skip


class PaperForm(Form):
    """The invoice or contract of the subcontractor."""

    file = FileField(
        _l("Factuur of contract van de onderaannemer"),
        [FileRequired(_l("Kies een bestand."))],
        render_kw={"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"},
    )

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        given = self.file.data
        with given.stream:
            return {"name": given.filename or "", "content": given.read()}


class WithdrawForm(Form):
    """Why an approval no longer stands."""

    reason = TextAreaField(_l("Waarom telt dit niet meer mee?"), required(500), filters=[many_lines])


class PassCheckForm(Form):
    """Whether it is so."""

    answer = RadioField(
        _l("Klopt het met de stukken?"),
        [InputRequired(_l("Maak een keuze."))],
        choices=[
            SelectChoice("yes", _l("Ja, het telt mee")),
            SelectChoice("no", _l("Nee, het telt niet mee")),
        ],
    )
    reason = TextAreaField(_l("Welke stukken zag u, en wat vond u?"), required(500), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        return {"accepted": self.answer.data == "yes", "reason": self.reason.data or ""}


class AnswerForm(Form):
    """What came of a question."""

    outcome = RadioField(
        _l("Wat kwam eruit?"),
        [InputRequired(_l("Maak een keuze."))],
        choices=[SelectChoice(key, _l(text)) for key, text in OUTCOMES.items()],
    )
    reason = TextAreaField(_l("Wie vroeg u, en wat is het antwoord?"), required(500), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        return {"outcome": self.outcome.data, "reason": self.reason.data or ""}


class FlagFilters(Form):
    """Which period."""

    class Meta:
        csrf = False

    period = SelectField(_l("Periode"), validate_choice=False)

    def offer(self, periods: list[Period]) -> None:
        """Fill the choices."""
        self.period.choices = [SelectChoice(str(each), str(each)) for each in periods]
