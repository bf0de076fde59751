"""Forms of offers and requests of support."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import request
from wtforms import BooleanField, HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError
from wtforms.validators import Optional as MayStayEmpty

from coops.register.forms import options, places
from coops.support.queries import Sought
from coops.support.rules import KINDS, MOST_AMOUNT, Kind, OfferFacts, RequestFacts
from cwb.kernel.clock import local_date, now
from cwb.kernel.money import Money
from cwb.web.forms import (
    DayField,
    Form,
    MoneyField,
    NumberField,
    PlainForm,
    SentenceField,
    TextField,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _, _l

MUST = [InputRequired(_l("Vul dit in."))]
CHOOSE = [InputRequired(_l("Kies één."))]
TITLE, TEXT, HOW = 120, 2000, 300
PLACED = frozenset({Kind.PREMISES, Kind.TRAINING})
"""Kinds that stand in a place."""


def whole(label: Any, smallest: str = "1") -> NumberField:
    """A field for a whole number."""
    return NumberField(label, MUST, places=0, smallest=smallest, largest=str(MOST_AMOUNT))


def cents(field: Any) -> int:
    """What was typed into a field of money, in cents; nothing typed is zero."""
    return field.data.minor if isinstance(field.data, Money) else 0


class OfferForm(Form):
    """One offer of a kind; what its kind does not need is not asked. `before` and `left`: what is changed of it."""

    title = TextField(_l("Wat biedt u aan, in één zin?"), required(TITLE))
    text = TextAreaField(_l("Vertel meer"), optional(TEXT), filters=[many_lines])
    amount = whole(_l("Hoeveel?"))
    price = MoneyField(_l("Wat vraagt u ervoor?"), MUST)
    market = MoneyField(_l("Wat kost het op de markt?"), MUST)
    market_how = SentenceField(_l("Hoe vond u die marktprijs?"), required(HOW))
    place = SelectField(_l("In welke wijk?"), [MayStayEmpty()])
    shared = BooleanField(_l("De ruimte wordt gedeeld met anderen"))
    starts_on = DayField(_l("Vanaf welke dag?"), MUST)
    ends_on = DayField(_l("Tot en met welke dag?"), MUST)

    def __init__(
        self, *args: Any, kind: Kind, before: OfferFacts | None = None, left: int = 0, **kwargs: Any
    ) -> None:
        today = local_date(now())
        data: dict[str, Any] = {"starts_on": today, "ends_on": today + timedelta(days=364)}
        if before is not None:
            data = {
                **asdict(before), "price": Money(before.price), "market": Money(before.market),
                "place": before.place_code, "amount": left, "starts_on": max(today, before.starts_on),
            }  # fmt: skip
        super().__init__(*args, data=data, **kwargs)
        self.kind = kind
        self.place.choices = options(places(), _l("Hele gebied"))
        if kind is not Kind.PREMISES:
            del self.shared
        if kind not in PLACED:
            del self.place
        if kind is Kind.CREDIT:
            del self.price, self.market, self.market_how

    def _typed(self, name: str) -> Any:
        return self[name].data if name in self else None

    def facts(self) -> OfferFacts:
        """The offer as typed."""
        days: dict[str, Any] = {"starts_on": self.starts_on.data, "ends_on": self.ends_on.data}
        return OfferFacts(
            kind=self.kind, title=self.title.data or "", text=self.text.data or "", amount=int(self.amount.data or 0),
            price=cents(self["price"]) if "price" in self else 0,
            market=cents(self["market"]) if "market" in self else 0, market_how=self._typed("market_how") or "",
            place_code=self._typed("place") or None, shared=bool(self._typed("shared")), **days,
        )  # fmt: skip


class RequestForm(Form):
    """What one asks; for whom was chosen before."""

    party = HiddenField()
    kind = SelectField(
        _l("Wat hebt u nodig?"), CHOOSE, choices=[SelectChoice(k, _l(t)) for k, t in KINDS.items()]
    )
    title = TextField(_l("In één zin"), required(TITLE))
    amount = whole(_l("Hoeveel?"))
    most_price = MoneyField(_l("Wat mag het hooguit kosten?"), [MayStayEmpty()])
    place = SelectField(_l("In welke wijk?"), [MayStayEmpty()])
    starts_on = DayField(_l("Vanaf welke dag?"), MUST)
    ends_on = DayField(_l("Tot en met welke dag?"), MUST)

    def __init__(self, *args: Any, parties: Mapping[str, str], **kwargs: Any) -> None:
        today = local_date(now())
        given = {"starts_on": today, "ends_on": today + timedelta(days=182)}
        super().__init__(
            *args, data={**given, "party": request.args.get("party", next(iter(parties)))}, **kwargs
        )
        self.parties = parties
        self.place.choices = options(places(), _l("Hele gebied"))

    def validate_party(self, field: Any) -> None:
        """One of those for whom this person may ask."""
        if field.data not in self.parties:
            raise ValidationError(_("Kies één."))

    def initiative_id(self) -> UUID | None:
        """The initiative that asks; None for one's own cooperative."""
        return initiative_id(self.party.data)

    def facts(self) -> RequestFacts:
        """The request as typed."""
        day: Any = self.starts_on.data
        last: Any = self.ends_on.data
        price = self.most_price.data
        return RequestFacts(
            Kind(self.kind.data), self.title.data or "", int(self.amount.data or 0),
            price.minor if isinstance(price, Money) else None, self.place.data or None, day, last,
        )  # fmt: skip


OWN = "cooperative"
"""The choice of one's own cooperative."""


def initiative_id(party: str | None) -> UUID | None:
    """The initiative that was chosen as a party; None for one's own cooperative."""
    return None if party in {OWN, None} else UUID(party)


class Filter(PlainForm):
    """What narrows a list; stands in the address."""

    text = TextField(_l("Zoek op woord"))
    kind = SelectField(_l("Soort"), validate_choice=False)
    place = SelectField(_l("Wijk"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [
            SelectChoice("", _l("Alle")),
            *(SelectChoice(k, _l(t)) for k, t in KINDS.items()),
        ]
        self.place.choices = options(places(), _l("Hele gebied"))

    def sought(self) -> Sought:
        """The choice as a query takes it; what is no choice finds nothing."""
        return Sought(self.kind.data or "", self.place.data or "", (self.text.data or "")[:100])


def party_names(cooperative: str, initiatives: Mapping[str, str]) -> dict[str, str]:
    """For whom somebody may ask: value → text."""
    own = {OWN: _("Mijn coöperatie: %(name)s", name=cooperative)} if cooperative else {}
    return {**own, **initiatives}
