"""Which invoice an entry is for, on bare values."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel.money import Money
from ledger.bank import errors
from ledger.bank.rules import (
    Claim,
    Claims,
    Share,
    Why,
    accepted,
    check_tolerance,
    is_rf,
    marks_of,
    match,
    references_in,
)
from ledger.bankfiles.rules import Entry, Reference
from ledger.numbering.rules import rf_reference

IBAN, OTHER = "NL39RABO0300065264", "NL91ABNA0417164300"
ONE, TWO = rf_reference("2026-0001"), rf_reference("2026-0002")
FIRST = Claim(1, "2026-0001", ONE, 10_000, IBAN, refund=False)
SECOND = Claim(2, "2026-0002", TWO, 5_000, IBAN, refund=False)
CLAIMS = Claims.of([FIRST, SECOND])


def entry(amount=10_000, *references, **facts):
    known = {"line": 1, "currency": "EUR", "booked_on": date(2026, 9, 1)}
    refs = tuple(each if isinstance(each, Reference) else Reference(each) for each in references)
    return Entry(amount=amount, references=refs, **(known | facts))


def of(one, claims=CLAIMS, tolerance=0):
    return match(one, claims, tolerance)


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (entry(10_000, ONE), Why.REFERENCE),
        (entry(-10_000, ONE), Why.REFERENCE),
        (entry(10_000, end_to_end=ONE), Why.MARK),
        (entry(10_000, end_to_end=f"{ONE}/G"), Why.MARK),
        (entry(10_000, text=f"factuur {ONE} dank"), Why.IN_TEXT),
        (entry(10_000, text=" ".join(ONE[i : i + 4] for i in range(0, len(ONE), 4))), Why.IN_TEXT),
    ],
)
def test_the_reference_decides_and_says_where_it_stood(one, why):
    assert of(one).shares == (Share(FIRST, 10_000, why),)


def test_paid_under_is_a_part():
    assert of(entry(4_000, ONE)).shares == (Share(FIRST, 4_000, Why.PART),)


def test_paid_over_is_credit():
    assert of(entry(10_500, ONE)).shares == (
        Share(FIRST, 10_000, Why.REFERENCE), Share(FIRST, 500, Why.REST, credit=True),
    )  # fmt: skip


def test_two_invoices_are_split():
    assert of(entry(15_000, ONE, TWO)).shares == (
        Share(FIRST, 10_000, Why.REFERENCE), Share(SECOND, 5_000, Why.REFERENCE),
    )  # fmt: skip


def test_two_invoices_with_their_amounts_are_split_as_said():
    found = of(entry(12_000, Reference(ONE, 9_000), Reference(TWO, 3_000)))
    assert [(each.amount, each.why) for each in found.shares] == [(9_000, Why.PART), (3_000, Why.PART)]


@pytest.mark.parametrize("amount", [14_999, 12_000, 10_000])
def test_two_invoices_and_too_little_is_for_a_person(amount):
    found = of(entry(amount, ONE, TWO))
    assert found.shares == ()
    assert isinstance(found.waits, errors.NotSure)


def test_one_wrong_digit_is_a_suggestion():
    wrong = ONE[:-1] + ("2" if ONE[-1] != "2" else "3")
    assert not is_rf(wrong)
    found = of(entry(10_000, wrong))
    assert (found.shares, found.suggestions) == ((), (Share(FIRST, 10_000, Why.NEAR),))


def test_two_digits_that_changed_places_are_a_suggestion():
    wrong = ONE[:2] + ONE[3] + ONE[2] + ONE[4:]
    assert wrong != ONE
    assert [each.why for each in of(entry(10_000, wrong)).suggestions] == [Why.NEAR]


@given(st.integers(0, len(ONE) - 3), st.sampled_from("0123456789"))
def test_no_wrong_digit_ever_books(place, digit):
    at = place + 2
    wrong = ONE[:at] + digit + ONE[at + 1 :]
    if wrong != ONE:
        assert of(entry(10_000, wrong)).shares == ()


def test_amount_and_account_alone_are_a_suggestion():
    found = of(entry(5_000, iban=IBAN))
    assert (found.shares, found.suggestions) == ((), (Share(SECOND, 5_000, Why.AMOUNT),))
    assert of(entry(5_000, iban=OTHER)).suggestions == ()
    assert of(entry(5_000)).suggestions == ()


def test_two_invoices_of_one_amount_are_no_suggestion():
    twins = Claims.of([FIRST, replace_open(SECOND, 10_000)])
    assert of(entry(10_000, iban=IBAN), twins).suggestions == ()


def replace_open(claim, amount):
    return claim._replace(open=amount)


def test_the_tolerance_widens_suggestions_only():
    assert of(entry(4_998, iban=IBAN), tolerance=1).suggestions == ()
    assert of(entry(4_998, iban=IBAN), tolerance=2).suggestions == (Share(SECOND, 4_998, Why.AMOUNT),)
    assert of(entry(9_998, ONE), tolerance=5).shares == (Share(FIRST, 9_998, Why.PART),)


def test_the_number_in_the_text_is_a_suggestion():
    assert [each.claim for each in of(entry(3_000, text="Betreft 2026-0002.")).suggestions] == [SECOND]


NAMED = FIRST._replace(name="Café Voorbeeld B.V.")
ALIKE = NAMED._replace(invoice_id=3, number="2026-0003", reference=rf_reference("2026-0003"))


def test_name_and_amount_of_one_open_invoice_are_a_suggestion_and_never_sure():
    claims = Claims.of([NAMED, SECOND])
    found = of(entry(10_000, name="CAFE  VOORBEELD BV"), claims)
    assert (found.shares, found.suggestions) == ((), (Share(NAMED, 10_000, Why.NAMED),))
    assert isinstance(found.waits, errors.NotSure)
    assert accepted(found, 10_000) == found.suggestions


@pytest.mark.parametrize(
    "one",
    [
        entry(9_999, name="Café Voorbeeld B.V."), entry(-10_000, name="Café Voorbeeld B.V."),
        entry(10_000, name="Café Voorbeeld"), entry(10_000, name=""), entry(10_000, TWO[:-1], name="–"),
        entry(10_000, rf_reference("2026-0009"), name="Café Voorbeeld B.V."),
    ],
)  # fmt: skip
def test_another_amount_side_or_name_or_a_reference_of_another_is_none(one):
    assert [each for each in of(one, Claims.of([NAMED, SECOND])).suggestions if each.why is Why.NAMED] == []


def test_of_two_alike_both_are_listed_and_none_is_chosen():
    claims = Claims.of([NAMED, ALIKE])
    found = of(entry(10_000, name="café voorbeeld b.v."), claims)
    assert [each.claim for each in found.suggestions] == [NAMED, ALIKE]
    assert accepted(found, 10_000) == ()
    claims.change(ALIKE, 0)
    assert len(of(entry(10_000, name="café voorbeeld b.v."), claims).suggestions) == 1


def test_a_number_in_the_text_goes_before_the_name():
    found = of(entry(10_000, name="Café Voorbeeld B.V.", text="2026-0002"), Claims.of([NAMED, SECOND]))
    assert {each.claim for each in found.suggestions} == {SECOND}


def test_paid_twice_waits_with_the_number():
    paid = Claims.of([replace_open(FIRST, 0)])
    found = of(entry(10_000, ONE), paid)
    assert (found.shares, type(found.waits), found.waits.facts) == (
        (),
        errors.NothingOpen,
        {"number": "2026-0001"},
    )
    assert found.suggestions == (Share(replace_open(FIRST, 0), 10_000, Why.DOUBLE, credit=True),)


def test_another_currency_waits():
    found = of(replace(entry(10_000, ONE), currency="USD"))
    assert (found.shares, type(found.waits)) == ((), errors.OtherCurrency)


def test_two_sellers_with_one_reference_are_told_apart_by_their_account():
    there = Claims.of([FIRST, Claim(9, "2026-0001", ONE, 10_000, OTHER, refund=False)])
    assert of(entry(-10_000, ONE, iban=OTHER), there).shares[0].claim.invoice_id == 9
    assert of(entry(-10_000, ONE), there).shares == ()


def test_the_part_for_a_g_account_is_the_sellers_whose_account_it_is():
    split = Claim(9, "2026-0001", ONE, 10_000, OTHER, refund=False, others=("NL20INGB0001234567",))
    there = Claims.of([FIRST, split])
    found = of(entry(-2_500, end_to_end=f"{ONE}/G", iban="NL20INGB0001234567"), there)
    assert found.shares == (Share(split, 2_500, Why.PART),)


@pytest.mark.parametrize(
    "one", [entry(-10_000, ONE, iban=OTHER), entry(-10_000, text="fact 2026-0001", iban=OTHER)]
)
def test_what_went_to_another_account_than_the_sellers_is_never_sure(one):
    found = of(one)
    assert (found.shares, type(found.waits)) == ((), errors.OtherPayee)
    assert found.suggestions[0].claim == FIRST
    assert type(of(replace(one, amount=10_000)).waits) is not errors.OtherPayee
    back = Claims.of([FIRST._replace(refund=True)])
    assert type(of(one, back).waits) is not errors.OtherPayee


def test_a_known_and_an_unknown_reference_wait():
    found = of(entry(10_000, ONE, rf_reference("2025-0009")))
    assert (found.shares, type(found.waits)) == ((), errors.NotSure)


@given(st.integers(1, 20_000), st.sampled_from([(ONE,), (TWO,), (ONE, TWO), (TWO, ONE)]))
def test_shares_make_the_entry_whole(amount, references):
    found = of(entry(amount, *references))
    assert not found.shares or sum(each.amount for each in found.shares) == amount
    assert all(each.credit or each.amount <= each.claim.open for each in found.shares)


def test_references_are_found_once():
    assert references_in(f"{ONE} en {TWO} en {ONE}") == [ONE, TWO]
    assert [each.text for each, _ in marks_of(entry(1, ONE, text=ONE, end_to_end=ONE))] == [ONE]


@pytest.mark.parametrize("amount", ["-0.01", "10.01"])
def test_a_tolerance_beyond_sense_is_refused(amount):
    with pytest.raises(errors.ToleranceWrong):
        check_tolerance(Money.of(amount))
