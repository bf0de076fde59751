"""What other banks write in camt.053: envelopes, balances of several days, reversals, batches, what is no statement."""

import io

import pytest

from ledger.bankfiles import errors
from ledger.bankfiles.gateway import read
from ledger.bankfiles.rules import Entry, Reference, survey

OWN, OTHER = "NL91ABNA0417164300", "NL39RABO0300065264"


def balance(code, amount, day="2026-09-01", side="CRDT"):
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt>"
        f"<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


DAY = balance("OPBD", "100.00") + balance("CLBD", "110.00")


def statement(inner, balances=DAY, account=f"<IBAN>{OWN}</IBAN>"):
    return f"<Stmt><Id>S1</Id><Acct><Id>{account}</Id><Ccy>EUR</Ccy></Acct>{balances}{inner}</Stmt>"


def entry(inner="", amount="10.00", side="CRDT", dates="<BookgDt><Dt>2026-09-01</Dt></BookgDt>"):
    return f"<Ntry><Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>BOOK</Sts>{dates}{inner}</Ntry>"


def details(*parts):
    return f"<NtryDtls>{''.join(f'<TxDtls>{each}</TxDtls>' for each in parts)}</NtryDtls>"


def party(which, name, iban=""):
    account = f"<{which}Acct><Id><IBAN>{iban}</IBAN></Id></{which}Acct>" if iban else ""
    return f"<{which}><Nm>{name}</Nm></{which}>{account}"


def document(
    *statements, space=' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"', top="BkToCstmrStmt"
):
    return f"<Document{space}><{top}><GrpHdr/>{''.join(statements)}</{top}></Document>"


def seen(content, encoding="utf-8"):
    items = list(read(lambda: io.BytesIO(content.encode(encoding))))
    return survey(items), [each for each in items if isinstance(each, Entry)]


