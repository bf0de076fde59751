import pytest

from ledger.bounces.rules import BOUNCES, OTHER, PROVIDER_CODES, bounce, code_of


def test_every_word_of_the_provider_leads_to_a_reason_in_plain_words():
    assert set(PROVIDER_CODES.values()) <= set(BOUNCES)
    assert all(each.why and each.todo for each in BOUNCES.values())


@pytest.mark.parametrize(
    ("word", "code", "ends"),
    [("insufficient_funds", "AM04", False), ("debit_not_authorized", "MD01", True), (" MD06 ", "MD06", False),
     ("account_closed", "AC04", True), ("never_heard", "", False), ("", "", False)],
)  # fmt: skip
def test_a_refusal_says_why_and_whether_the_mandate_is_over(word, code, ends):
    assert code_of(word) == code
    assert bounce(code).ends is ends


def test_what_nobody_knows_is_said_so():
    assert bounce("ZZ99") is OTHER
