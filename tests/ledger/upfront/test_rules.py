"""What stands upfront, by age and to the cent."""

from datetime import date

import pytest

from ledger.upfront import errors, rules
from ledger.upfront.rules import Move, Part

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


def test_what_is_used_is_of_the_oldest():
    moves = [Move(7, JUNE, 500), Move(7, MAY, 300), Move(7, JULY, -400), Move(8, JULY, 50)]
    assert rules.left(moves) == [Move(7, JUNE, 400), Move(8, JULY, 50)]
    assert rules.left([*moves, Move(7, JULY, -400)]) == [Move(8, JULY, 50)]


@pytest.mark.parametrize(
    ("upfront", "owed", "still", "expected"),
    [
        (500, [], 300, (300, [])),
        (500, [], 800, (500, [])),
        (100, [Part(1, 50), Part(2, 90)], 200, (200, [Part(1, 50), Part(2, 50)])),
        (0, [Part(1, 50)], 200, (50, [Part(1, 50)])),
        (300, [Part(1, 50)], 200, (200, [])),
    ],
)
def test_as_much_as_both_have_and_upfront_goes_first(upfront, owed, still, expected):
    assert rules.set_off(upfront, owed, still, payable=True) == expected


@pytest.mark.parametrize(
    ("upfront", "still", "payable", "why"),
    [
        (0, 100, True, errors.NothingUpfront),
        (100, 0, True, errors.NotPayableNow),
        (100, 100, False, errors.NotPayableNow),
    ],
)
def test_nothing_and_what_is_not_to_be_paid_are_refused(upfront, still, payable, why):
    with pytest.raises(why):
        rules.set_off(upfront, [], still, payable=payable)


@pytest.mark.parametrize(
    ("name", "kvk", "vat_id"), [("", "12345678", ""), ("  ", "", "NL1"), ("Naam", "", "")]
)
def test_a_new_supplier_has_a_name_and_a_number(name, kvk, vat_id):
    with pytest.raises(errors.SupplierUnnamed):
        rules.check_named(name, kvk, vat_id)


def test_no_more_comes_back_or_is_taken_back_than_stands_there():
    rules.check_back(100, 100)
    rules.check_taken_back(100, 100)
    with pytest.raises(errors.BackAboveUpfront):
        rules.check_back(101, 100)
    with pytest.raises(errors.UpfrontUsed):
        rules.check_taken_back(101, 100)
