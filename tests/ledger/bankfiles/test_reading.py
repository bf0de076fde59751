"""Bank statements as files: what they hold, what is wrong where, and that they close."""

import io
from pathlib import Path

import pytest

from ledger.bankfiles import errors
from ledger.bankfiles.gateway import read
from ledger.bankfiles.rules import Entry, Reference, cents, survey

SAMPLES = next(
    (each / "shared" / "data" / "bank" for each in Path(__file__).parents if (each / "shared").is_dir()),
    Path("none"),
)

EXPECTED = {  # entries, sum in cents, first opening, last closing, closes: as the files say
    "camt053-001-08-own.xml": (1, 136352, 10000, 146352, True),
    "camt053-001-02-oca-abnamro.xml": (3, -1299, 1556827, 1512112, False),
    "abnamro.sta": (10, -34593, 323628, 184975, False),
    "ing.sta": (7, -4559, 0, 347, False),
    "knab.sta": (3, -626000, 0, 79898, False),
    "rabobank-iban.sta": (4, -7000, 100000, 93000, True),
    "sns.sta": (2, -2500, 123456, 120956, True),
    "triodos.sta": (2, -71570, 497509, 437079, False),
}


def camt(*entries, opening="100.00", closing="100.00", version="08", iban="NL91ABNA0417164300", extra=""):
    balances = "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>'
        f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-09-01</Dt></Dt></Bal>"
        for code, amount in (("OPBD", opening), ("CLBD", closing))
    )
    return (
        f'<?xml version="1.0"?>{extra}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">'
        f"<BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>S1</Id><Acct><Id><IBAN>{iban}</IBAN></Id>"
        f"<Ccy>EUR</Ccy></Acct>{balances}{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def entry(
    amount="10.00", side="CRDT", details="", ref="", day="2026-09-01", status="<Cd>BOOK</Cd>", currency="EUR"
):
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>{status}</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{ref}</AcctSvcrRef>"
        f"<NtryDtls>{details}</NtryDtls></Ntry>"
    )


def seen(content):
    items = list(read(lambda: io.BytesIO(content)))
    return survey(items), [each for each in items if isinstance(each, Entry)]


@pytest.mark.parametrize("name", EXPECTED)
def test_counts_and_sums_are_those_of_the_samples(name):
    if not (SAMPLES / name).exists():
        pytest.skip("no sample files here")
    found = survey(read(lambda: (SAMPLES / name).open("rb")))
    first, last = found.statements[0], found.statements[-1]
    moved = sum(each.moved for each in found.statements)
    assert (found.entries, moved, first.opening, last.closing, found.balanced) == EXPECTED[name]


def test_a_payment_is_read_with_who_and_why():
    details = (
        "<TxDtls><Refs><EndToEndId>E2E-1</EndToEndId></Refs><RltdPties><Dbtr><Nm>Gemeente</Nm></Dbtr><DbtrAcct><Id>"
        "<IBAN>NL39RABO0300065264</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Strd><CdtrRefInf><Ref>RF462026000123"
        "</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>"
    )
    found, entries = seen(camt(entry(details=details, ref="A1"), closing="110.00"))
    (one,) = entries
    assert (one.amount, one.name, one.iban, one.end_to_end, one.bank_reference) == (
        1000, "Gemeente", "NL39RABO0300065264", "E2E-1", "A1",
    )  # fmt: skip
    assert one.references == (Reference("RF462026000123"),)
    assert found.balanced
    assert found.faults == []


@pytest.mark.parametrize("version", ["02", "04", "08", "13"])
def test_versions_old_and_new(version):
    assert seen(camt(entry(side="DBIT"), closing="90.00", version=version))[0].balanced


