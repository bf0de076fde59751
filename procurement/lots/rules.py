"""Lots that add up, the exception for small lots, and who wins which lot when there is a limit: pure decisions."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import takewhile
from typing import Any, Protocol
from uuid import UUID

from coops.experience.rules import ContractJob, JobFacts, MeansFacts
from cwb.kernel.money import Money
from cwb.kernel.text import APART, RIGHT_TO_LEFT, search_key
from procurement.advice.rules import Passage
from procurement.lots import errors

MOST_LOTS = 20
"""Most lots of one tender (a choice of the house)."""

DAYS = Decimal("365.25")
"""Days in a year."""


class Part(Protocol):
    """What is looked at of a lot."""

    number: int
    title: str
    value_minor: int | None


def gap(value_minor: int | None, lots: Sequence[Part]) -> Money:
    """What is still to be divided; negative when the lots are more than the whole."""
    return Money(value_minor or 0) - Money(sum(each.value_minor or 0 for each in lots))


def check_lots(value_minor: int | None, lots: Sequence[Part]) -> None:
    """Each lot has its own title and value, and together they are the whole.

    Raises:
        LotTitleMissing, LotTwice, LotValueInvalid: names the lot's fault.
        LotsNotAddingUp: says both sums and the difference.
    """
    seen = set()
    for each in lots:
        key = search_key(each.title)
        if not key:
            raise errors.LotTitleMissing
        if key in seen:
            raise errors.LotTwice(title=each.title)
        if not each.value_minor or each.value_minor < 0:
            raise errors.LotValueInvalid
        seen.add(key)
    left = gap(value_minor, lots)
    if left:
        whole = Money(value_minor or 0)
        raise errors.LotsNotAddingUp(sum=whole - left, value=whole, gap=left if left.minor > 0 else -left)


def is_whole(value_minor: int | None, lots: Sequence[Part]) -> bool:
    """Whether several lots are ready to be published."""
    try:
        check_lots(value_minor, lots)
    except (errors.LotTitleMissing, errors.LotTwice, errors.LotValueInvalid, errors.LotsNotAddingUp):
        return False
    return True


def check_limits(bid: int | None, won: int | None, count: int) -> None:
    """Most lots that one bidder may bid on, and win; None is no limit.

    Raises:
        LimitInvalid: outside 1 to the number of lots, or more to win than to bid on.
    """
    for name, limit in (("most_lots_bid", bid), ("most_lots_won", won)):
        if limit is not None and not 1 <= limit <= count:
            raise errors.LimitInvalid(field=name, most=count)
    if bid is not None and won is not None and won > bid:
        raise errors.LimitInvalid(field="most_lots_won", most=bid)


def real_limit(limit: int | None, count: int) -> int | None:
    """A limit per bidder as it is kept: one that reaches all lots limits nothing, and nobody has to choose."""
    return limit if limit is not None and limit < count else None


def whole_title(tender_title: str, lots: int, number: int, title: str) -> str:
    """How a lot is called in letters and contracts: the tender's title, and the lot when there are several.

    What is written from right to left stands apart (Unicode isolates), so that number and marks keep their places.
    """
    return tender_title if lots == 1 else f"{_apart(tender_title)}, {number}: {_apart(title)}"


def _apart(title: str) -> str:
    return title.join(APART) if re.search(RIGHT_TO_LEFT, title) else title


@dataclass(frozen=True, slots=True)
class SmallLots:
    """The exception for small lots (art. 2.18 and 2.19): numbers below the limit, and those that fit in the share.

    `room` is the share of the whole, `together` what the lots below the limit are together. `fitting` are taken
    smallest first when they do not all fit: which ones are left out is the buyer's choice.
    """

    below: Money
    room: Money
    small: frozenset[int]
    fitting: frozenset[int]
    together: Money

    @property
    def all_fit(self) -> bool:
        """Whether every small lot may go outside at once."""
        return self.small == self.fitting


def small_lots(lots: Sequence[Part], law: Passage, works: Collection[int] = ()) -> SmallLots:
    """Which lots may go outside the European procedure; `works` are the numbers of lots of works."""
    limits = {each.number: law.below_works if each.number in works else law.below for each in lots}
    values = {each.number: each.value_minor or 0 for each in lots}
    whole = sum(values.values())
    room = Money(whole).times(Decimal(law.share_percent) / 100)
    small = sorted((value, number) for number, value in values.items() if 0 < value < limits[number].minor)
    used, fitting = 0, set[int]()
    for value, number in small:
        if used + value <= room.minor:
            used += value
            fitting.add(number)
    return SmallLots(
        law.below_works if works else law.below, room, frozenset(number for _, number in small), frozenset(fitting),
        Money(sum(value for value, _ in small)),
    )  # fmt: skip


def check_outside(
    lots: Sequence[Part],
    chosen: Collection[int],
    law: Passage,
    *,
    works: Collection[int] = (),
    european: bool,
) -> None:
    """The lots that a buyer lets go outside the European procedure: each small, together within the share.

    Raises:
        OutsideNotEuropean: there is no European procedure to go outside of, or nothing is divided.
        OutsideTooLarge: names the lot that is not small.
        OutsideTooMuch: says what they are together, and the room.
        LotNotFound: no such lot.
    """
    if not chosen:
        return
    if not european or len(lots) < 2:
        raise errors.OutsideNotEuropean(field="outside")
    values = {each.number: each for each in lots}
    if set(chosen) - set(values):
        raise errors.LotNotFound
    found = small_lots(lots, law, works)
    for number in sorted(chosen):
        if number not in found.small:
            below = law.below_works if number in works else law.below
            raise errors.OutsideTooLarge(field="outside", title=values[number].title, below=below)
    together = Money(sum(values[number].value_minor or 0 for number in chosen))
    if found.room < together:
        raise errors.OutsideTooMuch(
            field="outside", together=together, room=found.room, share=law.share_percent
        )


def standings(
    outcome: Mapping[str, Any], chosen: Sequence[str], out: Collection[str] = ()
) -> list[list[str]]:
    """The bids of a ranking in groups of equals, best first; `chosen` are labels that people put before their equals.

    Who was knocked out is not among them, nor `out`: who was refused after the ranking, which stays as it is.
    """
    groups: dict[int, list[str]] = {}
    for each in outcome["ranking"]:
        if each["rank"] is not None and each["id"] not in out:
            groups.setdefault(each["rank"], []).append(each["id"])
    found: list[list[str]] = []
    for rank in sorted(groups):
        first = [label for label in chosen if label in groups[rank]]
        rest = [label for label in groups[rank] if label not in first]
        found += [[label] for label in first] + ([rest] if rest else [])
    return found


@dataclass(frozen=True, slots=True)
class Entrant:
    """A bid as the limit looks at it: everybody whose it is, and its own order (1 is wanted most; None: the last)."""

    party_ids: frozenset[int]
    wish: int | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """Who wins which lot. `passed_over`: bids ranked above the winner of which a party reached the limit elsewhere.

    `ties`: equals between whom people decide first; that lot has no winner yet.
    """

    winners: Mapping[int, str | None]
    passed_over: Mapping[int, Sequence[str]] = field(default_factory=dict)
    ties: Mapping[int, Sequence[str]] = field(default_factory=dict)


class _Deal:
    """The lots as they are dealt out: who holds which, as (wish, lot, label) per party."""

    def __init__(
        self, orders: Mapping[int, Sequence[Sequence[str]]], entrants: Mapping[str, Entrant]
    ) -> None:
        self.orders, self.entrants = orders, entrants
        self.winners: dict[int, str | None] = dict.fromkeys(orders)
        self.passed: dict[int, list[str]] = {lot: [] for lot in orders}
        self.ties: dict[int, list[str]] = {}
        self.held: dict[int, list[tuple[int, int, str]]] = {}

    def _entry(self, lot: int, label: str) -> tuple[int, int, str]:
        wish = self.entrants[label].wish
        return (MOST_LOTS + 1 if wish is None else wish, lot, label)

    def keep(self, lot: int, label: str, *, for_good: bool = False) -> None:
        """Give a lot to a bid; `for_good`: nothing takes it away any more."""
        self.winners[lot] = label
        for party in self.entrants[label].party_ids:
            self.held.setdefault(party, []).append((0, lot, label) if for_good else self._entry(lot, label))

    def release(self, lot: int) -> None:
        """Take a lot from who holds it."""
        label = self.winners[lot]
        self.winners[lot] = None
        for party in self.entrants[label].party_ids if label else ():
            self.held[party].remove(self._entry(lot, label or ""))

    def deal(self, waiting: list[int], most: int | None) -> None:
        """Give each waiting lot to its first bid that was not passed over; who then holds too many gives one up."""
        while waiting:
            lot = waiting.pop()
            groups = [[each for each in group if each not in self.passed[lot]] for group in self.orders[lot]]
            group = next((each for each in groups if each), [])
            if len(group) > 1:
                self.ties[lot] = group
            if len(group) != 1:
                continue
            self.keep(lot, group[0])
            for party in sorted(self.entrants[group[0]].party_ids):
                if most is not None and len(self.held[party]) > most:
                    _wish, given_up, label = max(self.held[party])
                    self.release(given_up)
                    self.passed[given_up].append(label)
                    waiting.append(given_up)

    def freed(self, most: int) -> tuple[int, str] | None:
        """A lot and the best bid passed over for it whose parties all have room by now; None: there is none."""
        for lot, order in self.orders.items():
            for label in above(order, self.winners[lot]):
                parties = self.entrants[label].party_ids
                if label in self.passed[lot] and all(len(self.held[each]) < most for each in parties):
                    return lot, label
        return None


def above(order: Sequence[Sequence[str]], winner: str | None) -> list[str]:
    """The bids of a ranking before its winner, best first; all of them when nobody wins."""
    return list(takewhile(lambda label: label != winner, (each for group in order for each in group)))


def allocate(
    orders: Mapping[int, Sequence[Sequence[str]]], entrants: Mapping[str, Entrant], most: int | None,
    kept: Mapping[int, str] | None = None,
) -> Allocation:  # fmt: skip
    """Give each lot to the first of its own ranking; nobody keeps more than `most` (None: no limit).

    A joint bid counts for each of its members. `kept`: lots whose winner is settled; they count and stay.

    Who is first in more lots keeps those of its own preference (equal or none stated: the lower lot number); the
    others go to the next in rank, until nothing changes. This is deferred acceptance with the lots proposing (Gale and
    Shapley 1962): between bidders alone the result does not depend on the order of work, and no bidder is passed over
    for a lot that it wants more than one it keeps. Where a joint bid gives up a lot, its other members have room
    again: a bid that was passed over for their sake then takes back its lot. Each such step betters one lot and
    worsens none, so it ends, and who was passed over did reach the limit.
    """
    made, settled = _Deal(orders, entrants), kept or {}
    for lot, label in settled.items():
        made.keep(lot, label, for_good=True)
    made.deal(sorted((lot for lot in orders if lot not in settled), reverse=True), most)
    while most is not None and (found := made.freed(most)) is not None:
        lot, label = found
        made.release(lot)
        made.ties.pop(lot, None)
        made.passed[lot].remove(label)
        made.deal([lot], most)
    passed = {
        lot: [each for each in above(order, made.winners[lot]) if each in made.passed[lot]]
        for lot, order in orders.items()
    }
    return Allocation(made.winners, passed, made.ties)


def reached(party_ids: Collection[int], won: Sequence[Collection[int]], most: int | None) -> set[int]:
    """Which of a bid's parties have as many lots as one may have; `won`: the parties of each lot that was won."""
    return {each for each in party_ids if most is not None and sum(each in one for one in won) >= most}


