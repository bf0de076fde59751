import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel.canonical import canonical_json
from procurement.bids import rules
from procurement.bids.errors import AnswerTooLong, BidUnfinished, UnknownPart
from procurement.bids.rules import Bar, Bidder, BidState, Draft
from procurement.envelopes import rules as envelopes
from procurement.envelopes.rules import Fault, Place

CLOSES = date(2026, 10, 1)
PLACE = Place("tender", 1, "bid", 1)
ASKED = rules.Asked(["plan"], CLOSES)
CONTENT = {
    "price": {"minor": 100, "currency": "EUR"},
    "note": "",
    "valid_until": "2027-01-01",
    "answers": {"plan": "x"},
    "declarations": {},
}


def whole_draft(**changes):
    draft = Draft()
    values = {
        "price": {
            "minor": 100,
            "typed": "1,00",
            "note": "",
            "valid_until": (CLOSES + rules.LEAST_VALID).isoformat(),
        },
        "q:plan": {"text": "Ons plan"},
        "declarations": dict.fromkeys(rules.STATEMENTS, True),
        **changes,
    }
    for name, value in values.items():
        draft = draft.with_part(name, rules.checked_part(name, value, ASKED))
    return draft


def test_a_whole_draft_becomes_content():
    content = rules.content_of(whole_draft(), ASKED, {})
    assert content["price"] == {"minor": 100, "currency": "EUR"}
    assert content["answers"] == {"plan": "Ons plan"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("price", {}),
        ("price", {"minor": 100}),
        ("price", {"minor": 0, "valid_until": "2027-01-01"}),
        ("price", {"minor": -5, "valid_until": "2027-01-01"}),
        ("price", {"minor": 10**16, "valid_until": "2027-01-01"}),
        ("price", {"minor": 1.5, "valid_until": "2027-01-01"}),
        ("price", {"minor": 100, "valid_until": "morgen"}),
        (
            "price",
            {"minor": 100, "valid_until": (CLOSES + rules.LEAST_VALID - timedelta(days=1)).isoformat()},
        ),
        ("price", {"minor": 100, "valid_until": "2027-01-01", "note": "x" * 5001}),
        ("q:plan", {"text": "  \n "}),
        ("q:plan", {"text": "x" * 5001}),
        ("declarations", {}),
        ("declarations", {**dict.fromkeys(rules.STATEMENTS, True), "truth": False}),
    ],
)
def test_a_part_that_is_not_ready_is_kept_but_not_handed_in(name, value):
    draft = whole_draft(**{name: value})
    assert rules.open_parts(draft, ASKED) == [name]
    with pytest.raises(BidUnfinished, match="Deel"):
        rules.content_of(draft, ASKED, {name: "Deel"})


@pytest.mark.parametrize(
    ("minor", "bounds", "said"),
    [
        (None, (100, 200), None),
        (250, None, None),
        (100, (100, 200), None),
        (200, (100, 200), None),
        (201, (100, 200), rules.Standing.ABOVE),
        (99, (100, 200), rules.Standing.BELOW),
    ],
)
def test_a_price_outside_the_published_range_is_told(minor, bounds, said):
    assert rules.standing(minor, bounds) is said


def test_what_is_too_long_even_for_a_draft_is_refused_at_its_field():
    with pytest.raises(AnswerTooLong) as fault:
        rules.checked_part("q:plan", {"text": "x" * 20_001}, ASKED)
    assert fault.value.field == "text"
    with pytest.raises(UnknownPart):
        rules.checked_part("q:none", {}, ASKED)


@given(
    st.dictionaries(st.sampled_from(["price", "q:plan"]), st.dictionaries(st.text(), st.text()), max_size=2)
)
def test_a_draft_survives_storing(values):
    draft = Draft()
    for name, value in values.items():
        draft = draft.with_part(name, value)
    assert Draft.from_json(draft.to_json()) == draft


def test_an_envelope_opens_to_its_content():
    text = envelopes.envelope(PLACE, CONTENT)
    assert envelopes.verify(text, PLACE, envelopes.commitment(text), text) == (None, CONTENT)
    assert envelopes.verify(text, PLACE, envelopes.commitment(text), None) == (None, CONTENT)


def test_the_same_content_never_has_the_same_hash():
    """So that nobody with the hash can try prices until one fits."""
    assert envelopes.commitment(envelopes.envelope(PLACE, CONTENT)) != envelopes.commitment(
        envelopes.envelope(PLACE, CONTENT)
    )


