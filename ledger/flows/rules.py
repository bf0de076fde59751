"""A local currency's transfers, put in order and checked. Amounts are cents, instants microseconds since 1970 (UTC).

Which parties are outside the circle follows from the kinds alone. The issuer is who issues, and to whom is redeemed. A
fund is who receives a fee, demurrage or what lapses, and is no issuer. All others are members: their holdings are the
stock. Only the issuer may have less than nothing.

Where nobody issues and nobody redeems, it is mutual credit: who gives more than it has goes below nothing. The stock is
then the sum of positive balances, told in the same words: what a member gives beyond what it has is issued to it by
`CREDIT` just before, and what pays off a balance below nothing is redeemed to `CREDIT` just after.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from ledger.share.rules import euro

CREDIT = ""
"""Who issues mutual credit: nobody's name, for a name is not empty."""


class Kind(StrEnum):
    """Why units move."""

    ISSUE = "issue"
    PAYMENT = "payment"
    REDEEM = "redeem"
    FEE = "fee"
    DEMURRAGE = "demurrage"
    LAPSE = "lapse"
    CLEARING = "clearing"
    INTERNAL = "internal"
    REVERSAL = "reversal"


class Transfer(NamedTuple):
    """One row. `id` is asked only of what is reversed, and orders transfers of one instant."""

    at: int
    giver: str
    taker: str
    amount: int
    kind: Kind
    id: str = ""
    reverses: str = ""
    row: int = 0


class Fault(NamedTuple):
    """What is wrong with a row."""

    row: int
    what: str


@dataclass(frozen=True, slots=True)
class Flows:
    """Transfers in order. `partner` gives the place of what reverses a transfer, or is reversed by it; else −1.

    `mutual`: nobody issues; what `CREDIT` issues and redeems stands between the rows of the file.
    """

    transfers: Sequence[Transfer]
    partner: Sequence[int]
    issuers: frozenset[str]
    outside: frozenset[str]
    mutual: bool = False


def arranged(transfers: Iterable[Transfer]) -> tuple[Flows, list[Fault]]:
    """The transfers in order, with all faults. Measure only what has none."""
    ordered = in_order(transfers)
    faults = [
        Fault(each.row, what)
        for each in ordered
        if each[1] == each[2] or each[3] <= 0 or each[4] is Kind.REVERSAL or each[6]
        for what in _wrong(each)
    ]
    partner, wrong = _paired(ordered)
    issuers = frozenset(
        each.giver if each.kind is Kind.ISSUE else each.taker
        for each in ordered
        if each.kind is Kind.ISSUE or each.kind is Kind.REDEEM
    )
    funds = {each.taker for each in ordered if each.kind in {Kind.FEE, Kind.DEMURRAGE, Kind.LAPSE}}
    faults += wrong
    if not faults:
        faults = _overdrawn(ordered, issuers or frozenset(_members(ordered, funds)))
    if issuers or faults:
        return Flows(ordered, partner, issuers, issuers | funds), sorted(faults)
    ordered, partner = _with_credit(ordered, partner, funds)
    issuers = frozenset({CREDIT})
    return Flows(ordered, partner, issuers, issuers | funds, mutual=True), []


def _members(ordered: Sequence[Transfer], funds: set[str]) -> set[str]:
    return {name for each in ordered for name in (each.giver, each.taker)} - funds


def _with_credit(
    ordered: Sequence[Transfer], partner: Sequence[int], funds: set[str]
) -> tuple[list[Transfer], Sequence[int]]:
    """The transfers with what credit was drawn before and paid off after each, and the new places of partners."""
    balance: defaultdict[str, int] = defaultdict(int)
    found: list[Transfer] = []
    places = array("q")
    for each in ordered:
        drawn = each.amount - max(0, balance[each.giver]) if each.giver not in funds else 0
        if drawn > 0:
            found.append(
                each._replace(giver=CREDIT, taker=each.giver, amount=drawn, kind=Kind.ISSUE, reverses="")
            )
        places.append(len(found))
        found.append(each)
        paid_off = min(each.amount, -balance[each.taker])
        if paid_off > 0:
            found.append(
                each._replace(giver=each.taker, taker=CREDIT, amount=paid_off, kind=Kind.REDEEM, reverses="")
            )
        balance[each.giver] -= each.amount
        balance[each.taker] += each.amount
    moved = array("q", [-1]) * len(found)
    for place, other in zip(places, partner, strict=True):
        if other >= 0:
            moved[place] = places[other]
    return found, moved