def yearly(value: Money, starts_on: date | None, ends_on: date | None) -> Money:
    """The value per year of a term, for comparing with what a cooperative handled; a term under a year counts whole."""
    if starts_on is None or ends_on is None:
        return value
    years = Decimal((ends_on - starts_on).days) / DAYS
    return value if years <= 1 else value.times(1 / years)


WEEKS, HOUR = 46, Money(4500)
"""Working weeks in a year, and what an hour of work is worth in a contract without VAT (our own careful choices)."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether a cooperative could carry a lot: its largest contract, or the hours it can add, against a year of it.

    `largest` and `capacity` in euro without VAT, None when the profile does not say. A hint for dividing, never a
    demand: who may bid is decided by what is published.
    """

    largest: Money | None
    capacity: Money | None
    fits: bool


def reach(needed: Money, largest_minor: int | None, weekly_hours: int | None) -> Reach:
    """How far a cooperative reaches for a lot that needs this much a year."""
    largest = None if largest_minor is None else Money(largest_minor)
    capacity = None if weekly_hours is None else Money(weekly_hours * WEEKS * HOUR.minor)
    known = [each for each in (largest, capacity) if each is not None]
    return Reach(largest, capacity, any(needed <= each for each in known))


def largest_of(stated: int | None, jobs: Iterable[JobFacts], on: date) -> tuple[int | None, str]:
    """The largest job as a profile states it, or a larger year of a contract made here, then with its number."""
    made = [
        (yearly(Money(each.value_minor), each.starts_on, each.ends_on or on).minor, each.contract)
        for each in jobs
        if isinstance(each, ContractJob)
    ]
    best, contract = max(made, default=(0, ""))
    return (best, contract) if best > (stated or 0) else (stated, "")