@pytest.mark.parametrize(
    "content",
    [
        document(statement(entry()), space=' xmlns="urn:swift:xsd:camt.053.001.02.ch.03"'),
        f"<Envelope><AppHdr xmlns='urn:iso:std:iso:20022:tech:xsd:head.001.001.02'/>{document(statement(entry()))}</Envelope>",
        document(statement(entry()))
        .replace("<", "<b:")
        .replace("<b:/", "</b:")
        .replace("xmlns=", "xmlns:b="),
    ],
    ids=["another name of the norm", "in an envelope", "with a prefix"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_statement_is_known_however_it_is_wrapped(content, encoding):
    found, entries = seen(content, encoding)
    assert ([each.amount for each in entries], found.balanced, found.faults) == ([1000], True, [])


def test_what_does_not_say_its_norm_is_read_and_that_is_named():
    found, entries = seen(document(statement(entry()), space=""))
    assert ([each.amount for each in entries], found.balanced, found.blocking) == ([1000], True, None)
    assert [type(each.what) for each in found.faults] == [errors.NamespaceMissing]
    with pytest.raises(errors.BankFileUnreadable):
        seen("<html><body>Ntry</body></html>")


@pytest.mark.parametrize(
    ("kind", "top", "report"), [("052", "BkToCstmrAcctRpt", "Rpt"), ("054", "Ntfctn", "Ntfctn")]
)
def test_a_report_within_the_day_is_no_statement_and_says_so(kind, top, report):
    content = document(f"<{report}><Acct><Id/></Acct>{entry()}</{report}>", top=top).replace("053", kind)
    with pytest.raises(errors.NotTheStatement, match=f"CAMT.{kind}"):
        seen(content)


def test_of_several_days_the_first_opening_and_the_last_closing_count():
    two = (
        balance("CLBD", "110.00", "2026-09-02") + balance("OPBD", "100.00") + balance("PRCD", "99.00", "2026-08-31")
        + balance("CLBD", "105.00") + balance("OPBD", "105.00", "2026-09-02") + balance("ITBD", "101.00")
    )  # fmt: skip
    for said in (two, two.replace("</Bal>", "</Bal>|")):
        found, _ = seen(document(statement(entry(), "".join(reversed(said.split("|"))))))
        assert (found.opening, found.closing, found.balanced) == (10000, 11000, True)
    assert str(found.statements[0].closes_on) == "2026-09-02"


@pytest.mark.parametrize("pages", [("OPBD", "ITBD"), ("ITBD", "CLBD"), ("ITBD", "ITBD"), ("PRCD", "CLBD")])
def test_a_page_begins_or_ends_with_an_interim_balance(pages):
    found, _ = seen(document(statement(entry(), balance(pages[0], "100.00") + balance(pages[1], "110.00"))))
    assert (found.opening, found.closing, found.balanced) == (10000, 11000, True)


def test_one_interim_balance_makes_no_statement():
    found, _ = seen(document(statement(entry(), balance("ITBD", "110.00"))))
    assert {type(each.what) for each in found.faults} == {errors.BalanceMissing}


@pytest.mark.parametrize(
    ("dates", "day"),
    [
        ("<ValDt><Dt>2026-08-31</Dt></ValDt>", "2026-08-31"),
        ("<BookgDt><DtTm>2026-08-30T23:59:00+02:00</DtTm></BookgDt>", "2026-08-30"),
        ("<NtryDtls><TxDtls><RltdDts><TxDt>2026-08-29</TxDt></RltdDts></TxDtls></NtryDtls>", "2026-08-29"),
        ("", "2026-09-01"),
    ],
)
def test_an_entry_without_a_day_of_booking_is_of_the_day_that_is_known(dates, day):
    _, (one,) = seen(document(statement(entry(dates=dates))))
    assert str(one.booked_on) == day


def test_the_other_side_of_a_reversal_is_never_ourselves():
    said = "<RltdPties>" + party("Cdtr", "Wij", OWN) + party("Dbtr", "Jansen", OTHER) + "</RltdPties>"
    back = statement(entry("<RvslInd>true</RvslInd>" + details(said), side="DBIT"))
    _, (one,) = seen(document(back))
    assert (one.amount, one.name, one.iban) == (-1000, "Jansen", OTHER)
    _, (two,) = seen(document(statement(entry(details(said)))))
    assert (two.amount, two.name, two.iban) == (1000, "Jansen", OTHER)
    only = "<RltdPties>" + party("Dbtr", "Jansen", OTHER) + "</RltdPties>"
    _, (three,) = seen(document(statement(entry(details(only), side="DBIT"))))
    assert (three.name, three.iban) == ("Jansen", OTHER)


def test_who_is_paid_is_told_by_the_side_of_the_entry_where_both_have_only_a_name():
    said = "<RltdPties>" + party("Dbtr", "Wij") + party("Cdtr", "Leverancier") + "</RltdPties>"
    _, (one,) = seen(document(statement(entry(details(said), side="DBIT"))))
    assert one.name == "Leverancier"


def test_parts_in_another_currency_do_not_make_another_sum():
    part = (
        "<AmtDtls><InstdAmt><Amt Ccy='USD'>6.00</Amt></InstdAmt><TxAmt><Amt Ccy='EUR'>5.00</Amt></TxAmt></AmtDtls>"
        "<RmtInf><Strd><CdtrRefInf><Ref>RF{}</Ref></CdtrRefInf></Strd></RmtInf>"
    )
    found, (one,) = seen(document(statement(entry(details(part.format(1), part.format(2))))))
    assert (found.faults, one.references) == ([], (Reference("RF1", 500), Reference("RF2", 500)))
    foreign = "<Amt Ccy='USD'>6.00</Amt><RmtInf><Ustrd>a</Ustrd></RmtInf>"
    found, _ = seen(document(statement(entry(details(foreign, foreign)))))
    assert found.faults == []


def test_a_batch_with_one_that_came_back_makes_its_sum_but_no_parts():
    part = "<Amt Ccy='EUR'>{}</Amt><CdtDbtInd>{}</CdtDbtInd><RmtInf><Strd><CdtrRefInf><Ref>RF{}</Ref></CdtrRefInf></Strd></RmtInf>"
    parts = details(part.format("12.00", "CRDT", 1), part.format("2.00", "DBIT", 2))
    found, (one,) = seen(document(statement(entry(parts))))
    assert (found.faults, one.references) == ([], (Reference("RF1"), Reference("RF2")))


def test_numbers_of_invoices_and_texts_over_lines_are_read():
    said = "<RmtInf><Ustrd>Betaling\n   van</Ustrd><Strd><RfrdDocInf><Nb>2026-014</Nb></RfrdDocInf></Strd></RmtInf>"
    _, (one,) = seen(document(statement(entry(details(said)))))
    assert one.text == "Betaling van 2026-014"


@pytest.mark.parametrize("nothing", ["NOTPROVIDED", "NONREF"])
def test_a_reference_that_says_nothing_is_none(nothing):
    _, (one,) = seen(document(statement(entry(f"<AcctSvcrRef>{nothing}</AcctSvcrRef>"))))
    assert one.bank_reference == ""


def test_an_old_account_is_its_digits_and_an_unknown_state_is_no_reason_to_drop_money():
    old = statement(
        entry().replace("BOOK", "<Prtry>VERWERKT</Prtry>"), account="<Othr><Id>1234.56.789</Id></Othr>"
    )
    found, entries = seen(document(old))
    assert (found.statements[0].account, len(entries), found.faults) == ("123456789", 1, [])
