from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel.money import Money
from ledger.vat.rules import VatCode
from procurement.contracts import errors, rules
from procurement.contracts.rules import ContractState, Line

STANDARD = VatCode.STANDARD


def line(minor, text="Schoonmaak"):
    return Line(text, Money(minor), STANDARD)


@given(st.integers(60, 10**12), st.integers(1, 60))
def test_instalments_are_exactly_the_price_and_differ_by_a_cent_at_most(minor, count):
    made = rules.instalments(Money(minor), count, "Schoonmaak", STANDARD)
    amounts = [each.amount.minor for each in made]
    assert sum(amounts) == minor
    assert len(amounts) == count
    assert max(amounts) - min(amounts) <= 1
    rules.check_lines(made, Money(minor))


def test_instalments_are_numbered_and_one_is_not():
    made = rules.instalments(Money(100), 3, " Schoonmaak ", STANDARD)
    assert [(each.description, each.amount.minor) for each in made] == [
        ("Schoonmaak (1/3)", 34), ("Schoonmaak (2/3)", 33), ("Schoonmaak (3/3)", 33),
    ]  # fmt: skip
    assert rules.instalments(Money(100), 1, "Schoonmaak", STANDARD) == [line(100)]


@pytest.mark.parametrize("count", [0, -1, 61, 11])
def test_bad_numbers_of_instalments(count):
    with pytest.raises(errors.InstalmentsWrong):
        rules.instalments(Money(10), count, "x", STANDARD)


@pytest.mark.parametrize("text", ["", "  ", "x" * 191])
def test_an_instalment_has_a_description(text):
    with pytest.raises(errors.LineInvalid):
        rules.instalments(Money(100), 2, text, STANDARD)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([], errors.InstalmentsWrong), ([line(1)] * 61, errors.InstalmentsWrong), ([line(100, " ")], errors.LineInvalid),
        ([line(100, "x" * 201)], errors.LineInvalid), ([line(0), line(100)], errors.LineInvalid),
        ([line(-1), line(101)], errors.LineInvalid), ([line(99)], errors.SumDiffers), ([line(60), line(41)], errors.SumDiffers),
    ],
)  # fmt: skip
def test_typed_lines_are_the_price_to_the_cent(lines, fault):
    with pytest.raises(fault) as found:
        rules.check_lines(lines, Money(100))
    assert found.value.field == "lines"


@pytest.mark.parametrize(("days", "fine"), [(0, False), (1, True), (30, True), (31, False)])
def test_payment_within_thirty_days(days, fine):
    if fine:
        rules.check_terms(date(2027, 1, 1), date(2027, 1, 2), days)
        return
    with pytest.raises(errors.PaymentTermInvalid):
        rules.check_terms(date(2027, 1, 1), date(2028, 1, 1), days)


def test_an_end_after_the_start():
    with pytest.raises(errors.TermReversed):
        rules.check_terms(date(2027, 1, 1), date(2027, 1, 1), 30)


def test_the_state_counts_signatures():
    at = datetime(2027, 1, 1, tzinfo=UTC)
    assert [rules.state_of(*each) for each in ((None, None), (at, None), (None, at), (at, at))] == [
        ContractState.DRAFT, ContractState.ONE_SIGNED, ContractState.ONE_SIGNED, ContractState.ACTIVE,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "longer"),
    [(date(2027, 1, 1), date(2027, 12, 31), False), (date(2027, 6, 1), date(2028, 5, 30), False),
     (date(2027, 6, 1), date(2028, 6, 1), True)],
)  # fmt: skip
def test_a_term_is_longer_than_was_told_by_its_days(first, last, longer):
    told = (date(2027, 1, 1), date(2027, 12, 31))
    assert rules.is_longer(first, last, told) is longer
    assert not rules.is_longer(first, last, (None, told[1]))
