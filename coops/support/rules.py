"""What is offered and asked, what it is worth, and whether it fits: pure decisions. Amounts are euro cents."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from coops.support import errors
from cwb.kernel.money import half_up
from cwb.kernel.text import N_

MOST_OPEN = 30
"""As many open offers or requests as one party has (a choice of the house)."""

LONGEST = timedelta(days=3653)
"""An offer or request runs at most ten years."""

MOST_AMOUNT = 1_000_000
"""Largest quantity, in the unit of its kind (against slips of the pen)."""


class Kind(StrEnum):
    """What partners promised to help with (domain/cooperatives.md §7)."""

    PREMISES = "premises"
    EXPERTISE = "expertise"
    ADMINISTRATION = "administration"
    TRAINING = "training"
    CREDIT = "credit"


KINDS: Mapping[str, str] = {
    Kind.PREMISES: N_("Ruimte"),
    Kind.EXPERTISE: N_("Uren deskundigheid"),
    Kind.ADMINISTRATION: N_("Administratie"),
    Kind.TRAINING: N_("Opleiding en werkplekken"),
    Kind.CREDIT: N_("Krediet"),
}
"""Kind → its text."""

AMOUNTS: Mapping[str, str] = {
    Kind.PREMISES: N_("vierkante meter"),
    Kind.EXPERTISE: N_("uur"),
    Kind.ADMINISTRATION: N_("uur"),
    Kind.TRAINING: N_("plaatsen"),
    Kind.CREDIT: N_("euro"),
}
"""Kind → in what an offer, request or agreement counts."""

UNITS: Mapping[str, str] = {**AMOUNTS, Kind.PREMISES: N_("maanden")}
"""Kind → in what a delivery counts: premises by the month."""

PRICES: Mapping[str, str] = {
    Kind.PREMISES: N_("per m² per jaar"),
    Kind.EXPERTISE: N_("per uur"),
    Kind.ADMINISTRATION: N_("per uur"),
    Kind.TRAINING: N_("per plaats"),
    Kind.CREDIT: N_("voor het geheel"),
}
"""Kind → what a price or market value is for."""


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """An offer. `price` and `market` are cents per unit (`PRICES`); `place_code` None: anywhere in the area.

    Credit has no price here: its advantage, the gross grant equivalent, is entered with the agreement.
    """

    kind: Kind
    title: str
    text: str
    amount: int
    price: int
    market: int
    market_how: str
    place_code: str | None
    shared: bool
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What is asked. `most_price` is the most it may cost in cents per unit, None: no limit named."""

    kind: Kind
    title: str
    amount: int
    most_price: int | None
    place_code: str | None
    starts_on: date
    ends_on: date


def check_offer(facts: OfferFacts, today: date) -> None:
    """An offer that can be.

    Raises:
        TitleMissing, AmountWrong, PriceWrong, MarketMissing, MarketBelowPrice, TermWrong: at the field.
    """
    _check(facts, today)
    if facts.kind is Kind.CREDIT:
        if facts.price or facts.market:
            raise errors.PriceWrong(field="price")
        return
    check_value(facts.price, facts.market, facts.market_how)


def check_request(facts: RequestFacts, today: date) -> None:
    """A request that can be.

    Raises:
        TitleMissing, AmountWrong, PriceWrong, TermWrong: at the field.
    """
    _check(facts, today)
    if facts.most_price is not None and facts.most_price < 0:
        raise errors.PriceWrong(field="most_price")


def check_value(price: int, market: int, how: str) -> None:
    """A price and a market value, and how that was found.

    Raises:
        PriceWrong, MarketBelowPrice, MarketMissing: at the field.
    """
    if price < 0:
        raise errors.PriceWrong(field="price")
    if market < price:
        raise errors.MarketBelowPrice(field="market")
    if not how.strip():
        raise errors.MarketMissing(field="market_how")


