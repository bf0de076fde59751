"""Room under the maximum, whose turn it is, and what a call-off costs: pure decisions.

The stated maximum is the sum of all orders together; above it the agreement has no effect (CJEU 17 June 2021,
C-23/20). Orders by the published rule, after Directive 2014/24, art. 33: with one party within the terms, which may be
asked in writing to complete its bid (paragraph 3); with several without a new competition only where all terms stand in
the agreement and the documents name objective conditions for who performs (4a), else by competition (4b, 4c, 5).
Aanbestedingswet 2012, art. 2.142 and 2.143; which of the two says what is unverified: the statute was not read.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from cwb.kernel.words import LEAST, ReasonTooShort, words
from ledger.vat.rules import VatCode
from procurement.call_offs import errors
from procurement.contracts.rules import BEFORE_BIDS, SETTLED, LocalOutcome

WARN_AT = 80
"""Percent of the maximum from which the buyer is warned (our own choice)."""

MOST_ADDED = 50
"""Percent of an order that may be added to it without asking the other parties (our own choice, after art. 2.163d)."""

MOST_QUANTITY = Decimal(1_000_000)


class Rule(StrEnum):
    """Who gets an order when there are several parties, as the tender said."""

    CASCADE = "cascade"
    ROTATION = "rotation"
    FIXED = "fixed"
    COMPETITION = "competition"


RULE_TEXTS = {
    Rule.CASCADE: N_("Op volgorde: eerst de beste, bij een nee de volgende"),
    Rule.ROTATION: N_("Om de beurt: wie het minst kreeg, is aan de beurt"),
    Rule.FIXED: N_("De koper kiest, volgens voorwaarden die vooraf in de stukken staan"),
    Rule.COMPETITION: N_("Altijd een mini-competitie"),
}


class State(StrEnum):
    """Where a call-off stands. `competing` and `awarded` belong to a mini-competition."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    COMPETING = "competing"
    AWARDED = "awarded"


DRAFTED, STOPPED = "drafted", "stopped"
"""Where a competing order stands while nobody can bid yet, and when its competition ended without a winner."""

COUNTED = (State.OFFERED, State.ACCEPTED, State.COMPETING, State.AWARDED)
"""What takes room: signed, and reserved."""


@dataclass(frozen=True, slots=True)
class Price:
    """One line of the price list of a party: what one costs, without VAT."""

    position: int
    description: str
    unit_price: Money
    vat: VatCode


