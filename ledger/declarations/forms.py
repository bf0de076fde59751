"""Forms of declarations: one short form for each step."""

from typing import Any

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.money import Money
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
from ledger.declarations.models import Declaration
from ledger.declarations.rules import CHECKED_GRADES, YEARS_BACK, payroll_lines

MUST = [InputRequired(_l("Vul dit in."))]
MOST = "999999999"


def _cents(value: Money | None) -> int:
    return value.minor if value else 0


def _count(value: Any) -> int:
    return int(value) if value is not None else 0


def _counted(text: Any) -> NumberField:
    return NumberField(text, [Optional()], places=0, largest=MOST)


class StartForm(Form):
    """Which year, which contract, and the turnover everything is divided by."""

    year = SelectField(_l("Over welk jaar?"), validate_choice=False)
    turnover = MoneyField(_l("Omzet zonder btw"), MUST, smallest="0.01")
    contract_reference = TextField(_l("Contractnummer"), optional())

    def offer(self, this_year: int) -> None:
        """The years that may be chosen; last year first."""
        years = [this_year - 1, this_year, *range(this_year - 2, this_year - YEARS_BACK - 1, -1)]
        self.year.choices = [SelectChoice(str(each), str(each)) for each in years]

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        year = self.year.data or ""
        return {
            "year": int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0,
            "turnover": _cents(self.turnover.data), "contract_reference": self.contract_reference.data or "",
        }  # fmt: skip


class WagesForm(Form):
    """Wages to residents, how many people, and the paper it stands in; and the turnover, which may be mended here."""

    turnover = MoneyField(_l("Omzet zonder btw"), [Optional()], smallest="0.01")
    wages = MoneyField(_l("Brutoloon voor bewoners van het gebied"), MUST)
    payroll = TextAreaField(_l("Hoeveel bewoners, per postcode"), optional(5000), filters=[many_lines])
    source = TextField(_l("In welk stuk staat dit?"), required(300))

    def __init__(self, one: Declaration) -> None:
        told = payroll_lines(one.payroll)
        super().__init__(data={
            "turnover": Money(one.turnover_amount), "wages": Money(one.wages_amount), "payroll": told,
            "source": one.source,
        })  # fmt: skip

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        return {
            "turnover": None if self.turnover.data is None else _cents(self.turnover.data),
            "wages": _cents(self.wages.data),
            "payroll": self.payroll.data or "",
            "source": self.source.data or "",
        }


class PurchaseForm(Form):
    """One supplier in the area."""

    kvk_number = IdentifierField(_l("KvK-nummer van uw leverancier"), required(20), kind=KvkNumber)
    name = TextField(_l("Naam"), required(200))
    amount = MoneyField(_l("Ingekocht, zonder btw"), MUST, smallest="0.01")

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        return {
            "kvk_number": self.kvk_number.data, "name": self.name.data or "", "amount": _cents(self.amount.data),
        }  # fmt: skip


class SurplusForm(Form):
    """What was paid out of the surplus, and to how many."""

    surplus = MoneyField(_l("Uitgekeerde winst"), MUST)
    members = _counted(_l("Aantal leden of eigenaren"))
    resident_members = _counted(_l("Hoeveel van hen wonen in het gebied?"))

    def __init__(self, one: Declaration) -> None:
        data = {"surplus": Money(one.surplus_amount), "members": one.member_count}
        super().__init__(data={**data, "resident_members": one.resident_member_count})

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        return {
            "surplus": _cents(self.surplus.data), "members": _count(self.members.data),
            "resident_members": _count(self.resident_members.data),
        }  # fmt: skip


class WorkForm(Form):
    """Where the hours were worked, and who holds the votes."""

    hours = _counted(_l("Gewerkte uren"))
    local_hours = _counted(_l("Waarvan in het gebied"))
    votes = _counted(_l("Stemmen in de vergadering"))
    resident_votes = _counted(_l("Waarvan van bewoners of van wie er werkt"))
    ownership_source = TextField(_l("Waar staat dat van de stemmen?"), optional(300))

    def __init__(self, one: Declaration) -> None:
        data = {"hours": one.hour_count, "local_hours": one.local_hour_count, "votes": one.vote_count}
        rest = {"resident_votes": one.resident_vote_count, "ownership_source": one.ownership_source}
        super().__init__(data=data | rest)

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        counts = ("hours", "local_hours", "votes", "resident_votes")
        found: dict[str, Any] = {name: _count(getattr(self, name).data) for name in counts}
        return found | {"ownership_source": self.ownership_source.data or ""}


class CheckForm(Form):
    """What a second person found."""

    answer = RadioField(
        _l("Klopt de opgave met de stukken?"),
        [InputRequired(_l("Maak een keuze."))],
        choices=[
            SelectChoice("yes", _l("Ja, zij telt mee")),
            SelectChoice("no", _l("Nee, zij telt niet mee")),
        ],
    )
    grade = RadioField(
        _l("Hoe sterk is het bewijs?"),
        [InputRequired(_l("Maak een keuze."))],
        choices=[SelectChoice(str(key), _l(text)) for key, text in CHECKED_GRADES.items()],
    )
    reason = TextAreaField(_l("Welke stukken zag u, en wat vond u?"), required(500), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        return {
            "accepted": self.answer.data == "yes",
            "grade": int(self.grade.data),
            "reason": self.reason.data or "",
        }
