"""Agreements on support and what of them was delivered: pure decisions. Amounts are euro cents."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from coops.arrangements import errors
from coops.commitments.rules import Kept, kept
from coops.support.rules import Kind, OfferFacts, check_amount, check_term, check_value, to_deliver, worth
from cwb.kernel.money import half_up
from cwb.kernel.text import N_

FEWEST = 5
"""Counts of people below this are not published (product: no cell under five)."""


class Side(StrEnum):
    """Who proposes, and who closes."""

    GIVER = "giver"
    RECEIVER = "receiver"

    @property
    def other(self) -> "Side":
        """Who answers."""
        return Side.RECEIVER if self is Side.GIVER else Side.GIVER


class Stage(StrEnum):
    """Where an agreement stands; from `AGREED` on `Kept` says more."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    AGREED = "agreed"


STAGES: Mapping[str, str] = {
    Stage.PROPOSED: N_("wacht op antwoord"),
    Stage.DECLINED: N_("niet doorgegaan"),
    Stage.AGREED: N_("afgesproken"),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What is proposed: so much, from and until a day, at a price and market value in cents per unit.

    For credit `market` is its whole advantage, the gross grant equivalent, as the giver entered it. `public_money`:
    whether it comes, wholly or partly, from public money; only that is aid (article 107(1) TFEU).
    """

    amount: int
    starts_on: date
    ends_on: date
    price: int
    market: int
    market_how: str
    public_money: bool = True


class Totals(NamedTuple):
    """What is to be delivered, in units of its kind, and what it comes to in cents."""

    units: int
    price: int
    market: int


def check_terms(terms: Terms, offer: OfferFacts, today: date) -> Totals:
    """Terms that can be, within the days of the offer, and what they come to.

    Raises:
        AmountWrong, TermWrong, PriceWrong, MarketBelowPrice, MarketMissing, OutsideOffer: at the field.
    """
    check_amount(terms.amount)
    check_term(terms.starts_on, terms.ends_on, today)
    check_value(terms.price, terms.market, terms.market_how)
    if terms.starts_on < offer.starts_on or terms.ends_on > offer.ends_on:
        raise errors.OutsideOffer(field="ends_on", starts_on=offer.starts_on, ends_on=offer.ends_on)
    days = (terms.starts_on, terms.ends_on)
    return Totals(
        to_deliver(offer.kind, terms.amount, *days),
        worth(offer.kind, terms.amount, terms.price, *days),
        worth(offer.kind, terms.amount, terms.market, *days),
    )


class Taken(NamedTuple):
    """What an agreement took of an offer, and when."""

    amount: int
    starts_on: date
    ends_on: date


def taken(kind: str, agreed: Iterable[Taken], starts_on: date, ends_on: date) -> int:
    """How much of an offer is taken: premises only where the days meet, all else for good."""
    return sum(
        each.amount
        for each in agreed
        if kind != Kind.PREMISES or (each.starts_on <= ends_on and starts_on <= each.ends_on)
    )


def check_money(*, public_money: bool, public_body: bool) -> None:
    """What a public body gives is public money.

    Raises:
        PublicMoney: said to be none.
    """
    if public_body and not public_money:
        raise errors.PublicMoney(field="public_money")


def check_capacity(amount: int, capacity: int, used: int) -> None:
    """Refuse more than is free.

    Raises:
        OverCapacity: with what is left.
    """
    if amount > capacity - used:
        raise errors.OverCapacity(field="amount", left=max(0, capacity - used))


class Delivered(NamedTuple):
    """One line of what was delivered: corrections below zero carry the day of what they correct."""

    amount: int
    delivered_on: date
    confirmed: bool | None


class Progress(NamedTuple):
    """What was written down and what of it the receiver confirmed; `kept_on`: the day it was all there."""

    recorded: int
    confirmed: int
    kept_on: date | None


def progress(units: int, lines: Sequence[Delivered]) -> Progress:
    """How far it is; what the receiver denied counts nowhere."""
    sure = [each for each in lines if each.confirmed]
    confirmed = sum(each.amount for each in sure)
    kept_on = None
    if confirmed >= units:
        days = sorted({each.delivered_on for each in sure})
        kept_on = next(
            day for day in days if sum(each.amount for each in sure if each.delivered_on <= day) >= units
        )
    recorded = sum(each.amount for each in lines if each.confirmed is not False)
    return Progress(recorded, confirmed, kept_on)


def standing(
    ends_on: date, units: int, done: Progress, closed_on: date | None, closed_by: str | None, today: date
) -> Kept:
    """Whether the giver kept its word. What waits for a confirmation is not broken, nor what the receiver ended."""
    if closed_by == Side.RECEIVER and done.kept_on is None:
        return Kept.WITHDRAWN
    found = kept(ends_on, done.kept_on, closed_on, today)
    return Kept.OPEN if found is Kept.BROKEN and closed_on is None and done.recorded >= units else found


def share(amount: int, part: int, whole: int) -> int:
    """The part of an amount in cents that goes with so many of the units."""
    return half_up(Decimal(amount) * part / whole)


def check_delivery(
    amount: int, delivered_on: date, *, first: date, last: date, recorded: int, units: int
) -> None:
    """A delivery that can be: on a day that has been, and no more than was agreed.

    Raises:
        DeliveryAmountWrong, DeliveryDayWrong, TooMuchDelivered: at the field.
    """
    if amount <= 0:
        raise errors.DeliveryAmountWrong(field="amount")
    if not first <= delivered_on <= last:
        raise errors.DeliveryDayWrong(field="delivered_on")
    if recorded + amount > units:
        raise errors.TooMuchDelivered(field="amount", left=units - recorded)


def correction(now: int, right: int, *, recorded: int, units: int) -> int:
    """What is added or taken off so that a delivery becomes what it really was.

    Raises:
        DeliveryAmountWrong, NothingCorrected, TooMuchDelivered: at the field.
    """
    if right < 0:
        raise errors.DeliveryAmountWrong(field="amount")
    if right == now:
        raise errors.NothingCorrected(field="amount")
    if recorded - now + right > units:
        raise errors.TooMuchDelivered(field="amount", left=units - recorded + now)
    return right - now


def may_confirm(user_id: int, *, recorded_by_id: int, coaches: Iterable[int], works_for_giver: bool) -> bool:
    """Whether somebody is a second person: did not write it down, coaches nobody here, works not for the giver."""
    return user_id != recorded_by_id and user_id not in set(coaches) and not works_for_giver


class Told(NamedTuple):
    """One agreed agreement as the public report reads it; `value` in cents for what was confirmed."""

    kind: str
    partner: str
    delivered: int
    value: int
    state: Kept


class Line(NamedTuple):
    """A line of the public report: one kind of one partner. None: about fewer than five people, not published."""

    kind: str
    partner: str
    delivered: int | None
    value: int | None
    promises: int
    kept: int
    broken: int


def report(told: Iterable[Told]) -> list[Line]:
    """Delivered and kept per kind and partner. Training places are people: fewer than five are not shown."""
    groups: dict[tuple[str, str], list[Told]] = {}
    for each in told:
        groups.setdefault((each.kind, each.partner), []).append(each)
    return [_line(kind, partner, rows) for (kind, partner), rows in sorted(groups.items())]


def _line(kind: str, partner: str, rows: Sequence[Told]) -> Line:
    delivered = sum(each.delivered for each in rows)
    hidden = kind == Kind.TRAINING and 0 < delivered < FEWEST
    return Line(
        kind, partner, None if hidden else delivered, None if hidden else sum(each.value for each in rows),
        len(rows), sum(each.state in {Kept.KEPT, Kept.LATE} for each in rows),
        sum(each.state is Kept.BROKEN for each in rows),
    )  # fmt: skip
