"""Which debits an entry on a statement tells of."""

import pytest

from ledger.bankfiles.rules import Part, Reference, debit_references
from ledger.collected.errors import DebitNotSeen, DebitStands, DebitUnclear
from ledger.collected.rules import Ended, Known, came_in, went_back
from ledger.debits.rules import DebitState

ONE, TWO, GROUP = "DD" + "1" * 32, "DD" + "2" * 32, "DG" + "A" * 32
SENT = DebitState.SENT


def known(*, came=False, one=SENT, two=SENT):
    return [Known(1, ONE, GROUP, 2500, one, came), Known(2, TWO, GROUP, 1000, two, came)]


def test_a_batch_is_all_that_is_under_way_of_its_group():
    assert came_in(3500, [Reference(GROUP)], known()) == [Ended(1, ""), Ended(2, "")]
    assert came_in(2500, [Reference(GROUP)], known(two=DebitState.REFUSED)) == [Ended(1, "")]


def test_named_debits_are_those_and_no_others():
    assert came_in(1000, [Reference(TWO, 1000), Reference(GROUP)], known()) == [Ended(2, "")]
    assert came_in(2500, [Reference(ONE.lower())], known()) == [Ended(1, "")]


@pytest.mark.parametrize(
    ("amount", "references", "these", "fault"),
    [
        (3499, [Reference(GROUP)], known(), DebitUnclear),
        (3500, [Reference(ONE, 2400), Reference(TWO, 1100)], known(), DebitUnclear),
        (2500, [Reference(ONE)], known(one=DebitState.WITHDRAWN), DebitUnclear),
        (2500, [Reference("DD" + "9" * 32)], [], DebitUnclear),
        (0, [Reference("DD" + "9" * 32)], [], DebitUnclear),
        (2500, [Reference(ONE)], known(came=True), DebitStands),
        (3500, [Reference(GROUP)], known(came=True), DebitUnclear),
    ],
)
def test_what_is_not_exactly_that_waits(amount, references, these, fault):
    with pytest.raises(fault):
        came_in(amount, references, these)


def test_a_return_names_its_debits_with_the_banks_code():
    told = [Reference(ONE, 2500, "AM04"), Reference(TWO, 1000, "ZZ99")]
    assert went_back(3500, told, known(came=True)) == [Ended(1, "AM04"), Ended(2, "")]


@pytest.mark.parametrize(
    ("amount", "these", "fault"),
    [
        (2500, known(), DebitNotSeen),
        (2500, known(came=True, one=DebitState.RETURNED), DebitStands),
        (2600, known(came=True), DebitUnclear),
        (2500, [], DebitUnclear),
    ],
)
def test_a_return_that_does_not_fit_waits(amount, these, fault):
    with pytest.raises(fault):
        went_back(amount, [Reference(ONE, None, "MD06")], these)


def test_only_marks_of_ours_are_kept_from_a_statement():
    parts = [
        Part(2500, "", "", ONE.lower(), "", (), group="X", code="MD01"),
        Part(1, "", "", "E2E", "", (), group=GROUP),
    ]
    assert debit_references(parts, "") == [Reference(ONE, 2500, "MD01"), Reference(GROUP)]
    assert debit_references([], GROUP) == [Reference(GROUP)]