@dataclass(frozen=True, slots=True)
class Ordered:
    """One line of a call-off."""

    price: Price
    quantity: Decimal

    @property
    def amount(self) -> Money:
        """Quantity times price, half-up to the cent."""
        return self.price.unit_price.times(self.quantity)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A party that joined: its place in the ranking, and what it was ordered so far."""

    party_id: int
    rank: int
    ordered: Money


def price_list(lines: Sequence[tuple[str, Money, VatCode]]) -> list[Price]:
    """The lines of a contract as a price list; equal instalments ("… (3/12)") are one line."""
    found: dict[tuple[str, VatCode], Money] = {}
    for description, amount, vat in lines:
        found.setdefault((re.sub(r" \(\d+/\d+\)$", "", description), vat), amount)
    return [
        Price(position, text, amount, vat)
        for position, ((text, vat), amount) in enumerate(found.items(), start=1)
    ]


def prices_by_bid(first: Sequence[Price], own: Money, winner: Money) -> list[Price]:
    """The price list of another party: each price of the first by the proportion of the two bids, half-up."""
    least = Money(1)
    return [
        Price(
            each.position, each.description,
            max(each.unit_price.times(Decimal(own.minor) / winner.minor), least, key=_minor), each.vat,
        )
        for each in first
    ]  # fmt: skip


def _minor(amount: Money) -> int:
    return amount.minor


def ordered(prices: Sequence[Price], quantities: Mapping[int, Decimal]) -> list[Ordered]:
    """The lines with a quantity, priced.

    Raises:
        NothingOrdered, QuantityInvalid.
    """
    known = {each.position: each for each in prices}
    lines = []
    for position, quantity in sorted(quantities.items()):
        if position not in known or not quantity.is_finite() or not 0 < quantity <= MOST_QUANTITY:
            raise errors.QuantityInvalid(field="lines")
        if -int(quantity.normalize().as_tuple().exponent) > 4:
            raise errors.QuantityInvalid(field="lines")
        lines.append(Ordered(known[position], quantity))
    if not lines or sum(each.amount.minor for each in lines) <= 0:
        raise errors.NothingOrdered(field="lines")
    return lines


def total(lines: Sequence[Ordered]) -> Money:
    """What a call-off costs, without VAT."""
    return sum((each.amount for each in lines), Money(0))


def check_room(most: Money, taken: Money, amount: Money, field: str = "lines") -> None:
    """Everything ordered and reserved together stays within the stated maximum.

    Raises:
        FrameworkFull: says what is left; at `field`.
    """
    if most < taken + amount:
        raise errors.FrameworkFull(field=field, most=most, left=left(most, taken))


def check_addition(kind: str, order: Money, added: Money, amount: Money) -> None:
    """With several parties an order grows by half at most: what is more is an order of its own, by the rule.

    Raises:
        AdditionTooLarge: says what can be added.
    """
    if kind != "single" and (added + amount).minor * 100 > order.minor * MOST_ADDED:
        room = Money(order.minor * MOST_ADDED // 100)
        raise errors.AdditionTooLarge(field="lines", percent=MOST_ADDED, left=left(room, added))


def left(most: Money, taken: Money) -> Money:
    """What can still be ordered."""
    return max(most - taken, Money(0), key=_minor)


def percent(most: Money, taken: Money) -> int:
    """Which part of the maximum is used, in whole percent, rounded down."""
    return taken.minor * 100 // most.minor


def check_term(starts_on: date, ends_on: date, first: date, last: date) -> None:
    """A call-off begins within the framework and does not end before it begins.

    Raises:
        OutsideTerm, TermReversed: at the field.
    """
    if not first <= starts_on <= last:
        raise errors.OutsideTerm(field="starts_on", starts_on=first, ends_on=last)
    if ends_on < starts_on:
        raise errors.TermReversed(field="ends_on")


def check_conditions(rule: Rule, note: str) -> str:
    """What bidders read about the rule; where the buyer chooses, the conditions it will choose by (art. 33, 4a).

    Raises:
        ConditionsMissing: none of any length; at the field `note`.
    """
    if rule is Rule.FIXED and len(note.strip()) < LEAST:
        raise errors.ConditionsMissing(field="note")
    return note.strip()


def check_reason(reason: str, field: str = "reason") -> str:
    """A reason in words.

    Raises:
        ReasonTooShort: too short.
    """
    return words(reason, field, short=ReasonTooShort)


def check_outcome(outcome: LocalOutcome, *, before_bids: bool) -> None:
    """What examining the local option brought, as far as it can be known: before the bids nobody won.

    Raises:
        OutcomeUnknown: at the field.
    """
    if outcome not in (BEFORE_BIDS if before_bids else SETTLED):
        raise errors.OutcomeUnknown(field="local_outcome")


def check_shared(kind: str | None) -> None:
    """A mini-competition, and another party, belong to a framework with several (Directive 2014/24, art. 33).

    Raises:
        SingleParty: it was made with one.
    """
    if kind != "parallel":
        raise errors.SingleParty


def check_direct(kind: str, rule: Rule | None) -> Rule:
    """Whether an order may be placed without a competition, and by which rule; one party has no turn to wait for.

    Raises:
        RuleNotPublished: several parties and no rule, or the rule is a competition.
    """
    if kind == "single":
        return Rule.CASCADE
    if rule is None or rule is Rule.COMPETITION:
        raise errors.RuleNotPublished
    return rule


def next_party(
    rule: Rule, candidates: Sequence[Candidate], declined: Collection[int], chosen: int | None = None
) -> int | None:
    """Whose order it is. None: nobody is left. `chosen` counts where the buyer chooses (fixed terms).

    Raises:
        PartyUnknown: the chosen one takes no part.
    """
    there = [each for each in candidates if each.party_id not in declined]
    if rule is Rule.FIXED:
        if declined:
            return None
        if chosen not in {each.party_id for each in there}:
            raise errors.PartyUnknown(field="party")
        return chosen
    if rule is Rule.ROTATION:
        there.sort(key=lambda each: (each.ordered.minor, each.rank))
    else:
        there.sort(key=lambda each: each.rank)
    return there[0].party_id if there else None
