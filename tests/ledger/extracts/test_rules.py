"""What a register says, by day; what an answer without dates adds; when names agree."""

from datetime import date

import pytest

from cwb.kernel.identifiers import BranchNumber, KvkNumber, VatId
from ledger.extracts import errors
from ledger.extracts.rules import (
    Branch,
    Extract,
    alike,
    carried,
    comparable,
    likeness,
    really_different,
    same_name,
    stays,
)

D19, D20, D24, D25, D26 = (date(year, 1, 1) for year in (2019, 2020, 2024, 2025, 2026))
NUMBER, MAIN, SIDE = KvkNumber("01234567"), BranchNumber("000012345678"), BranchNumber("000087654321")


def branch(postcode="1063 AA", since=D20, until=None, **facts):
    given = {
        "number": MAIN,
        "main": True,
        "started_on": since,
        "from_on": since,
        "until_on": until,
        "postcode": postcode,
    }
    return Branch(**(given | facts))


def extract(*branches, **facts):
    return Extract(**({"kvk_number": NUMBER, "name": "Voorbeeld B.V.", "branches": branches} | facts))


def told(found):
    return [(s.from_on, s.until_on, s.branch.postcode if s.branch else None) for s in stays(found)]


def test_a_seat_is_somewhere_from_its_first_day():
    assert told(extract(branch())) == [(D20, None, "1063 AA")]
    assert told(extract()) == []


def test_a_moved_seat_keeps_its_old_place_for_old_days():
    moved = extract(branch(since=D20, until=D25), branch("3526 KS", since=D25, started_on=D20))
    assert told(moved) == [(D20, D25, "1063 AA"), (D25, None, "3526 KS")]


def test_a_dissolved_one_is_nowhere_from_that_day():
    assert told(extract(branch(), ended_on=D25)) == [(D20, D25, "1063 AA"), (D25, None, None)]
    assert told(extract(branch(since=D26), started_on=D20, ended_on=D25)) == []


def test_a_gap_between_two_seats_is_nowhere():
    there = extract(branch(since=D20, until=D24), branch("3526 KS", since=D25, started_on=D25))
    assert told(there) == [(D20, D24, "1063 AA"), (D24, D25, None), (D25, None, "3526 KS")]


def test_attack_03_a_branch_is_no_seat():
    assert told(extract(branch("3526 KS"), branch("1063 AA", number=SIDE, main=False))) == [
        (D20, None, "3526 KS")
    ]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (lambda: extract(name=" "), errors.RegisterNameMissing),
        (lambda: extract(trade_names=("x" * 201,)), errors.RegisterNameMissing),
        (lambda: extract(legal_form="x" * 121), errors.RegisterTextTooLong),
        (lambda: extract(started_on=D25, ended_on=D24), errors.RegisterDayInvalid),
        (lambda: extract(branch(), branch("3526 KS", since=D24)), errors.TwoSeatsAtOnce),
        (lambda: branch(street="x" * 121), errors.RegisterTextTooLong),
        (lambda: branch(country="Nederland"), errors.RegisterCountryInvalid),
        (lambda: branch(until=D20), errors.RegisterDayInvalid),
        (lambda: branch(started_on=D25), errors.RegisterDayInvalid),
    ],
)
def test_what_cannot_be_is_refused(wrong, error):
    with pytest.raises(error):
        wrong()


def test_a_number_that_may_hold_a_bsn_is_not_kept_of_a_person():
    old = VatId("NL111222333B01")
    assert extract(vat_id=old, natural_person=True).kept_vat_id is None
    assert extract(vat_id=old).kept_vat_id == old


def test_without_dates_a_move_counts_from_the_day_it_was_seen():
    first = extract(branch(since=D20), dated=False)
    assert carried(None, first, D24) is first
    same = carried(first, extract(branch(since=D20), dated=False), D25)
    assert told(same) == [(D20, None, "1063 AA")]
    moved = carried(same, extract(branch("3526 KS", since=D20), dated=False), D25)
    assert told(moved) == [(D20, D25, "1063 AA"), (D25, None, "3526 KS")]
    again = carried(moved, extract(branch("1063AA", since=D20), dated=False), D26)
    assert told(again) == [(D20, D25, "1063 AA"), (D25, D26, "3526 KS"), (D26, None, "1063AA")]
    closed = carried(moved, extract(dated=False), D26)
    assert told(closed) == [(D20, D25, "1063 AA"), (D25, D26, "3526 KS"), (D26, None, None)]


def test_with_dates_the_new_extract_tells_all():
    first = extract(branch(since=D20))
    assert carried(first, extract(branch("3526 KS", since=D19)), D25).branches[0].from_on == D19


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Voorbeeld B.V.", "VOORBEELD bv", True), ("Coöperatie De Schoonmaak U.A.", "De Schoonmaak", True),
        ("CDW Limited", "Softcat", False), ("Bank of the West", "Bank of the East", False), ("BV", "bv", False),
        ("Stichting Buurtwerk", "buurtwerk", True), ("مثال", "مثال", True),
    ],
)  # fmt: skip
def test_names_agree_but_for_spelling_and_legal_form(one, other, same):
    assert same_name(one, other) is same


def test_attack_11_a_high_score_shows_what_differs_and_decides_nothing():
    close = likeness("Bank of the West", "Bank of the East")
    assert (close.score, close.only_one, close.only_other) == (0.975, ("west",), ("east",))
    assert not extract(name="Bank of the West").agrees_with("Bank of the East")
    assert likeness("CDW Limited", "Softcat").score < 0.6
    assert likeness("", "x").score == 0


def test_names_that_look_alike_come_likest_first():
    names = [(1, "Jansen Bouw"), (2, "Janssen Bouw B.V."), (3, "Softcat"), (4, "Jansen Bouwbedrijf")]
    found = alike("Jansen Bouw bv", [(key, comparable(name)) for key, name in names])
    assert [key for key, _likeness in found] == [1, 2, 4]
    assert found[0][1].score == 1
    assert alike("B.V.", [(1, "x")]) == []


def test_many_names_under_one_number_are_counted_but_for_spelling():
    assert really_different(["Bloom B.V.", "BLOOM", "Ecus via Bloom", "GT3"]) == 3
    assert really_different(["", "bv"]) == 0
