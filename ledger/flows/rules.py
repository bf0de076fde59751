"""A local currency's transfers, put in order and checked. Amounts are cents, instants microseconds since 1970 (UTC).

Which parties are outside the circle follows from the kinds alone. The issuer is who issues, and to whom is redeemed. A
fund is who receives a fee, demurrage or what lapses, and is no issuer. All others are members: their holdings are the
stock. Only the issuer may have less than nothing.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from ledger.share.rules import euro


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
    """Transfers in order. `partner` gives the place of what reverses a transfer, or is reversed by it; else −1."""

    transfers: Sequence[Transfer]
    partner: Sequence[int]
    issuers: frozenset[str]
    outside: frozenset[str]


def arranged(transfers: Iterable[Transfer]) -> tuple[Flows, list[Fault]]:
    """The transfers in order, with all faults. Measure only what has none."""
    ordered = in_order(transfers)
    faults = [Fault(each.row, what) for each in ordered for what in _wrong(each)]
    partner, wrong = _paired(ordered)
    issuers = frozenset(
        each.giver if each.kind is Kind.ISSUE else each.taker
        for each in ordered
        if each.kind is Kind.ISSUE or each.kind is Kind.REDEEM
    )
    funds = {each.taker for each in ordered if each.kind in {Kind.FEE, Kind.DEMURRAGE, Kind.LAPSE}}
    faults += wrong
    if not faults:
        faults = _overdrawn(ordered, issuers)
    return Flows(ordered, partner, issuers, issuers | funds), sorted(faults)


def in_order(transfers: Iterable[Transfer]) -> list[Transfer]:
    """By instant; within one instant reversals last, then by id (whole numbers by value, none last), then by row."""
    ordered: list[Transfer] = []
    for _, group in groupby(sorted(transfers, key=lambda each: each.at), key=lambda each: each.at):
        same = list(group)
        ordered += same if len(same) == 1 else sorted(same, key=_place)
    return ordered


def _place(transfer: Transfer) -> tuple[bool, bool, bool, int, str, int]:
    name = transfer.id
    number = name.isascii() and name.isdigit()
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
    faults = []
    for place, each in enumerate(ordered):
        if each.id:
            if each.id in named:
                faults.append(Fault(each.row, f"id {each.id[:40]!r} is there twice"))
            named.setdefault(each.id, place)
    for place, each in enumerate(ordered):
        if each.kind is Kind.REVERSAL and each.reverses:
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
    for each in ordered:
        if each.giver not in issuers and balance[each.giver] < each.amount:
            there = euro(balance[each.giver])
            return [Fault(each.row, f"{each.giver[:40]!r} gives {euro(each.amount)} but has {there}")]
        balance[each.giver] -= each.amount
        balance[each.taker] += each.amount
    return []