def test_a_batch_keeps_what_each_payment_is_for():
    part = "<TxDtls><Amt Ccy='EUR'>{}</Amt><RmtInf><Strd><CdtrRefInf><Ref>{}</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>"
    details = part.format("4.00", "RF1") + part.format("6.00", "RF2")
    _, (one,) = seen(camt(entry(details=details), closing="110.00"))
    assert one.references == (Reference("RF1", 400), Reference("RF2", 600))
    wrong, (other,) = seen(camt(entry(details=details.replace("6.00", "5.00")), closing="110.00"))
    assert [type(each.what) for each in wrong.faults] == [errors.PartsDiffer]
    assert other.references == (Reference("RF1"), Reference("RF2"))


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (entry(amount="tien"), errors.EntryAmountInvalid),
        (entry(amount="10.005"), errors.EntryAmountInvalid),
        (entry(side="BIJ"), errors.EntrySideInvalid),
        (entry(day="2026-02-31"), errors.EntryDayInvalid),
    ],
)
def test_a_wrong_entry_is_named_and_the_rest_read(bad, fault):
    found, entries = seen(camt(bad, "\n" + entry(), closing="110.00"))
    assert [(each.line, type(each.what)) for each in found.faults] == [(1, fault)]
    assert [each.line for each in entries] == [2]
    assert found.balanced


def test_what_is_not_booked_yet_does_not_count():
    found, entries = seen(camt(entry(status="<Cd>PDNG</Cd>")))
    assert (entries, found.balanced) == ([], True)


def test_a_file_that_breaks_off_is_read_until_there():
    whole = camt(entry(), entry(), closing="120.00")
    found, entries = seen(whole[: whole.rindex(b"<Ntry>") + 20])
    assert len(entries) == 1
    assert errors.FileBreaksOff in {type(each.what) for each in found.faults}
    assert not found.balanced


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (camt(extra="<!DOCTYPE a [<!ENTITY b 'c'>]>"), errors.BankFileDangerous),
        (b"<Document xmlns='urn:else'/>", errors.BankFileUnreadable),
        (b"<not xml", errors.BankFileUnreadable),
        (b"datum;bedrag\n", errors.BankFileUnreadable),
        (b"", errors.BankFileUnreadable),
    ],
)
def test_no_bank_file(content, fault):
    with pytest.raises(fault):
        seen(content)


def test_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr("ledger.bankfiles.gateway.MOST_BYTES", 100)
    with pytest.raises(errors.BankFileTooLarge):
        seen(camt())


def test_a_wrong_iban_and_a_wrong_balance_are_named():
    found, _ = seen(camt(entry(), iban="NL92ABNA0417164300"))
    assert {type(each.what) for each in found.faults} == {
        errors.AccountIbanInvalid,
        errors.StatementUnbalanced,
    }


def test_statements_of_one_account_follow_on_each_other():
    text = (
        ":20:A\n:25:NL91ABNA0417164300\n:28C:1\n:60F:C260901EUR{},00\n:61:2609010901C5,00NTRFNONREF//B{}\n"
        ":86:/EREF/E1/NAME/Jansen/REMI/USTD//RF462026000123/IBAN/NL39RABO0300065264/\n:62F:C260901EUR{},00\n-\n"
    )
    good, entries = seen((text.format(10, 1, 15) + text.format(15, 2, 20)).encode())
    assert good.balanced
    assert [(e.amount, e.name, e.iban, e.end_to_end, e.bank_reference) for e in entries[:1]] == [
        (500, "Jansen", "NL39RABO0300065264", "E1", "B1")
    ]
    assert entries[0].references == (Reference("RF462026000123"),)
    gap, _ = seen((text.format(10, 1, 15) + text.format(16, 2, 21)).encode())
    assert [each.balanced for each in gap.statements] == [True, True]
    assert not gap.balanced


def test_a_wrong_line_of_mt940_spoils_no_other():
    text = (
        b":20:A\n:25:NL91ABNA0417164300\n:28C:1\n:60F:C260901EUR10,00\n:61:onzin\n:86:x\n"
        b":61:2609010901RD5,00NTRFNONREF\n:86:terug\n:62F:C260901EUR15,00\n-\n"
    )
    found, entries = seen(text)
    assert [(each.line, type(each.what)) for each in found.faults] == [(5, errors.EntryAmountInvalid)]
    assert [each.amount for each in entries] == [500]
    assert found.balanced


def test_amounts_are_exact():
    assert cents("0.10") * 3 == 30
    assert cents("1.50000") == 150
