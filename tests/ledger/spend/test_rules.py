"""Lines as values."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel.identifiers import Cpv, KvkNumber
from cwb.kernel.money import Money
from ledger.spend import errors, rules
from ledger.spend.rules import Kind, LineFacts
from ledger.spend.views import euros
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
    counting = rules.Counting()
    counting.know({b"stored": rules.Stored(1, 1), b"taken back": rules.Stored(0, 2)})
    seen = [b"new", b"stored", b"new", b"stored", b"taken back"]
    assert counting.ordinals(seen) == [1, None, 2, 2, 3]
    assert counting.unseen([b"new", b"fresh"]) == {b"fresh"}


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
days = st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2199, 12, 31)))
suppliers = st.builds(
    SupplierFacts, name=texts.filter(lambda text: text.strip()), code=texts, street=texts, city=texts,
    kvk_number=st.one_of(st.none(), st.just(KvkNumber("90001354"))), natural_person=st.sampled_from((None, True, False)),
)  # fmt: skip
facts_of_a_line = st.builds(
    LineFacts, supplier=suppliers, document_number=texts, invoice_on=days, description=texts,
    amount=st.integers(-(10**15), 10**15).map(Money), irrecoverable_vat=st.integers(0, 10**9).map(Money),
    cpv=st.sampled_from((None, Cpv("90910000"))), exclusion=st.sampled_from((None, "X1", "X6")), contract_reference=texts,
    contract_starts_on=days, tender_reference=texts, credits_document=texts,
)  # fmt: skip


@given(st.lists(facts_of_a_line, min_size=1, max_size=3))
def test_rows_have_the_identity_of_their_facts(lines):
    handed = rules.Handed(lines)
    (rows,) = handed.batches()
    told = [rules.supplier_text(each) for each in handed.suppliers]
    assert [each.hex() for each in rules.identities(rows, told)] == [line.identity for line in lines]


def test_documents_are_compared_without_blanks_capitals_and_leading_zeros():
    assert rules.document_key(" 00F 12a") == rules.document_key("f12A")
    assert rules.document_key("  ") == ""
    assert (
        rules.document_key("2026-0006") == rules.document_key("2026 0006") == rules.document_key("2026/0006.")
    )
    assert rules.document_key(" - /") == "-/"


def test_the_sum_of_a_documents_lines_decides():
    assert rules.kind_of_match([30, 70], 100) is Kind.SAME
    assert rules.kind_of_match([30], 100) is Kind.CONFLICT


def test_codes_and_reasons():
    assert rules.check_exclusion("", payee_is_anchor=False) is None
    assert rules.check_exclusion("X6", payee_is_anchor=True) == "X6"
    with pytest.raises(errors.ReasonMissing):
        rules.check_reason("x" * 501)


def test_of_a_hundred_euro_no_more_is_told_at_least_and_no_less_at_most():
    assert euros({"lo": "0.2796", "hi": "0.31581"}) == (Money.of("27.96"), Money.of("31.59"))
    assert euros({"lo": "0.279699", "hi": "0.3158001"}) == (Money.of("27.96"), Money.of("31.59"))
    assert euros({"lo": None, "hi": None}) == (None, None)
