"""Forms of offers and wants."""

from datetime import timedelta
from typing import Any

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from coops.exchange import rules
from coops.exchange.models import Advert
from coops.exchange.queries import Sought
from coops.exchange.rules import DEALS, EXCHANGES, ITEMS, AdvertFacts, Deal, Exchange, Item
from coops.register.forms import options, places
from cwb.kernel.clock import local_date, now
from cwb.kernel.money import Money
from cwb.web.forms import (
    DayField,
    Form,
    MoneyField,
    PlainForm,
    SentenceField,
    VersionedForm,
    many_lines,
    required,
)
from cwb.web.i18n import _l
from ledger.instruments.rules import INSTRUMENTS, Code

MONEYS = {code: each.name for code, each in INSTRUMENTS.items() if code is not Code.WIJK}
"""Local money that something can cost; points for hours buy nothing here."""

CHOOSE = [InputRequired(_l("Kies één."))]


def choices_of(names: dict[Any, str]) -> list[SelectChoice]:
    """Members of an enumeration with their names, to choose from."""
    return [SelectChoice(each.value, _l(text)) for each, text in names.items()]


class Typed(Form):
    """What every form of an advert asks, an organisation's and a resident's."""

    exchange: RadioField
    item: SelectField
    deal: RadioField
    title: SentenceField
    text: TextAreaField
    money: SelectField
    price: MoneyField
    place: SelectField
    expires_on: DayField

    def facts(self) -> AdvertFacts:
        """The advert as typed."""
        return AdvertFacts(
            Exchange(self.exchange.data), Item(self.item.data), Deal(self.deal.data), self.title.data or "",
            self.text.data or "", self.place.data or None, self.expires_on.data or local_date(now()),
            Code(self.money.data) if self.money.data else None,
            self.price.data if isinstance(self.price.data, Money) else None,
        )  # fmt: skip


class AdvertForm(Typed, VersionedForm):
    """One offer or want."""

    exchange = RadioField(
        _l("Biedt u iets aan, of zoekt u iets?"), CHOOSE, choices=choices_of(dict(EXCHANGES))
    )
    item = SelectField(_l("Wat is het?"), CHOOSE, choices=choices_of(dict(ITEMS)))
    deal = RadioField(_l("Hoe?"), CHOOSE, choices=choices_of(dict(DEALS)))
    title = SentenceField(_l("In één zin"), required(rules.MOST_TITLE))
    text = TextAreaField(_l("Vertel meer"), required(rules.MOST_TEXT), filters=[many_lines])
    money = SelectField(_l("Te betalen met lokaal geld?"), [MayStayEmpty()])
    price = MoneyField(_l("Prijs in dat geld"), [MayStayEmpty()])
    place = SelectField(_l("In welke wijk?"), [MayStayEmpty()])
    expires_on = DayField(_l("Tot en met welke dag?"), [InputRequired(_l("Vul dit in."))])

    def __init__(self, *args: Any, advert: Advert | None = None, **kwargs: Any) -> None:
        data: dict[str, Any] = {"expires_on": local_date(now()) + timedelta(days=60)}
        if advert is not None:
            fields = ("exchange", "item", "deal", "title", "text", "expires_on")
            data = {name: getattr(advert, name) for name in fields}
            data |= {"place": advert.place_code or "", "version": str(advert.version)}
            data |= {"money": advert.instrument_code or "", "price": advert.facts.price}
        super().__init__(*args, data=data, **kwargs)
        self.place.choices = options(places(), _l("Hele gebied"))
        self.money.choices = [SelectChoice("", _l("Nee")), *choices_of(dict(MONEYS))]


class ReportForm(Form):
    """What is wrong with it."""

    reason = TextAreaField(_l("Wat is er mis?"), required(rules.MOST_REASON), filters=[many_lines])


class ReplyForm(Form):
    """What one writes to the maker."""

    text = TextAreaField(_l("Uw bericht"), required(rules.MOST_REPLY), filters=[many_lines])


class Filter(PlainForm):
    """What narrows the list; stands in the address."""

    exchange = SelectField(_l("Aanbod of vraag"), validate_choice=False)
    item = SelectField(_l("Wat"), validate_choice=False)
    place = SelectField(_l("Wijk"), validate_choice=False)
    money = SelectField(_l("Met lokaal geld"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = SelectChoice("", _l("Alle"))
        self.exchange.choices = [every, *choices_of(dict(EXCHANGES))]
        self.item.choices = [every, *choices_of(dict(ITEMS))]
        self.place.choices = options(places(), _l("Hele gebied"))
        self.money.choices = [every, *choices_of(dict(MONEYS))]

    def sought(self) -> Sought:
        """The choice as a query takes it; what is no choice finds nothing."""
        return Sought(
            self.exchange.data or "", self.item.data or "", self.place.data or "", self.money.data or ""
        )
