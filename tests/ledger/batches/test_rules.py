"""Which transfers an invoice makes, and what a bank takes."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.batches import errors
from ledger.batches.rules import Due, all_transfers, transfers
from ledger.sepa.rules import sepa_text

TODAY = date(2026, 9, 1)
IBAN, BLOCKED = "NL91ABNA0417164300", "NL69INGB0123456789"
DUE = Due(1, "2026-0001", "RF3120260001", 108_400, date(2026, 10, 1), "Coöperatie Groen & Zo", IBAN)


def test_one_transfer_on_the_last_day_with_the_reference_as_its_mark():
    (one,) = transfers(DUE, TODAY)
    assert (one.amount, one.on, one.end_to_end, one.name) == (
        108_400, date(2026, 10, 1), "RF3120260001", "Cooperatie Groen + Zo",
    )  # fmt: skip


def test_what_is_late_is_paid_today():
    assert transfers(DUE._replace(due_on=date(2026, 8, 1)), TODAY)[0].on == TODAY


def test_a_part_for_the_g_account_is_a_transfer_of_its_own():
    main, blocked = transfers(DUE._replace(g_percentage=Decimal(40), blocked_iban=BLOCKED), TODAY)
    assert [(each.amount, each.iban, each.end_to_end) for each in (main, blocked)] == [
        (65_040, IBAN, "RF3120260001"), (43_360, BLOCKED, "RF3120260001/G"),
    ]  # fmt: skip


def test_each_transfer_names_whose_account_it_is():
    due = DUE._replace(name="Fonds", blocked=100, blocked_iban=BLOCKED, blocked_name="Coöperatie")
    assert [each.name for each in transfers(due, TODAY)] == ["Fonds", "Cooperatie"]
    with pytest.raises(errors.PayeeNameInvalid):
        transfers(due._replace(blocked_name="x" * 71), TODAY)


@given(st.integers(1, 10**9), st.integers(0, 10_000))
def test_the_two_parts_are_the_whole(amount, hundredths):
    made = transfers(
        DUE._replace(open=amount, g_percentage=Decimal(hundredths) / 100, blocked_iban=BLOCKED), TODAY
    )
    assert sum(each.amount for each in made) == amount
    assert all(each.amount > 0 for each in made)


@pytest.mark.parametrize(
    ("due", "fault"),
    [
        (DUE._replace(iban="NL92ABNA0417164300"), errors.PayeeIbanInvalid),
        (DUE._replace(iban=""), errors.PayeeIbanInvalid),
        (DUE._replace(name="東京"), errors.PayeeNameInvalid),
        (DUE._replace(name="x" * 71), errors.PayeeNameInvalid),
        (DUE._replace(g_percentage=Decimal(30)), errors.BlockedIbanMissing),
    ],
)
def test_what_cannot_be_paid_is_left_out_and_named(due, fault):
    made, faults = all_transfers([due, DUE], TODAY)
    assert len(made) == 1
    assert [(type(each), each.facts) for each in faults] == [(fault, {"number": "2026-0001"})]


@given(st.text(max_size=200))
def test_only_signs_that_banks_take_are_left(text):
    assert set(sepa_text(text)) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-?:().,'+ "
    )
