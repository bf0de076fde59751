"""Lines as values."""

from datetime import date

import pytest

from cwb.kernel.money import Money
from ledger.spend import errors, rules
from ledger.spend.rules import Kind, LineFacts
from ledger.suppliers.rules import SupplierFacts


def line(**facts):
    given = {
        "supplier": SupplierFacts(name="A"),
        "document_number": "1",
        "invoice_on": None,
        "amount": Money(1),
    }
    return LineFacts(**{**given, **facts})


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"amount": Money(1, "USD")}, errors.CurrencyUnsupported),
        ({"irrecoverable_vat": Money(1, "USD")}, errors.CurrencyUnsupported),
        ({"document_number": "x" * 121}, errors.LineTextTooLong),
        ({"description": "x" * 501}, errors.LineTextTooLong),
        ({"exclusion": "X9"}, errors.ExclusionUnknown),
        ({"invoice_on": date(1989, 12, 31)}, errors.DateInvalid),
        ({"contract_ends_on": date(2200, 1, 1)}, errors.DateInvalid),
        ({"contract_starts_on": date(2026, 2, 1), "contract_ends_on": date(2026, 1, 1)}, errors.DateInvalid),
    ],
)
def test_a_line_that_cannot_be_is_refused(facts, error):
    with pytest.raises(error):
        line(**facts)


def test_identical_lines_are_separate_purchases():
    one, other = line(), line(description="x")
    assert rules.fresh([one, other, one], {}) == [(one, 1), (other, 1), (one, 2)]
    assert rules.fresh([one, other, one], {one.identity: 1}) == [(other, 1), (one, 2)]
    assert rules.fresh([one], {one.identity: 5}) == []


def test_documents_are_compared_without_blanks_capitals_and_leading_zeros():
    assert rules.document_key(" 00F 12a") == rules.document_key("f12A")
    assert rules.document_key("  ") == ""


def test_the_sum_of_a_documents_lines_decides():
    assert rules.kind_of_match([30, 70], 100) is Kind.SAME
    assert rules.kind_of_match([30], 100) is Kind.CONFLICT


def test_codes_and_reasons():
    assert rules.check_exclusion("", payee_is_anchor=False) is None
    assert rules.check_exclusion("X6", payee_is_anchor=True) == "X6"
    with pytest.raises(errors.ReasonMissing):
        rules.check_reason("x" * 501)