def in_order(transfers: Iterable[Transfer]) -> list[Transfer]:
    """By instant; within one instant reversals last, then by id (whole numbers by value, none last), then by row."""
    ordered = sorted(transfers, key=itemgetter(0))
    instants = [each[0] for each in ordered]
    twice = {one for one, other in pairwise(instants) if one == other}
    for instant in twice:
        same = slice(bisect_left(instants, instant), bisect_right(instants, instant))
        ordered[same] = sorted(ordered[same], key=_place)
    return ordered


def _place(transfer: Transfer) -> tuple[bool, bool, bool, int, str, int]:
    name = transfer.id
    number = name.isascii() and name.isdigit() and len(name) < 20
    value = int(name) if number else 0
    return transfer.kind is Kind.REVERSAL, not name, not number, value, name, transfer.row


def _wrong(transfer: Transfer) -> list[str]:
    """What is wrong with a row by itself."""
    wrong = []
    if transfer.giver == transfer.taker:
        wrong.append(f"from and to are the same ({transfer.giver[:40]!r})")
    if transfer.amount <= 0:
        wrong.append(f"amount {euro(transfer.amount)} is not above zero")
    if (transfer.kind is Kind.REVERSAL) != bool(transfer.reverses):
        wrong.append("a reversal, and nothing else, says in reverses which id it reverses")
    return wrong


def _paired(ordered: Sequence[Transfer]) -> tuple[Sequence[int], list[Fault]]:
    """Each reversal beside what it reverses: exactly the opposite, after it, once."""
    partner = array("q", [-1]) * len(ordered)
    named: dict[str, int] = {}
    faults, reversals = [], []
    for place, (*_, kind, name, reverses, row) in enumerate(ordered):
        if name and named.setdefault(name, place) != place:
            faults.append(Fault(row, f"id {name[:40]!r} is there twice"))
        if reverses and kind is Kind.REVERSAL:
            reversals.append(place)
    for place in reversals:
        each = ordered[place]
        first = named.get(each.reverses)
        if what := _mismatch(each, place, ordered, first, partner):
            faults.append(Fault(each.row, f"reverses {each.reverses[:40]!r}{what}"))
        elif first is not None:
            partner[place], partner[first] = first, place
    return partner, faults


def _mismatch(
    reversal: Transfer, place: int, ordered: Sequence[Transfer], first: int | None, partner: Sequence[int]
) -> str:
    if first is None:
        return ", which is not there"
    undone = ordered[first]
    if undone.kind is Kind.REVERSAL:
        return ", which is a reversal itself"
    if first > place:
        return ", which comes later"
    if (undone.giver, undone.taker, undone.amount) != (reversal.taker, reversal.giver, reversal.amount):
        return ", but is not its exact opposite"
    return ", which was reversed before" if partner[first] >= 0 else ""


def _overdrawn(ordered: Sequence[Transfer], issuers: frozenset[str]) -> list[Fault]:
    """The first row that takes more than there is. What comes after it cannot be judged."""
    balance: defaultdict[str, int] = defaultdict(int)
    for _, giver, taker, amount, _, _, _, row in ordered:
        there = balance[giver]
        if there < amount and giver not in issuers:
            return [Fault(row, f"{giver[:40]!r} gives {euro(amount)} but has {euro(there)}")]
        balance[giver] = there - amount
        balance[taker] += amount
    return []