class Nearness(StrEnum):
    """How a cooperative stands to the place of a lot: it says that it works there, names no place, or names others."""

    HERE = "here"
    ANYWHERE = "anywhere"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cooperative of the register as dividing and matching look at it.

    `largest_minor` in euro cents without VAT: what its profile says, or more when it delivered more in a year under a
    contract made here, then `largest_from`. `jobs`: what it wrote down, then those contracts.
    """

    name: str
    public_id: UUID
    sectors: Sequence[str]
    is_verified: bool
    largest_minor: int | None
    weekly_hours: int | None
    jobs: Sequence[JobFacts] = ()
    organisation_id: int = 0
    place_code: str | None = None
    means: MeansFacts | None = None
    serves: Sequence[str] = ()
    largest_from: str = ""

    @property
    def delivered(self) -> Sequence[ContractJob]:
        """What it delivered under contracts made here."""
        return [each for each in self.jobs if isinstance(each, ContractJob)]

    def nearness(self, place: str | None) -> Nearness:
        """Whether it works in a wijk, by what it ticked; of who ticked none only where it sits is certain."""
        if place is None or (not self.serves and place != self.place_code):
            return Nearness.ANYWHERE
        return Nearness.HERE if not self.serves or place in self.serves else Nearness.ELSEWHERE

    def reach(self, needed: Money) -> Reach:
        """How far it reaches for a lot that needs this much a year."""
        return reach(needed, self.largest_minor, self.weekly_hours)
