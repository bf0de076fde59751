"""Forms of conditions, of the vote on them, and of giving a charge back."""

from decimal import Decimal
from typing import Any

from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from cwb.kernel.money import Money
from cwb.web.forms import (
    DayField,
    Form,
    MoneyField,
    NumberField,
    TextField,
    Ticks,
    many_lines,
    required,
)
from cwb.web.i18n import _, _l
from ledger.conditions.rules import EVERY, GROUPS, Every, Group, Terms

_NEEDED = [InputRequired(_l("Vul dit in."))]


class TermsForm(Form):
    """Conditions, in words and as numbers."""

    words = TextAreaField(_l("De regels in gewone taal"), required(2000), filters=[many_lines])
    starts_on = DayField(_l("Vanaf welke dag?"), _NEEDED)
    accept_where = Ticks(_l("Wie neemt dit geld aan?"), [InputRequired(_l("Maak een keuze."))])
    accept_share = NumberField(_l("Welk deel van de prijs hoogstens?"), _NEEDED, places=0, largest="100")
    accept_price = MoneyField(_l("Over welk eerste deel van de prijs?"), [Optional()])
    accept_cap = MoneyField(_l("Hoeveel hoogstens per aankoop?"), [Optional()])
    fee_rate = NumberField(_l("Kosten voor een bedrijf dat euro’s terugvraagt"), _NEEDED, largest="100")
    fee_days = NumberField(_l("Na hoeveel dagen zijn die kosten nul?"), _NEEDED, places=0)
    fee_hops = NumberField(_l("Na hoeveel betalingen hier zijn die kosten nul?"), _NEEDED, places=0)
    demurrage_every = SelectField(_l("Hoe vaak betaalt geld dat stilstaat?"), _NEEDED)
    demurrage_rate = NumberField(_l("Welk deel dan?"), _NEEDED, largest="100")
    free_days = NumberField(_l("Hoeveel dagen is stilstaan gratis?"), _NEEDED, places=0)
    exempt = MoneyField(_l("Over welk bedrag nooit?"), _NEEDED)
    lapse_months = NumberField(_l("Na hoeveel maanden vervalt het?"), [Optional()], places=0)

    def offer(self, terms: Terms | None) -> None:
        """The choices; and what holds now, filled in when the form is new."""
        self.accept_where.choices = [SelectChoice(each.value, _(name)) for each, name in GROUPS.items()]
        self.demurrage_every.choices = [SelectChoice(each.value, _(name)) for each, name in EVERY.items()]
        if terms is None:
            return
        self.accept_where.data = [each.value for each in terms.accept_where]
        self.demurrage_every.data = terms.demurrage_every.value
        for name in ("accept_share", "fee_days", "fee_hops", "free_days", "lapse_months"):
            getattr(self, name).data = getattr(terms, name)
        for name in ("fee_rate", "demurrage_rate"):
            getattr(self, name).data = Decimal(getattr(terms, name)) / 100
        for name in ("accept_price", "accept_cap", "exempt"):
            cents = getattr(terms, name)
            getattr(self, name).data = None if cents is None else Money(cents)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        chosen = {
            name: _whole(getattr(self, name).data)
            for name in ("accept_share", "fee_days", "fee_hops", "free_days", "lapse_months")
        }
        rates = {name: int(getattr(self, name).data * 100) for name in ("fee_rate", "demurrage_rate")}
        amounts = {
            name: getattr(self, name).data and getattr(self, name).data.minor
            for name in ("accept_price", "accept_cap", "exempt")
        }
        terms = Terms(
            accept_where=tuple(Group(each) for each in self.accept_where.data or ()),
            demurrage_every=Every(self.demurrage_every.data), **chosen, **rates, **amounts,
        )  # fmt: skip
        return {"words": self.words.data or "", "starts_on": self.starts_on.data, "terms": terms}


def _whole(value: Any) -> Any:
    return None if value is None else int(value)


class VoteForm(Form):
    """What the members decided."""

    document = TextField(_l("In welk stuk staat de uitslag?"), required(200))
    decided_on = DayField(_l("Dag van de stemming"), _NEEDED)
    votes_for = NumberField(_l("Stemmen voor"), _NEEDED, places=0, largest="1000000")
    votes_against = NumberField(_l("Stemmen tegen"), _NEEDED, places=0, largest="1000000")

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "document": self.document.data or "", "decided_on": self.decided_on.data,
            "votes_for": _whole(self.votes_for.data), "votes_against": _whole(self.votes_against.data),
        }  # fmt: skip


class BackForm(Form):
    """Why all is given back."""

    reason = TextAreaField(_l("Waarom?"), required(1000), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"reason": self.reason.data or ""}
