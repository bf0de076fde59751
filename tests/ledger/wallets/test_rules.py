"""Codes that tell a typing error."""

from datetime import date
from random import Random

import pytest

from ledger.instruments.rules import WARNINGS
from ledger.wallets.errors import CodeUnknown
from ledger.wallets.rules import LENGTH, SIGNS, counts_again, lots_taken, new_code, read_code, shown, withheld


def test_a_code_is_read_as_people_type_it():
    code = new_code(Random(1).randrange)
    for typed in (code, code.lower(), shown(code), f" {code[:3]} {code[3:]} "):
        assert read_code(typed) == code


def test_every_wrong_sign_and_every_swap_of_neighbours_is_found():
    for seed in range(5):
        code = new_code(Random(seed).randrange)
        wrong = {code[:place] + sign + code[place + 1 :] for place in range(LENGTH) for sign in SIGNS}
        wrong |= {
            code[:place] + code[place + 1] + code[place] + code[place + 2 :] for place in range(LENGTH - 2)
        }
        for each in wrong - {code}:
            with pytest.raises(CodeUnknown):
                read_code(each)


def test_with_few_residents_so_many_firms_are_withheld_that_nobody_subtracts():
    assert [withheld(count) for count in (0, 1, 4, 5, 900)] == [0, 4, 1, 0, 0]


def test_the_year_is_summed_for_what_is_large_or_near_its_limit():
    near = WARNINGS[0]
    asked = [(0, 1), (0, 50_00), (near - 1, 50_00), (0, 50_01), (near, 1), (near - 1, 50_01)]
    assert [counts_again(*each) for each in asked] == [False, False, False, True, True, True]


@pytest.mark.parametrize("text", ["", "ABC", "0" * 8, "A" * 9, "Ωμέγα東京1", "<b>&"])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(CodeUnknown):
        read_code(text)


DAY = date(2026, 6, 1)
SHOP, BAKER, RESIDENT = 1, 2, 3


def test_what_came_in_first_goes_out_first():
    came = [(1, date(2026, 1, 1), SHOP, 100), (2, date(2026, 3, 1), SHOP, 50)]
    gone = [*came, (3, date(2026, 4, 1), SHOP, -120)]
    assert lots_taken(gone, {SHOP: 20}, DAY)[SHOP] == [(20, 92, 0)]
    assert lots_taken(gone, {SHOP: 99}, DAY)[SHOP] == [(30, 92, 0)]
    assert lots_taken(came, {SHOP: 120}, DAY)[SHOP] == [(100, 151, 0), (20, 92, 0)]


def test_every_payment_here_is_one_more_and_begins_anew_with_its_holder():
    moves = [
        (1, date(2026, 1, 1), RESIDENT, 100),
        (2, date(2026, 2, 1), RESIDENT, -60), (2, date(2026, 2, 1), SHOP, 60),
        (3, date(2026, 3, 1), SHOP, 40),
        (4, date(2026, 5, 1), BAKER, 80), (4, date(2026, 5, 1), SHOP, -80),
    ]  # fmt: skip
    assert lots_taken(moves, {BAKER: 80}, DAY)[BAKER] == [(60, 31, 2), (20, 31, 1)]
    assert lots_taken(moves, {SHOP: 80}, DAY)[SHOP] == [(20, 92, 0)]
    assert lots_taken(moves, {RESIDENT: 40}, DAY)[RESIDENT] == [(40, 151, 0)]
