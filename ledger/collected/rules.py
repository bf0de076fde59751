"""Which direct debits an entry on the bank tells of, on bare values. Amounts are cents."""

from collections.abc import Sequence
from typing import NamedTuple

from ledger.bankfiles.rules import Reference, debit_mark
from ledger.bounces.rules import code_of
from ledger.collected.errors import DebitNotSeen, DebitStands, DebitUnclear
from ledger.debits.rules import DebitState


class Known(NamedTuple):
    """A debit as it stands. `came`: a statement told that it came in."""

    debit_id: int
    mark: str
    group: str
    amount: int
    state: DebitState
    came: bool


class Ended(NamedTuple):
    """A debit an entry tells of, and the bank's reason where it went back."""

    debit_id: int
    code: str


def marks(references: Sequence[Reference]) -> dict[str, Reference]:
    """Mark → the reference that names it, of debits and groups of ours."""
    found = ((debit_mark(each.text), each) for each in references)
    return {mark: each for mark, each in found if mark}


def came_in(amount: int, references: Sequence[Reference], known: Sequence[Known]) -> list[Ended]:
    """The debits that make an entry of money in: those it names, else what is under way of the groups it names.

    Raises:
        DebitStands: one came in before. DebitUnclear: they are not the entry.
    """
    named = marks(references)
    those = [each for each in known if each.mark in named]
    if those and any(each.came for each in those):
        raise DebitStands
    if not those:
        those = [
            each for each in known if each.group in named and each.state is DebitState.SENT and not each.came
        ]
    exact = all(_fits(each, named.get(each.mark)) for each in those)
    if not exact or any(each.state is not DebitState.SENT for each in those):
        raise DebitUnclear
    if sum(each.amount for each in those) != amount or not those:
        raise DebitUnclear
    return [Ended(each.debit_id, "") for each in those]


def went_back(amount: int, references: Sequence[Reference], known: Sequence[Known]) -> list[Ended]:
    """The debits that make an entry of money out, each named by its mark, with the code of the bank.

    Raises:
        DebitNotSeen: one did not come in yet. DebitStands: one went back before. DebitUnclear: they are not the entry.
    """
    named = marks(references)
    those = [each for each in known if each.mark in named]
    if any(each.state is not DebitState.SENT for each in those):
        raise DebitStands
    if any(not each.came for each in those):
        raise DebitNotSeen
    if sum(each.amount for each in those) != amount or not all(
        _fits(each, named[each.mark]) for each in those
    ):
        raise DebitUnclear
    return [Ended(each.debit_id, code_of(named[each.mark].code)) for each in those]


def _fits(known: Known, told: Reference | None) -> bool:
    return told is None or told.amount is None or told.amount == known.amount
