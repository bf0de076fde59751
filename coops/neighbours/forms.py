"""Forms of what residents offer and seek."""

from datetime import timedelta
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from coops.exchange.forms import CHOOSE, MONEYS, Typed, choices_of
from coops.exchange.queries import Sought
from coops.exchange.rules import DEALS, ITEMS
from coops.neighbours import rules
from coops.neighbours.models import Neighbour
from coops.register.forms import options, places
from cwb.kernel.clock import local_date, now
from cwb.web.forms import (
    DayField,
    Form,
    MoneyField,
    PlainForm,
    SentenceField,
    TextField,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _l
from ledger.instruments.rules import Code


class JoinForm(Form):
    """How neighbours see one."""

    called = TextField(_l("Welke voornaam of bijnaam zien buren?"), optional(rules.MOST_CALLED))
    place = SelectField(_l("In welke wijk woont u?"), [MayStayEmpty()])
    of_age = BooleanField(_l("Ik ben 16 jaar of ouder."))

    def __init__(self, *args: Any, neighbour: Neighbour | None = None, **kwargs: Any) -> None:
        data = None
        if neighbour is not None:
            data = {"called": neighbour.called or "", "place": neighbour.place_code or "", "of_age": True}
        super().__init__(*args, data=data, **kwargs)
        self.place.choices = options(places(), _l("Zeg ik niet"))

    def values(self) -> dict[str, Any]:
        """As `services.join` takes them."""
        return {
            "called": self.called.data or "", "place_code": self.place.data or None, "of_age": bool(self.of_age.data)
        }  # fmt: skip


class AdvertForm(Typed):
    """One offer or want of a resident."""

    exchange = RadioField(
        _l("Biedt u iets aan, of zoekt u iets?"), CHOOSE, choices=choices_of(dict(rules.EXCHANGES))
    )
    item = SelectField(_l("Wat is het?"), CHOOSE, choices=choices_of(dict(ITEMS)))
    deal = RadioField(_l("Hoe?"), CHOOSE, choices=choices_of(dict(DEALS)))
    title = SentenceField(_l("In één zin"), required(rules.MOST_TITLE))
    text = TextAreaField(_l("Vertel meer"), required(rules.MOST_TEXT), filters=[many_lines])
    money = SelectField(_l("Te betalen met lokaal geld?"), [MayStayEmpty()])
    price = MoneyField(_l("Prijs in dat geld"), [MayStayEmpty()])
    place = SelectField(_l("In welke wijk?"), [MayStayEmpty()])
    expires_on = DayField(_l("Tot en met welke dag?"), [InputRequired(_l("Vul dit in."))])

    def __init__(self, *args: Any, held: frozenset[Code] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, data={"expires_on": local_date(now()) + timedelta(days=30)}, **kwargs)
        self.place.choices = options(places(), _l("Hele gebied"))
        names = {code: name for code, name in MONEYS.items() if code in held}
        self.money.choices = [SelectChoice("", _l("Nee")), *choices_of(dict(names))]


class MessageForm(Form):
    """What one writes to a neighbour."""

    text = TextAreaField(_l("Uw bericht"), required(rules.MOST_MESSAGE), filters=[many_lines])


class ReportForm(Form):
    """What is wrong with it."""

    reason = TextAreaField(_l("Wat is er mis?"), required(rules.MOST_REASON), filters=[many_lines])


class Filter(PlainForm):
    """What narrows the list; stands in the address."""

    exchange = SelectField(_l("Aanbod of vraag"), validate_choice=False)
    item = SelectField(_l("Wat"), validate_choice=False)
    place = SelectField(_l("Wijk"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = SelectChoice("", _l("Alle"))
        self.exchange.choices = [every, *choices_of(dict(rules.EXCHANGES))]
        self.item.choices = [every, *choices_of(dict(ITEMS))]
        self.place.choices = options(places(), _l("Hele gebied"))

    def sought(self) -> Sought:
        """The choice as a query takes it; what is no choice finds nothing."""
        return Sought(self.exchange.data or "", self.item.data or "", self.place.data or "")
