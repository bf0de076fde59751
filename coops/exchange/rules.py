"""Offers and wants as values: pure decisions.

Kinds and words follow Murmurations `offers_wants` v0.1.0 (exchange_type, item_type, transaction_type), so that others
can read the open data; quantity, wijk and local money are ours. No money moves here: what is sold is invoiced as
always, or paid from a wallet (`ledger.requests`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from coops.exchange import errors
from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.instruments.rules import Code

MOST_ADVERTS = 20
"""As many running adverts as an organisation has (a choice of the house)."""

LONGEST = timedelta(days=366)
"""An advert ends within a year: what nobody looks after goes by itself."""

MOST_TITLE, MOST_TEXT, MOST_REPLY = 120, 2000, 1000
"""Longest texts, in characters."""


class Exchange(StrEnum):
    """Whether one has it or seeks it."""

    OFFER = "offer"
    WANT = "want"

    @property
    def other(self) -> "Exchange":
        """What answers it."""
        return Exchange.WANT if self is Exchange.OFFER else Exchange.OFFER


class Item(StrEnum):
    """What it is."""

    WORK = "work"
    KNOWLEDGE = "knowledge"
    TOOL = "tool"
    MATERIAL = "material"
    SPACE = "space"
    OTHER = "other"


class Deal(StrEnum):
    """How it changes hands; the values are those of Murmurations."""

    BORROW = "borrow-lend"
    RENT = "rent-lease"
    BUY = "buy-sell"
    GIVE = "receive-donate"


EXCHANGES: Mapping[Exchange, str] = {Exchange.OFFER: N_("Wij bieden aan"), Exchange.WANT: N_("Wij zoeken")}
ITEMS: Mapping[Item, str] = {
    Item.WORK: N_("Werk en handen"),
    Item.KNOWLEDGE: N_("Kennis en advies"),
    Item.TOOL: N_("Gereedschap en voertuigen"),
    Item.MATERIAL: N_("Materiaal"),
    Item.SPACE: N_("Ruimte"),
    Item.OTHER: N_("Iets anders"),
}
DEALS: Mapping[Deal, str] = {
    Deal.BORROW: N_("Lenen"),
    Deal.RENT: N_("Huren"),
    Deal.BUY: N_("Kopen"),
    Deal.GIVE: N_("Gratis"),
}
"""Value → its text."""


@dataclass(frozen=True, slots=True)
class AdvertFacts:
    """What an organisation offers or seeks; `place_code` None: anywhere in the area.

    `money`: the local money it is paid in; `price` in it, None: to be agreed.
    """

    exchange: Exchange
    item: Item
    deal: Deal
    title: str
    text: str
    place_code: str | None
    expires_on: date
    money: Code | None = None
    price: Money | None = None


PAID_DEALS = frozenset({Deal.BUY, Deal.RENT})
"""What may be paid in local money: what is lent or given costs nothing, and points for hours buy nothing here."""


def check_money(facts: AdvertFacts, wallets: frozenset[Code]) -> None:
    """Whether an advert may name local money, by its maker's wallets as these stand now.

    Raises:
        PriceWithoutMoney, PriceInvalid, MoneyUnfit, NoWalletOfMoney: at the field.
    """
    if facts.price is not None and facts.price.minor <= 0:
        raise errors.PriceInvalid(field="price")
    if facts.money is None:
        if facts.price is not None:
            raise errors.PriceWithoutMoney(field="money")
        return
    if facts.deal not in PAID_DEALS:
        raise errors.MoneyUnfit(field="money")
    if facts.money not in wallets:
        raise errors.NoWalletOfMoney(field="money")


MOST_REASON = 500
"""Longest reason of a report, in characters."""


def check_decision(*, decided: bool, reported_by_id: int, user_id: int) -> None:
    """Whether this person may decide about a report: once, and not who made it.

    Raises:
        ReportDecided: they may not.
    """
    if decided or reported_by_id == user_id:
        raise errors.ReportDecided


def check_advert(facts: AdvertFacts, today: date) -> None:
    """An advert as it may stand.

    Raises:
        AdvertTextMissing, AdvertDayInvalid: at the field.
    """
    for name, text in (("title", facts.title), ("text", facts.text)):
        if not text.strip():
            raise errors.AdvertTextMissing(field=name)
    if not today < facts.expires_on <= today + LONGEST:
        raise errors.AdvertDayInvalid(field="expires_on")


def check_room(running: int) -> None:
    """One more than there are.

    Raises:
        TooManyAdverts
    """
    if running >= MOST_ADVERTS:
        raise errors.TooManyAdverts(most=MOST_ADVERTS)


def answers(one: AdvertFacts, other: AdvertFacts) -> bool:
    """Whether an offer and a want may belong together: same kind of thing, and a place that both reach.

    How it changes hands is left to the two: who rents may be glad to borrow.
    """
    return (
        other.exchange is one.exchange.other
        and other.item is one.item
        and (one.place_code is None or other.place_code in {None, one.place_code})
    )


_ITEM_TYPES: Mapping[Item, str] = {
    Item.WORK: "service", Item.KNOWLEDGE: "service", Item.TOOL: "good", Item.MATERIAL: "good", Item.SPACE: "good",
}  # fmt: skip
"""The two kinds of thing that Murmurations knows; what is something else has none."""


def murmuration(facts: AdvertFacts, *, url: str, organisation: str, expires_at: int) -> dict[str, object]:
    """An advert in the shape of Murmurations `offers_wants_schema-v0.1.0`; what that has no field for is ours.

    `expires_at` in seconds since 1970. The page of the advert is where one replies, so it is the contact form.
    """
    kind = _ITEM_TYPES.get(facts.item)
    return {
        "linked_schemas": ["offers_wants_schema-v0.1.0"],
        "exchange_type": facts.exchange.value,
        **({"item_type": kind} if kind else {}),
        "transaction_type": [facts.deal.value],
        "title": facts.title,
        "description": facts.text,
        "geographic_scope": "local",
        "details_url": url,
        "contact_details": {"contact_form": url},
        "expires_at": expires_at,
        "tags": [facts.item.value],
        "cwb": {
            "organisation": organisation,
            **({"wijk": facts.place_code} if facts.place_code else {}),
            **({"local_money": facts.money.value} if facts.money else {}),
            **({"price": facts.price.plain()} if facts.price else {}),
        },
    }


def count_by_item(found: Iterable[tuple[Item, Exchange]]) -> Mapping[Item, tuple[int, int]]:
    """Of each kind of thing how many are offered and sought, for the programme."""
    counts = dict.fromkeys(Item, (0, 0))
    for item, exchange in found:
        offered, sought = counts[item]
        counts[item] = (
            offered + (exchange is Exchange.OFFER),
            sought + (exchange is Exchange.WANT),
        )
    return counts
