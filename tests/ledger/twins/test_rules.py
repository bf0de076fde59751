"""Which lines of a file seem to be purchases that count already."""

from datetime import date

import pytest

from ledger.twins.rules import Counted, Fresh, Pairing, Who

DAY, LATER = date(2026, 7, 1), date(2026, 7, 2)
PLAIN = Who("s1", "alfa bv")
WHO = {
    1: PLAIN, 2: Who("s2", "alfa bv", kvk_number="11111111"), 3: Who("s3", "alfa bv", kvk_number="22222222"),
    4: Who("s4", "beta bv", kvk_number="11111111"), 5: Who("s1", "alfa oud"), 6: Who("s6", "alfa bv", code="7"),
    7: Who("s7", "alfa bv", code="8"), 8: Who("s8", "gamma bv"),
}  # fmt: skip


def stored(key, supplier=1, document="f1", on=DAY, amount=100, identity=b"", import_id=9):
    return Counted(key, supplier, on, amount, document, identity or bytes([key]), import_id)


def line(supplier=1, document="f1", on=DAY, amount=100):
    return Fresh(supplier, on, amount, document)


def pair(fresh, counted, seen=lambda _identity: 0, pairing=None):
    return (pairing or Pairing(WHO.__getitem__)).pair(fresh, counted, seen)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [(1, 2, True), (2, 3, False), (2, 4, True), (1, 5, True), (1, 6, True), (6, 7, False), (6, 2, True), (1, 8, False)],
)  # fmt: skip
def test_one_supplier_is_who_it_is_its_number_or_its_name_while_no_number_differs(one, other, same):
    assert WHO[one].may_be(WHO[other]) == WHO[other].may_be(WHO[one]) == same
    assert pair([line(one)], [stored(1, other)]) == [1 if same else None]


@pytest.mark.parametrize(
    ("fresh", "found"),
    [
        (line(), 1), (line(document=""), 1), (line(document="f2"), None), (line(on=LATER), None),
        (line(amount=101), None), (line(amount=-100), None), (None, None),
    ],
)  # fmt: skip
def test_day_and_amount_are_the_same_and_no_number_differs(fresh, found):
    assert pair([fresh], [stored(1)]) == [found]
    assert pair([line(document="f9")], [stored(1, document="")]) == [1], "the stored line may lack its number"


@pytest.mark.parametrize("lines", range(4))
@pytest.mark.parametrize("there", range(4))
def test_as_many_as_both_have(lines, there):
    pairing = Pairing(WHO.__getitem__)
    found = pair([line()] * lines, [stored(key + 1) for key in range(there)], pairing=pairing)
    taken = [each for each in found if each is not None]
    assert len(set(taken)) == len(taken) == min(lines, there)
    assert (pairing.found.lines, pairing.found.amount) == (min(lines, there), 100 * min(lines, there))
    assert pairing.found.imports == ({9: min(lines, there)} if taken else {})


def test_a_line_is_taken_once_over_all_batches_and_shelves():
    pairing = Pairing(WHO.__getitem__)
    assert pair([line()], [stored(1)], pairing=pairing) == [1]
    assert pair([line(2), line(5)], [stored(1)], pairing=pairing) == [None, None]


def test_the_own_number_goes_before_none():
    assert pair([line(document=""), line()], [stored(1), stored(2, document="")]) == [2, 1]


def test_a_line_that_came_in_the_same_words_takes_its_own():
    seen = {b"a": 1}
    there = [stored(1, identity=b"a"), stored(2, identity=b"a"), stored(3, identity=b"b")]
    found = pair([line()] * 3, there, lambda identity: seen.get(identity, 0))
    assert sorted(found, key=lambda each: each or 99) == [2, 3, None]
