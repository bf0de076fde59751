from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.bids import rules as bids
from procurement.pledges import rules
from procurement.pledges.rules import Pledge

ROW = {"what": "Social return", "amount": "200", "unit": "uren", "due_on": "2027-03-31", "proof": "Urenlijst"}
WHOLE = Pledge("Social return", Decimal(200), "uren", date(2027, 3, 31), "Urenlijst")
ASKED = bids.Asked(["plan"], date(2027, 1, 1))


def test_a_promise_is_read_and_told_in_one_sentence():
    assert rules.pledges_of([ROW]) == [WHOLE]
    assert WHOLE.line == "Belofte: Social return: 200 uren, uiterlijk 31-03-2027. Bewijs: Urenlijst"
    assert rules.told({"text": "Zo.", "pledges": [ROW]}) == f"Zo.\n\n{WHOLE.line}"
    assert rules.told({"text": "Zo."}) == "Zo."


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": ""}, {"amount": "0"}, {"amount": "-1"}, {"amount": "NaN"}, {"amount": "1e99"}, {"amount": "1.234"},
        {"amount": "veel"}, {"unit": " "}, {"due_on": "31-03-2027"}, {"due_on": ""}, {"proof": ""},
    ],
)  # fmt: skip
def test_half_a_promise_is_kept_as_a_draft_and_never_handed_in(wrong):
    value = {"text": "Zo.", "pledges": [{**ROW, **wrong}]}
    kept = bids.checked_part("q:plan", value, ASKED)
    assert len(kept["pledges"]) == 1
    assert not bids.is_whole("q:plan", kept, ASKED)
    assert rules.told(kept) == "Zo."


@pytest.mark.parametrize(("days", "may"), [(-400, False), (0, False), (1, True)])
def test_a_promise_is_due_after_the_tender_closes(days, may):
    due_on = (ASKED.closes_on + timedelta(days=days)).isoformat()
    value = bids.checked_part("q:plan", {"text": "Zo.", "pledges": [{**ROW, "due_on": due_on}]}, ASKED)
    assert bids.is_whole("q:plan", value, ASKED) is may


@pytest.mark.parametrize("rubbish", [None, "x", 7, [None, 3, "x"], [{}], [{"what": ""}], {"a": 1}])
def test_rubbish_is_no_promise(rubbish):
    assert bids.checked_part("q:plan", {"text": "Zo.", "pledges": rubbish}, ASKED) == {"text": "Zo."}
    assert rules.promised({"pledges": rubbish}) == []
    assert rules.promised(None) == []


def test_no_more_than_three_and_no_unknown_names():
    kept = bids.checked_part("q:plan", {"text": "Zo.", "pledges": [{**ROW, "price": "1"}] * 9}, ASKED)
    assert kept["pledges"] == [ROW] * 3


def test_what_is_sealed_is_what_a_contract_reads():
    draft = bids.Draft()
    draft = draft.with_part("price", {"minor": 100, "valid_until": "2028-01-01"})
    draft = draft.with_part("q:plan", {"text": "Zo.", "pledges": [ROW]})
    draft = draft.with_part("declarations", dict.fromkeys(bids.STATEMENTS, True))
    content = bids.content_of(draft, ASKED, {})
    assert content["answers"] == {"plan": f"Zo.\n\n{WHOLE.line}"}
    assert rules.promised(content) == [("plan", WHOLE)]


@given(st.recursive(st.none() | st.text() | st.integers() | st.floats(), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["what", "amount", "unit", "due_on", "proof", "x"]), inner)))  # fmt: skip
def test_nothing_in_an_envelope_breaks_the_reading(value):
    for each in (rules.promised({"pledges": value}), rules.promised({"pledges": {"plan": value}})):
        assert all(isinstance(pledge, Pledge) for _code, pledge in each)
