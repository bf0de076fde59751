"""Names and texts no bank reads: written in its signs, cut to its lengths, or refused by name before there is a file."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.auditfile.rules import country_of
from ledger.batches import errors
from ledger.batches.gateway import pain001
from ledger.batches.rules import check_payer, transfers
from ledger.debits import errors as debit_errors
from ledger.debits.gateway import WORDS, pain008
from ledger.debits.rules import Debit, Turn, check_creditor
from ledger.einvoices.gateway import payment_code
from ledger.sepa.rules import MOST_TEXT, sepa_text
from tests.ledger.batches.test_rules import BLOCKED, DUE, TODAY
from tests.ledger.debits.test_rules import CREDITOR

ARABIC, HUGE = "مطعم", "ﬁ⑽" * 90
AT = datetime(2026, 9, 1, tzinfo=UTC)
SIGNS = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]*")


def paid(due, payer="Wij"):
    made = pain001(name=payer, iban=DUE.iban, message_id="a" * 32, transfers=transfers(due, TODAY), at=AT)
    return re.findall(r"<Ustrd>([^<]*)", made.decode()), re.findall(r"<Nm>([^<]*)", made.decode())


def debited(words, name="Wij"):
    one = Debit(
        "DD" + "A" * 32, "DG" + "A" * 32, 100, date(2026, 10, 1), Turn.FIRST, "J", DUE.iban, "M1", date(2026, 1, 1), words
    )  # fmt: skip
    made = pain008(name=name, iban=DUE.iban, creditor_id=CREDITOR, message_id="a" * 32, debits=[one], at=AT)
    return re.findall(r"<Ustrd>([^<]*)", made.decode())


@given(st.text(max_size=200), st.integers(1, 140))
def test_a_text_has_only_signs_of_banks_and_its_length(text, most):
    found = sepa_text(text, most)
    assert SIGNS.fullmatch(found)
    assert len(found) <= most
    assert found == found.strip()


def test_a_text_that_is_cut_ends_in_a_sign():
    assert (sepa_text("ab cd", 3), sepa_text("ab cd")) == ("ab", "ab cd")


@pytest.mark.parametrize("number", [HUGE, ARABIC, "//a//", "& <b>", "=1+1"])
def test_the_number_of_a_received_invoice_never_breaks_a_file(number):
    texts, _ = paid(DUE._replace(number=number, incoming=True, blocked=100, blocked_iban=BLOCKED))
    assert all(SIGNS.fullmatch(each) and len(each) <= MOST_TEXT for each in texts)
    assert texts[1].endswith(" G-rekening")


def test_a_long_name_of_the_payer_is_cut_and_one_without_latin_letters_is_refused():
    assert {len(each) for each in paid(DUE, "x" * 300)[1][:2]} == {70}
    for name in (ARABIC, "🙂", "  "):
        with pytest.raises(errors.PayerNameInvalid):
            check_payer(name)
        with pytest.raises(debit_errors.CreditorNameInvalid):
            check_creditor(name)
    check_payer(f"{ARABIC} Oost")
    assert check_creditor("Zoë") == "Zoë"


def test_what_a_debit_is_for_is_never_nothing_and_never_too_long():
    assert debited(ARABIC) == [WORDS]
    assert len(debited(HUGE)[0]) <= MOST_TEXT
    assert debited("Contributie", "Zoë & Zo " * 20) == ["Contributie"]


@pytest.mark.parametrize("name", ["🙂" * 80, ARABIC * 20, "x\ny", HUGE])
def test_a_payment_code_has_room_for_any_name(name):
    assert "<svg" in payment_code(
        name=name, iban=DUE.iban, amount=Decimal("10.00"), reference="RF462026000123"
    )


def test_the_country_of_a_vat_id_is_one_of_the_norm():
    found = [country_of(each) for each in ("NL000099998B57", "EL123", "XI123", "ZZ1", "x", "", "12", "NO1")]
    assert found == ["NL", "GR", "GB", None, None, None, None, "NO"]