@pytest.mark.parametrize(
    ("place", "content", "fault"),
    [
        (Place("other", 1, "bid", 1), CONTENT, Fault.OTHER_TENDER),
        (Place("tender", 2, "bid", 1), CONTENT, Fault.OTHER_LOT),
        (Place("tender", 1, "other", 1), CONTENT, Fault.OTHER_BID),
        (Place("tender", 1, "bid", 2), CONTENT, Fault.OTHER_VERSION),
        (PLACE, {}, Fault.CONTENT),
        (PLACE, {**CONTENT, "price": {"minor": 0, "currency": "EUR"}}, Fault.CONTENT),
        (PLACE, {**CONTENT, "price": {"minor": "1", "currency": "EUR"}}, Fault.CONTENT),
        (PLACE, {**CONTENT, "answers": ["x"]}, Fault.CONTENT),
        (PLACE, {**CONTENT, "answers": {"plan": 1}}, Fault.CONTENT),
    ],
)
def test_an_envelope_of_elsewhere_or_without_content_is_flagged(place, content, fault):
    text = envelopes.envelope(place, content)
    assert envelopes.verify(text, PLACE, envelopes.commitment(text), text) == (fault, None)


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b"[]", b"null", b"{}", b'{"format": "cwb-bid-1"}'])
def test_rubbish_is_flagged(text):
    assert envelopes.verify(text, PLACE, envelopes.commitment(text), None) == (Fault.CONTENT, None)


def test_a_swapped_envelope_is_flagged_by_hash_or_copy():
    text, other = envelopes.envelope(PLACE, CONTENT), envelopes.envelope(PLACE, CONTENT)
    assert envelopes.verify(other, PLACE, envelopes.commitment(text), text) == (Fault.HASH, None)
    assert envelopes.verify(other, PLACE, envelopes.commitment(other), text) == (Fault.REPLACED, None)


def test_another_form_is_not_read():
    text = envelopes.envelope(PLACE, CONTENT).replace(b"cwb-bid-2", b"cwb-bid-9")
    assert envelopes.verify(text, PLACE, envelopes.commitment(text), None) == (Fault.CONTENT, None)


def test_the_first_form_without_lots_stays_readable_for_lot_1_alone():
    inside = json.loads(envelopes.envelope(PLACE, CONTENT)) | {"format": "cwb-bid-1"}
    del inside["lot"]
    text = canonical_json(inside)
    assert envelopes.verify(text, PLACE, envelopes.commitment(text), text) == (None, CONTENT)
    second = Place("tender", 2, "bid", 1)
    assert envelopes.verify(text, second, envelopes.commitment(text), text) == (Fault.OTHER_LOT, None)


def test_where_an_order_is_asked_it_is_part_of_the_bid():
    asked = rules.Asked(["plan"], CLOSES, 3)
    draft = whole_draft()
    assert rules.open_parts(draft, asked) == ["wish"]
    for rank, kept in ((0, {}), (4, {}), ("1", {}), (2, {"rank": 2})):
        assert rules.checked_part("wish", {"rank": rank}, asked) == kept
    assert rules.content_of(draft.with_part("wish", {"rank": 2}), asked, {})["wish"] == 2
    with pytest.raises(UnknownPart):
        rules.checked_part("wish", {"rank": 1}, ASKED)


GOOD = {"organisation_id": 2, "has_kvk": True, "has_mandate": True, "is_excluded": False}


@pytest.mark.parametrize(
    ("bidder", "published", "closed", "expected"),
    [
        ({}, True, False, []),
        ({}, False, False, [Bar.NOT_OPEN]),
        ({}, True, True, [Bar.CLOSED]),
        ({"organisation_id": 1}, True, False, [Bar.OWN_TENDER]),
        ({"has_kvk": False}, True, False, [Bar.NO_KVK]),
        ({"is_excluded": True}, True, False, [Bar.EXCLUDED]),
        ({"has_mandate": False}, True, False, [Bar.NO_MANDATE]),
        ({"organisation_id": None, "has_kvk": False}, True, False, [Bar.NO_ORGANISATION]),
        ({"has_kvk": False, "is_excluded": True}, True, True, [Bar.CLOSED, Bar.NO_KVK, Bar.EXCLUDED]),
    ],
)
def test_every_reason_why_not_is_named(bidder, published, closed, expected):
    found = rules.bars(Bidder(**{**GOOD, **bidder}), buyer_id=1, is_published=published, is_closed=closed)
    assert found == expected
    assert all(rules.BAR_TEXTS[bar] for bar in rules.Bar)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"version": 0}, BidState.DRAFT),
        ({"version": 0, "is_closed": True}, BidState.EXPIRED),
        ({}, BidState.SUBMITTED),
        ({"draft_version": 5}, BidState.CHANGED),
        ({"draft_version": 5, "is_closed": True}, BidState.SUBMITTED),
        ({"is_closed": True, "is_opened": True}, BidState.OPENED),
        ({"is_closed": True, "is_opened": True, "is_decided": True}, BidState.DECIDED),
        ({"is_withdrawn": True}, BidState.WITHDRAWN),
    ],
)
def test_the_state_of_a_bid(facts, state):
    base = {
        "version": 1,
        "submitted_draft": 4,
        "draft_version": 4,
        "is_withdrawn": False,
        "is_closed": False,
        "is_opened": False,
    }
    assert rules.state_of(**{**base, **facts}) is state


def test_a_receipt_tells_nothing_and_reads_well():
    assert len({rules.new_receipt() for _ in range(1000)}) == 1000
    assert set("01IO").isdisjoint(rules.new_receipt()[2:])
