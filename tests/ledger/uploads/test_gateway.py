"""A clean CSV is read exactly; anything else is named."""

from datetime import date

import pytest

from cwb.kernel.money import Money
from ledger.uploads.errors import FileUnreadable
from ledger.uploads.gateway import COLUMNS, MOST_ROWS, read_lines

HEAD = "supplier_name,document_number,invoice_date,amount"


def read(*rows, head=HEAD):
    return read_lines("\n".join([head, *rows]).encode())


def test_every_column_is_read():
    row = {
        "supplier_name": "Café Ünïq", "document_number": "F-1", "invoice_date": "31-07-2026", "amount": "-1250,50",
        "supplier_code": "7", "kvk": "01234567", "vat_id": "", "iban": "NL91ABNA0417164300", "street": "Weg",
        "house_number": "1", "postcode": "1063aa", "city": "Amsterdam", "country": "nl", "natural_person": "nee",
        "description": "x; y", "cpv": "90910000-9", "exclusion": "x4", "irrecoverable_vat": "1", "contract": "C-1",
        "contract_start": "2026-01-01", "contract_end": "2026-12-31", "tender": "T-1", "credit_of": "F-0",
    }  # fmt: skip
    assert row.keys() == COLUMNS.keys()
    text = ";".join(row) + "\r\n" + ";".join(f'"{value}"' for value in row.values()) + "\r\n\r\n"
    found = read_lines(b"\xef\xbb\xbf" + text.encode())
    assert found.faults == []
    ((number, line),) = found.rows
    assert (number, found.count) == (2, 1)
    assert (line.amount, line.invoice_on, line.irrecoverable_vat) == (
        Money(-125_050),
        date(2026, 7, 31),
        Money(100),
    )
    assert (line.supplier.name, line.supplier.kvk_number, line.supplier.natural_person) == (
        "Café Ünïq",
        "01234567",
        False,
    )
    assert (line.cpv, line.exclusion, line.contract_ends_on, line.credits_document) == (
        "90910000",
        "X4",
        date(2026, 12, 31),
        "F-0",
    )


def test_a_date_may_be_missing_but_an_amount_not():
    found = read("A,1,,1.00", "B,2,2026-07-01,")
    assert [line.invoice_on for _, line in found.rows] == [None]
    assert [(fault.row, fault.field) for fault in found.faults] == [(3, "amount")]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("A,1,2026-13-01,1.00", "invoice_date"), ("A,1,12/042016,1.00", "invoice_date"), ("A,1,VARIOUS,1.00", "invoice_date"),
        ("A,1,0001-01-01,1.00", "invoice_on"), ("A,1,2026-07-01,1.5", "amount"), ('A,1,2026-07-01,"1.250,00"', "amount"),
        ("A,1,2026-07-01,1e3", "amount"), ("A,1,2026-07-01,€ 1", "amount"), ("A,1,2026-07-01,99999999999999", "amount"),
        ("A,1,2026-07-01,10000000000000", "amount"), (",1,2026-07-01,1.00", "supplier_name"), ("A,1,2026-07-01", ""),
        (f"A,{'x' * 121},2026-07-01,1.00", "description"), (f"{'x' * 201},1,2026-07-01,1.00", "supplier_name"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_booked_is_named(row, field):
    found = read("A,1,2026-07-01,1.00", row)
    assert len(found.rows) == 1
    assert [(fault.row, fault.field) for fault in found.faults] == [(3, field)]
    assert found.faults[0].fault.text()


def test_every_fault_of_a_row_is_named():
    found = read("A,1,x,y,1,maybe,Q", head=f"{HEAD},kvk,natural_person,country")
    assert {fault.field for fault in found.faults} == {"invoice_date", "amount", "kvk", "natural_person"}
    assert [f.field for f in read("A,1,2026-07-01,1,X9", head=f"{HEAD},exclusion").faults] == ["exclusion"]
    assert [f.field for f in read("A,1,2026-07-01,1,Nederland", head=f"{HEAD},country").faults] == ["country"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "leeg"), (b"\n\n", "leeg"), ("supplier_name,é".encode("cp1252"), "UTF-8"), (b"a\x00b", "tekst"),
        (b"supplier_name,amount\n", "invoice_date"), (f"{HEAD},extra\n".encode(), "extra"),
        (f"{HEAD},amount\n".encode(), "twee keer"), (f'{HEAD}\n"A,1\n'.encode(), "CSV"),
        (f"{HEAD}\n".encode() + b"A,1,2026-07-01,1\n" * (MOST_ROWS + 1), "Splits"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_whole(content, said):
    with pytest.raises(FileUnreadable) as refused:
        read_lines(content)
    assert said in refused.value.text()
