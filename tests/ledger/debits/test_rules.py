"""Creditor identifiers, banking days, first and later debits, and the file by the bank's schema."""

from datetime import UTC, date, datetime

import pytest
from lxml import etree

from ledger.debits import errors
from ledger.debits.gateway import pain008
from ledger.debits.rules import (
    Debit,
    Turn,
    banking_day,
    check_account,
    check_creditor_id,
    check_holder,
    check_signed,
    closed_days,
    debit_day,
    earliest,
    sequences,
)

NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"}
CREDITOR = "NL69ZZZ123456780000"


def test_a_creditor_identifier_counts_without_its_business_code():
    assert check_creditor_id(" nl69 zzz 1234.5678-0000 ") == CREDITOR
    assert check_creditor_id("NL69ABC123456780000") == "NL69ABC123456780000"
    assert check_creditor_id("DE98ZZZ09999999999") == "DE98ZZZ09999999999"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NL70ZZZ123456780000",
        "NL69ZZZ123456870000",
        "NL69ZZZ12345678000",
        "NL91ABNA0417164300",
        "DE98ZZZ",
        "NL17ZZZ12345678000",  # right digits, and too short for the Netherlands
        "DE62ZZZ" + "1" * 29,  # right digits, and too long for anywhere
        "één",
    ],
)
def test_another_form_or_a_wrong_digit_is_no_creditor_identifier(text):
    with pytest.raises(errors.CreditorIdInvalid):
        check_creditor_id(text)


def test_banks_rest_in_weekends_and_on_the_days_of_target():
    assert closed_days(2027) == {
        date(2027, 1, 1), date(2027, 3, 26), date(2027, 3, 29), date(2027, 5, 1), date(2027, 12, 25), date(2027, 12, 26)
    }  # fmt: skip
    assert banking_day(date(2027, 3, 26)) == date(2027, 3, 30)  # Good Friday to the Tuesday after Easter
    assert banking_day(date(2026, 12, 25)) == date(2026, 12, 28)
    assert banking_day(date(2026, 9, 2)) == date(2026, 9, 2)


def test_a_file_is_in_time_with_a_whole_banking_day_between():
    assert earliest(date(2026, 9, 1)) == date(2026, 9, 3)
    assert earliest(date(2026, 9, 3)) == date(2026, 9, 7)  # Thursday: Friday lies between
    assert earliest(date(2026, 9, 4)) == date(2026, 9, 8)  # Friday: Monday lies between
    assert debit_day(date(2026, 9, 12), date(2026, 9, 1)) == date(2026, 9, 14)
    assert debit_day(date(2026, 8, 1), date(2026, 9, 1)) == date(2026, 9, 3)


def test_the_first_debit_by_a_mandate_is_told_from_later_ones():
    assert sequences([1, 2, 1], frozenset({2})) == [Turn.FIRST, Turn.RECURRENT, Turn.RECURRENT]


def test_what_stands_on_a_paper_is_looked_at():
    today = date(2026, 9, 1)
    assert check_account("nl69 ingb 0123 4567 89") == "NL69INGB0123456789"
    assert check_holder("  Zoë  & Søren ") == "Zoe + Soren"
    assert check_signed(date(2023, 9, 2), today) == date(2023, 9, 2)
    for act, fault in (
        (lambda: check_account("NL68INGB0123456789"), errors.AccountInvalid),
        (lambda: check_holder("漢"), errors.HolderInvalid),
        (lambda: check_holder("x" * 71), errors.HolderInvalid),
        (lambda: check_signed(date(2026, 9, 2), today), errors.SignedInFuture),
        (lambda: check_signed(date(2023, 9, 1), today), errors.SignedTooLongAgo),
    ):
        with pytest.raises(fault):
            act()


def debit(number, *, group="DG" + "A" * 32, turn=Turn.FIRST, day=date(2026, 9, 7), holder="Lid", amount=2500):
    mark = f"DD{number:032X}"
    return Debit(
        mark, group, amount, day, turn, holder, "NL39RABO0300065264", f"LID{number}-B1", date(2026, 8, 1), "Contributie"
    )  # fmt: skip


def written(*debits):
    return pain008(
        name="Schoonmaakcoöperatie De Brug", iban="NL69INGB0123456789", creditor_id=CREDITOR, message_id="M" * 32,
        debits=debits, at=datetime(2026, 9, 1, 8, tzinfo=UTC),
    )  # fmt: skip


def test_the_file_holds_groups_by_day_and_turn_with_marks_and_mandates():
    later = {"turn": Turn.RECURRENT, "group": "DG" + "B" * 32}
    root = etree.fromstring(written(debit(1), debit(2, **later), debit(3, amount=101)))
    groups = root.findall(".//p:PmtInf", NS)
    assert [each.findtext("p:PmtInfId", namespaces=NS) for each in groups] == [
        "DG" + "A" * 32,
        "DG" + "B" * 32,
    ]
    assert [each.findtext(".//p:SeqTp", namespaces=NS) for each in groups] == ["FRST", "RCUR"]
    assert [each.findtext("p:CtrlSum", namespaces=NS) for each in groups] == ["26.01", "25.00"]
    marks = [each.text for each in groups[0].iterfind(".//p:EndToEndId", NS)]
    assert marks == [f"DD{1:032X}", f"DD{3:032X}"]
    assert root.findtext(".//p:GrpHdr/p:CtrlSum", namespaces=NS) == "51.01"
    assert root.findtext(".//p:CdtrSchmeId//p:Id/p:PrvtId/p:Othr/p:Id", namespaces=NS) == CREDITOR
    assert root.findtext(".//p:Cdtr/p:Nm", namespaces=NS) == "Schoonmaakcooperatie De Brug"
    assert root.findtext(".//p:MndtId", namespaces=NS) == "LID1-B1"
    assert root.findtext(".//p:DtOfSgntr", namespaces=NS) == "2026-08-01"
    assert root.findtext(".//p:LclInstrm/p:Cd", namespaces=NS) == "CORE"


def test_a_file_that_breaks_the_schema_is_not_made():
    with pytest.raises(Exception, match=r"[Ll]ength|valid"):
        written(debit(1, holder="x" * 141))
