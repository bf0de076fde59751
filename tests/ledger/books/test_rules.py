import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel.money import MAX_MINOR
from ledger.books import errors, rules
from ledger.books.rules import Leg

AT = datetime(2026, 9, 1, 10, tzinfo=UTC)


def test_lines_come_in_the_order_of_their_accounts():
    assert rules.checked_legs([Leg(9, -3), Leg(2, 1), Leg(5, 2)]) == [(2, 1), (5, 2), (9, -3)]


@given(st.lists(st.integers(-MAX_MINOR, MAX_MINOR).filter(bool), min_size=1, max_size=20))
def test_what_adds_up_passes_and_what_does_not_is_refused(amounts):
    rest = -sum(amounts)
    legs = [Leg(n, amount) for n, amount in enumerate(amounts)]
    if 0 < abs(rest) <= MAX_MINOR:
        assert len(rules.checked_legs([*legs, Leg(99, rest)])) == len(legs) + 1
    if len(legs) > 1 and rest:
        with pytest.raises(errors.Unbalanced):
            rules.checked_legs(legs)


@pytest.mark.parametrize(
    ("legs", "refusal"),
    [
        ([], errors.TooFewLines),
        ([Leg(1, 5)], errors.TooFewLines),
        ([Leg(n, (-1) ** n) for n in range(1002)], errors.TooManyLines),
        ([Leg(1, 0), Leg(2, 0)], errors.AmountZero),
        ([Leg(1, 5.0), Leg(2, -5)], errors.AmountInvalid),
        ([Leg(1, True), Leg(2, -1)], errors.AmountInvalid),
        ([Leg(1, MAX_MINOR + 1), Leg(2, -MAX_MINOR - 1)], errors.AmountInvalid),
        ([Leg(1, 5), Leg(2, -4)], errors.Unbalanced),
    ],
)
def test_lines_that_make_no_transfer(legs, refusal):
    with pytest.raises(refusal):
        rules.checked_legs(legs)


def test_a_reservation_names_each_account_once():
    rules.check_once_each([Leg(1, 5), Leg(2, -5)])
    with pytest.raises(errors.LineTwice):
        rules.check_once_each([Leg(1, 2), Leg(1, 3), Leg(2, -5)])


@pytest.mark.parametrize("key", ["", "k" * 201, "a\0b"])
def test_keys_that_are_none(key):
    with pytest.raises(errors.KeyInvalid):
        rules.check_key(key)


def test_a_batch_names_each_key_once():
    rules.check_keys(["a", "b"])
    with pytest.raises(errors.KeyTwice):
        rules.check_keys(["a", "b", "a"])


@pytest.mark.parametrize("kind", ["", "x", "Payment", "pay ment", "9lives", "دفع", "k" * 42])
def test_kinds_that_are_none(kind):
    with pytest.raises(errors.KindInvalid):
        rules.check_kind(kind)


def test_texts_have_a_length():
    rules.check_text("", least=0)
    for text in ("", "x" * 201, "a\0"):
        with pytest.raises(errors.ReferenceInvalid):
            rules.check_text(text, least=1)


def test_a_reservation_ends_after_it_begins():
    rules.check_expiry(None, AT)
    rules.check_expiry(AT + timedelta(seconds=1), AT)
    with pytest.raises(errors.ExpiryInvalid):
        rules.check_expiry(AT, AT)


def test_another_request_has_another_hash():
    legs = [Leg(1, 5), Leg(2, -5)]
    asked = [
        rules.request_hash("k", "post", "payment", legs, None, None),
        rules.request_hash("l", "post", "payment", legs, None, None),
        rules.request_hash("k", "pend", "payment", legs, None, None),
        rules.request_hash("k", "post", "grant", legs, None, None),
        rules.request_hash("k", "post", "payment", [Leg(1, 6), Leg(2, -6)], None, None),
        rules.request_hash("k", "post", "payment", legs, AT, None),
        rules.request_hash("k", "post", "payment", legs, None, 7),
    ]
    assert len(set(asked)) == len(asked)
    assert rules.request_hash("k", "post", "payment", legs, None, None) == asked[0]


@pytest.mark.parametrize("key", ["k", 'a","post', "\\", "é\u0644\n\x1f", "]"])
def test_what_is_hashed_is_json_so_no_key_reads_as_something_else(key):
    legs = [Leg(1, 5), Leg(2, -5)]
    content = [key, "post", "payment", legs, [None, 'x"']]
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    assert rules.request_hash(key, "post", "payment", legs, None, 'x"') == sha256(written.encode()).digest()


def test_a_note_is_digested_with_its_salt():
    assert rules.note_digest("huur", b"a") != rules.note_digest("huur", b"b")
