"""MT940 as banks write it: fields, balances, movements, and what they tell of the other side."""

from datetime import date

import pytest

from ledger.swift import rules
from ledger.swift.rules import Movement, narrative, pages

A, B = "NL91ABNA0417164300", "NL39RABO0300065264"


def one(line):
    return rules.movement(1, line)


@pytest.mark.parametrize(
    ("line", "amount", "day"),
    [
        ("2609010901C5,00NTRFNONREF//B1", 500, date(2026, 9, 1)),
        ("260901    D65,00NOVBNONREF", -6500, date(2026, 9, 1)),
        ("260901CR3000,NTRFNONREF", 300000, date(2026, 9, 1)),
        ("260901RC1,NTRFNONREF", -100, date(2026, 9, 1)),
        ("260901RDR0,5NTRFNONREF", 50, date(2026, 9, 1)),
        ("2601011231D1,00NTRFNONREF", -100, date(2025, 12, 31)),
        ("2512310101D1,00NTRFNONREF", -100, date(2026, 1, 1)),
        ("260230D6,00NTRFNONREF", -600, date(2026, 2, 28)),
        ("260901C000000000500,00N541EREF", 50000, date(2026, 9, 1)),
        ("260901D7.25NMSC", -725, date(2026, 9, 1)),
        ("260901D7,255NMSC", None, date(2026, 9, 1)),
        ("261301D7,25NMSC", -725, None),
        ("onzin", None, None),
        ("260901X7,25NMSC", None, None),
    ],
)
def test_an_amount_has_its_sign_and_its_day(line, amount, day):
    found = one(line)
    assert (found.amount, found.booked_on) == (amount, day)


@pytest.mark.parametrize(
    ("line", "mark", "bank", "iban"),
    [
        ("260901C5,00NTRF2026-014//B1 \n/TRCD/00100/", "2026-014", "B1", ""),
        ("260901C5,00NTRFEREF//00000000001001", "", "00000000001001", ""),
        (f"260901C5,00NOVB{B}\nj jansen", "", "", B),
        (f"260901C5,00N541NONREF          \n{B}", "", "", B),
        ("260901C5,00NET NONREF", "", "", ""),
        ("260901C5,00NTRFNONREF\n//B2", "", "B2", ""),
        ("260901C5,00NTRFNONREF//NOTPROVIDED", "", "", ""),
        ("260901C5,00NRNT", "", "", ""),
    ],
)
def test_references_are_told_apart_from_accounts(line, mark, bank, iban):
    found = one(line)
    assert (found.mark, found.bank_reference, found.iban) == (mark, bank, iban)


@pytest.mark.parametrize(
    ("text", "account"),
    [
        (f"{A}EUR", A), (f"{A} EUR", A), ("NL91 ABNA 0417 1643 00", A), (f"{A}/EUR", A), ("TRIODOSBANK/0390123456", "0390123456"),
        ("10020030/1234567", "1234567"), ("1234.56.789EUR", "123456789"), ("", ""), ("NL92ABNA0417164300", "NL92ABNA0417164300"),
    ],
)  # fmt: skip
def test_an_account_is_read_without_bank_and_currency(text, account):
    assert rules.account(text) == account


def test_balances_are_exact_or_not_there():
    assert rules.balance("D260901EUR000000000012,3") == rules.Balance(-1230, "EUR", date(2026, 9, 1))
    assert rules.balance("C260901EUR0000000000000000,00").amount == 0
    assert [rules.balance(each) for each in ("X260901EUR1,", "C261301EUR1,", "C260901EUR1,234")] == [None] * 3


STATEMENT = ":20:A\n:25:{}\n:28C:1/1\n:60F:C260901EUR10,00\n{}:62F:C260901EUR15,00\n"
LINE = ":61:2609010901C5,00NTRFNONREF//B1\n:86:{}\n"


@pytest.mark.parametrize(
    "text",
    [
        "{1:F01INGBNL2ABXXX0000000000}\n{2:I940INGBNL2AXXXN}\n{4:\n"
        + STATEMENT
        + ":86:/SUM/1/1/5,00/5,00/\n-}\n",
        "ABNANL2A\n940\nABNANL2A\n" + STATEMENT + "-\n",
        ":940:\n" + STATEMENT,
        STATEMENT + "-}{5:}\n",
        STATEMENT + ":64:C260901EUR15,00\n-XXXX\n",
    ],
)
def test_an_envelope_is_no_part_of_a_statement(text):
    twice = "".join(
        text.replace("{}", A, 1).replace("{}:62F", LINE.format(each) + ":62F") for each in ("een", "twee")
    )
    found = list(pages(twice))
    assert [(each.account, each.number, len(each.movements)) for each in found] == [(A, "1/1", 1)] * 2
    assert [each.movements[0].told for each in found] == ["een", "twee"]
    assert [(each.opening.amount, each.closing.amount) for each in found] == [(1000, 1500)] * 2


def test_a_dash_alone_and_a_colon_stay_in_the_text():
    (found,) = pages(STATEMENT.format(A, LINE.format("huur -\n-\n:10:30 uur\n-")) + "-\n")
    assert found.movements[0].told == "huur -"
    (found,) = pages(STATEMENT.format(A, LINE.format("huur\n:10:30 uur\n-")) + "-\n")
    assert (found.movements[0].told, found.closing.amount) == ("huur\n:10:30 uur\n-", 1500)