def check_amount(amount: int) -> None:
    """A quantity in whole units.

    Raises:
        AmountWrong: at the field.
    """
    if not 0 < amount <= MOST_AMOUNT:
        raise errors.AmountWrong(field="amount")


def check_term(starts_on: date, ends_on: date, today: date) -> None:
    """From one day until a later one that lies ahead.

    Raises:
        TermWrong: at the last day.
    """
    if not starts_on < ends_on <= starts_on + LONGEST or ends_on <= today:
        raise errors.TermWrong(field="ends_on")


def check_room(count: int) -> None:
    """Whether one more may stand open.

    Raises:
        TooMany: no.
    """
    if count >= MOST_OPEN:
        raise errors.TooMany(most=MOST_OPEN)


def _check(facts: OfferFacts | RequestFacts, today: date) -> None:
    if not facts.title.strip():
        raise errors.TitleMissing(field="title")
    check_amount(facts.amount)
    check_term(facts.starts_on, facts.ends_on, today)


def months(starts_on: date, ends_on: date) -> int:
    """Months from one day up to and including another; a month that was begun counts."""
    whole = (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month
    return whole + (1 if ends_on.day >= starts_on.day else 0) if ends_on >= starts_on else 0


def to_deliver(kind: str, amount: int, starts_on: date, ends_on: date) -> int:
    """How much there is to deliver, in `UNITS`: premises by the month, all else by the amount."""
    return months(starts_on, ends_on) if kind == Kind.PREMISES else amount


def worth(kind: str, amount: int, unit_price: int, starts_on: date, ends_on: date) -> int:
    """What it comes to in cents: m² × yearly price × months / 12, or amount × price; credit as it was entered."""
    if kind == Kind.CREDIT:
        return unit_price
    if kind == Kind.PREMISES:
        return half_up(Decimal(amount * unit_price * months(starts_on, ends_on)) / 12)
    return amount * unit_price


MARKET_HINTS: Mapping[str, str] = {
    Kind.PREMISES: N_("Bijvoorbeeld: gemiddelde huur van bedrijfsruimte in de wijk."),
    Kind.EXPERTISE: N_("Bijvoorbeeld: het uurtarief dat u anders vraagt."),
    Kind.ADMINISTRATION: N_("Bijvoorbeeld: wat een administratiekantoor per uur rekent."),
    Kind.TRAINING: N_("Bijvoorbeeld: wat een opleider per plaats vraagt."),
}
"""Kind → how its market value may be found."""


class Reason(NamedTuple):
    """One point of a match: whether it fits, and why (a msgid with its facts)."""

    fits: bool
    text: str
    facts: dict[str, object]


def reasons(offer: OfferFacts, left: int, request: RequestFacts, today: date) -> Iterator[Reason]:
    """Why an offer of the same kind does or does not fit a request; `left` is what of it is still free."""
    enough: dict[str, object] = {"left": left, "asked": request.amount}
    if left >= request.amount:
        yield Reason(True, N_("Genoeg vrij: %(left)s, gevraagd %(asked)s"), enough)
    else:
        yield Reason(False, N_("Te weinig vrij: %(left)s, gevraagd %(asked)s"), enough)
    if None in {offer.place_code, request.place_code} or offer.place_code == request.place_code:
        yield Reason(True, N_("De plaats past"), {})
    else:
        yield Reason(False, N_("In een andere wijk"), {})
    if max(offer.starts_on, today) <= request.ends_on and request.starts_on <= offer.ends_on:
        whole = offer.starts_on <= request.starts_on and request.ends_on <= offer.ends_on
        yield Reason(
            True, N_("De hele periode past") if whole else N_("Een deel van de periode past"), {}
        )  # fmt: skip
    else:
        yield Reason(False, N_("In een andere periode"), {})
    if request.most_price is None or offer.price <= request.most_price:
        yield Reason(True, N_("De prijs past"), {})
    else:
        yield Reason(False, N_("Duurder dan gevraagd"), {})
