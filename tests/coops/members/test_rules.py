from datetime import date

import pytest

from coops.members import errors, rules
from coops.members.gateway import read_members
from coops.members.rules import MemberFacts, MemberKind

TODAY = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" Amina@Voorbeeld.Example ", "amina@voorbeeld.example"), ("06 12 34 56 78", "0612345678"),
        ("+31 (0)6-12345678", "0612345678"), ("0031612345678", "0612345678"), ("+32 470 12 34 56", "+32470123456"),
    ],
)  # fmt: skip
def test_two_ways_of_writing_are_one_contact(text, kept):
    assert rules.tidy_contact(text) == kept


@pytest.mark.parametrize("text", ["", "amina", "a@b", "12345", "a b@c.nl", "020-1234"])
def test_what_reaches_nobody_is_no_contact(text):
    with pytest.raises(errors.ContactInvalid):
        rules.tidy_contact(text)


def test_nine_digits_are_never_kept():
    for text in ("111222333", "111.222.333", "111 222 333"):
        with pytest.raises(errors.HoldsBsn):
            rules.tidy_contact(text)
        with pytest.raises(errors.HoldsBsn):
            rules.check_name(f"Amina {text}")
    assert rules.check_name(" Amina   2 ") == "Amina 2"


def test_nobody_joins_tomorrow_or_leaves_before_joining():
    facts = MemberFacts("A", "a@b.nl", MemberKind.WORKER, date(2026, 9, 2))
    with pytest.raises(errors.DayInvalid):
        rules.tidy(facts, TODAY)
    rules.check_end(TODAY, TODAY, TODAY)
    for joined, left in ((TODAY, date(2026, 8, 31)), (TODAY, date(2026, 9, 2))):
        with pytest.raises(errors.DayInvalid):
            rules.check_end(joined, left, TODAY)


@pytest.mark.parametrize(
    ("counts", "seen"),
    [
        ({"worker": 3, "user": 1}, (None, {})), ({"worker": 5, "user": 0}, (5, {"worker": 5})),
        ({"worker": 9, "user": 4}, (13, {})), ({"worker": 9, "user": 5}, (14, {"worker": 9, "user": 5})),
        ({}, (None, {})),
    ],
)  # fmt: skip
def test_small_counts_stay_inside(counts, seen):
    assert rules.shown(counts) == seen


def test_a_list_tells_the_fault_of_each_row():
    found = read_members(
        "naam;contact;soort;lid sinds\nAmina;a@b.nl;werkend;01-02-2026\n\nBo;;bewoner;\nCem;c@b.nl;baas;\n"
        "Dia;d@b.nl;steunend;31-02-2026\nEva;111222333;bewoner;\nFay;f@b.nl;resident;2026-01-05\n",
        TODAY,
    )
    assert [each.name for each in found.rows] == ["Amina", "Fay"]
    assert found.rows[0] == MemberFacts("Amina", "a@b.nl", MemberKind.WORKER, date(2026, 2, 1))
    assert [(row, type(fault).__name__) for row, fault in found.faults] == [
        (4, "ContactInvalid"), (5, "KindUnknown"), (6, "DayInvalid"), (7, "HoldsBsn"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "niets"), ("naam;contact;soort\n", "niets"), ("naam;contact\nA;b\n", "kind"),
        ("naam;bsn;contact;soort\nA;1;b;c\n", "bsn"), ("naam;name;contact;soort\nA;B;c;d\n", "twee keer"),
        ('naam;contact;soort\n"A;b;c\n', "CSV"),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_read_says_why(text, why):
    with pytest.raises(errors.ListUnreadable) as refused:
        read_members(text, TODAY)
    assert why in str(refused.value)


def test_who_left_is_forgotten_after_seven_whole_years():
    assert rules.forget_before(date(2034, 1, 1)) == date(2027, 1, 1)
    assert rules.forget_before(date(2033, 12, 31)) == date(2026, 1, 1)