def test_pages_without_a_reference_of_their_own_keep_that_of_the_first():
    text = ":20:A\n:25:{}\n:60F:C260901EUR10,00\n:61:260901C5,00NTRFX\n:62M:C260901EUR15,00\n:60M:C260901EUR15,00\n:62F:C260901EUR15,00\n"
    first, second = pages(text.format(A))
    assert (first.reference, second.reference, second.account) == ("A", "A", A)
    assert (first.closing.amount, second.opening.amount, second.movements) == (1500, 1500, [])


def test_a_report_within_the_day_has_no_balances():
    assert rules.is_interim(":20:A\n:25:1\n:34F:EUR0,\n:61:260901C5,00NTRFX\n:90C:1EUR5,")
    assert not rules.is_interim(STATEMENT + ":90C:1EUR5,")


TOLD = {
    "slashes": (f"/TRTP/SEPA OVERBOEKING/IBAN/{B}/BIC/RABONL2U/NAME/J.\n JANSEN/REMI/2026-014/EREF/E1",
                ("J. JANSEN", B, "E1", "2026-014", "")),
    "counterparty": (f"/EREF/E1//MARF/M//CSID/X//CNTP/{B}/RABONL2U/Jansen BV/Stad//REMI/USTD//2026-0\n14/",
                     ("Jansen BV", B, "E1", "2026-014", "")),
    "nobody": ("/CNTP/0001234500////", ("", "", "", "", "")),
    "structured": (f"/CNTP/{B}/RABONL2U/Jansen///REMI/STRD/CUR/1234567812345678/", ("Jansen", B, "", "", "1234567812345678")),
    "rabobank": ("/EREF/E1/BENM//NAME/Fiscus/REMI//CDTRREFTP//CD/SC\nOR/ISSR/CUR/CDTRREF/1234567812345678/ISDT/2026-01-01",
                 ("Fiscus", "", "E1", "", "1234567812345678")),
    "twice": ("/NAME/Jansen/REMI//REMI/Issuer: CUR Ref: 12/EREF/NOTPROVIDED", ("Jansen", "", "", "Issuer: CUR Ref: 12", "")),
    "numbers": (f"166?00GUTSCHRIFT?20EREF+E1?21SVWZ+Rechnung 2026-014 vom 1?22. September?30RABONL2U?31{B}?32Jansen Gmb\n?33H",
                ("Jansen GmbH", B, "E1", "Rechnung 2026-014 vom 1. September", "")),
    "plain numbers": ("008?00DAUERAUFTRAG?20Miete?32MUELLER", ("MUELLER", "", "", "Miete", "")),
    "triodos": (f"000>100000000000\n>20RABONL2U\n>21{B}\n>22HUUR KANTOOR\n>310390123456", ("", B, "", "HUUR KANTOOR", "")),
    "words": (f"SEPA OVERBOEKING                 IBAN: {B}\nBIC: RABONL2U    NAAM: J JANSEN\nOMSCHRIJVING: huur\nKENMERK: E1",
              ("J JANSEN", B, "E1", f"SEPA OVERBOEKING IBAN: {B} BIC: RABONL2U NAAM: J JANSEN OMSCHRIJVING: huur KENMERK: E1", "")),
    "knab": (f"huur REK: {B}/NAAM: JANSEN VOF", ("JANSEN VOF", B, "", f"huur REK: {B}/NAAM: JANSEN VOF", "")),
    "loose": (f"Europese Incasso, doorlopend {B} RABONL2U JANSEN", ("", B, "", f"Europese Incasso, doorlopend {B} RABONL2U JANSEN", "")),
    "nothing": ("", ("", "", "", "", "")),
}  # fmt: skip


@pytest.mark.parametrize("way", TOLD)
def test_every_bank_tells_it_in_its_own_way(way):
    told, wanted = TOLD[way]
    found = narrative(told)
    assert tuple(found.get(key, "") for key in ("name", "iban", "end_to_end", "text", "reference")) == wanted


def test_the_name_stands_after_the_account_or_the_reference():
    said = narrative(f"{B} j jansen\n\nhuur september", "j jansen", "")
    assert (said["name"], said["iban"], said["text"]) == ("j jansen", B, "huur september")
    old = narrative(f"0002445588 fiscus\n  AAN FISCUS,{B},SCT1", "fiscus", "0002445588")
    assert (old["name"], old["iban"], old["account"]) == ("fiscus", B, "0002445588")


def test_nothing_that_is_written_breaks_it():
    for text in (
        "",
        ":",
        ":20:",
        ":61:\n:86:\n",
        ":61:x\n:86:y",
        ":86:z\n:61:",
        "-\n-\n:62F:",
        ":25:\n:25:/\n:60F:C",
    ):
        assert all(isinstance(each, Movement) for page in pages(text) for each in page.movements)


def test_a_text_without_end_is_cut_and_costs_no_more_than_its_length():
    endless = "x\n" * 60_000
    (page,) = pages(
        f":20:A\n:61:260901C5,00NTRFX\n:86:{endless}:86:{endless}"
        + ":86:y\n" * 20_000
        + ":62F:C260901EUR5,\n"
    )
    assert len(page.movements[0].told) <= 2 * rules.LONGEST + 1
    assert page.closing.amount == 500
