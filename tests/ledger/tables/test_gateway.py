"""Spreadsheets: the sheet with purchases, as the text a CSV would hold; what could harm is refused."""

import io
import zipfile
from datetime import date

import pytest

from cwb.files.errors import FileActive, FileBomb, FileBroken
from cwb.kernel.period import Period
from ledger.columns.rules import ColumnMap
from ledger.readers.errors import TotalsDiffer
from ledger.readers.gateway import look
from ledger.tables.errors import FileNotText, SheetLeftOut, SheetOld, SheetUnreadable
from ledger.tables.gateway import opener_of, table_of
from ledger.tables.rules import sheet_and_row

TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"""
RELATIONS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>{more}</Relationships>"""
SHEET_RELATION = '<Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/two.xml"/>'
BOOK = """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="Uitleg" sheetId="1" r:id="r1"/><sheet name="Regels" sheetId="2" r:id="r2"/></sheets></workbook>"""


def cell(value):
    if isinstance(value, str) and value.startswith("="):
        return f"<c><f>{value[1:]}</f><v>12.5</v></c>"
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    return "<c/>" if value is None else f"<c><v>{value!r}</v></c>"


def sheet(rows):
    body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    return f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{body}</sheetData></worksheet>'


def book(rows, first=(("Dit is de uitleg",),), **more):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr(
            "_rels/.rels", RELATIONS.format(kind="officeDocument", target="xl/workbook.xml", more="")
        )
        package.writestr("xl/workbook.xml", BOOK)
        package.writestr(
            "xl/_rels/workbook.xml.rels",
            RELATIONS.format(kind="worksheet", target="worksheets/one.xml", more=SHEET_RELATION),
        )
        package.writestr("xl/worksheets/one.xml", sheet(first))
        package.writestr("xl/worksheets/two.xml", sheet(rows))
        for name, content in more.items():
            package.writestr(f"xl/{name}.xml", content)
    return made.getvalue()


HEAD = ["Leverancier", "Factuurnummer", "Factuurdatum", "Bedrag"]


def read(content):
    reading = look(content).reading()
    return reading, [row for batch in reading.batches() for row in batch]


def test_the_sheet_with_purchases_is_read_to_the_cent():
    rows = [
        ["Gemeente"],
        HEAD,
        ["A", 1.0, 46234.0, 1234.56],
        ["B", "F2", "31-07-2026", 0.1 + 0.2],
        ["C", "F3", 46234.5, -7.0],
        [None, None, None, None],
    ]
    reading, found = read(book(rows))
    assert [(row.number, row.document_number, row.invoice_on, row.amount) for row in found] == [
        (3, "1", date(2026, 7, 31), 123456), (4, "F2", date(2026, 7, 31), 30), (5, "F3", date(2026, 7, 31), -700),
    ]  # fmt: skip
    assert (reading.header_row, reading.table.notes) == (2, ())


def test_a_formula_is_not_worked_out_and_is_flagged():
    reading, found = read(book([HEAD, ["A", "1", "31-07-2026", "=6*7"]]))
    assert [row.amount for row in found] == [1250]
    assert [each.what if isinstance(each.what, str) else each.what.facts for each in reading.tally.flags.kept] == [
        "formulas", {"sheet": "Uitleg"},
    ]  # fmt: skip


def test_parts_of_cents_are_no_amount():
    reading, found = read(book([HEAD, ["A", "1", "31-07-2026", 1.005], ["A", "2", "31-07-2026", 2.5]]))
    assert ([row.amount for row in found], reading.tally.rejected) == ([250], 1)


def test_an_ods_file_is_read_too():
    def row(cells):
        return "<table:table-row>" + "".join(
            f'<table:table-cell office:value-type="float" office:value="{each}"/>' if isinstance(each, float)
            else f'<table:table-cell office:value-type="string"><text:p>{each}</text:p></table:table-cell>' for each in cells
        ) + "</table:table-row>"  # fmt: skip

    rows = "".join(map(row, [HEAD, ["A", "1", "31-07-2026", 12.5]]))
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        package.writestr(
            "content.xml",
            f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="x">{rows}</table:table></office:spreadsheet></office:body></office:document-content>',
        )
    _, found = read(made.getvalue())
    assert [row.amount for row in found] == [1250]


def test_signs_that_are_no_text_are_left_out_of_every_kind_of_table():
    text = f"{';'.join(HEAD)};Omschrijving\nA\x01B;\x01;31-07-2026;12,50;\x01\n"
    for content in (text.encode(), text.replace("A", "\0").encode("utf-16")):
        _, found = read(content)
        assert [(row.document_number, row.amount, row.description) for row in found] == [("", 1250, "")]
    _, found = read(book([HEAD, ["A", "_x0001_", "31-07-2026", 12.5]]))
    assert "\x01" not in found[0].document_number


@pytest.mark.parametrize(
    ("content", "fault"),
    [(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), SheetOld), (b"%PDF-1.7\n1 0 obj\n", FileNotText)],
)
def test_files_of_another_kind_are_called_what_they_are(content, fault):
    with pytest.raises(fault):
        look(content)


def test_bombs_macros_and_broken_packages_are_refused():
    with pytest.raises(FileBomb):
        read(book([HEAD], bomb=b"0" * 210_000_000))
    with pytest.raises(FileActive):
        read(book([HEAD], vbaProject=b"x"))
    whole = book([HEAD, ["A", "1", "31-07-2026", 5.0]])
    with pytest.raises((FileBroken, SheetUnreadable)):
        read(whole[: len(whole) // 2])
    with pytest.raises((FileBroken, SheetUnreadable)):
        read(b"PK\x03\x04" + b"x" * 100)


def rows_of(content, *, is_part):
    return [cells for _, cells in table_of(opener_of(content), is_part=is_part).records()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_the_beginning_of_a_text_gives_whole_rows_wherever_it_breaks_off(encoding):
    whole = 'naam;bedrag\nCafé “één”;1,00\n"Twee\nregels";2,00\nDrie;3,00\n'.encode(encoding)
    rows = rows_of(whole, is_part=False)
    for end in range(4, len(whole)):
        found = rows_of(whole[:end], is_part=True)
        assert found == rows[: len(found)], end
    assert len(found) == 3


def months(*sheets):
    """A workbook of named sheets (name, is shown, rows)."""
    made = io.BytesIO()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    names = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="r{at}" state="{"visible" if is_shown else "hidden"}"/>'
        for at, (name, is_shown, _) in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="r{at}" Type="{kind}/worksheet" Target="worksheets/s{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr(
            "_rels/.rels", RELATIONS.format(kind="officeDocument", target="xl/workbook.xml", more="")
        )
        package.writestr(
            "xl/workbook.xml", f"{BOOK.partition('<sheets>')[0]}<sheets>{names}</sheets></workbook>"
        )
        package.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>',
        )
        for at, (_, _, rows) in enumerate(sheets, 1):
            package.writestr(f"xl/worksheets/s{at}.xml", sheet(rows))
    return made.getvalue()


def test_sheets_with_the_same_columns_are_read_together_and_every_other_one_is_named():
    row = ["A", "1", "31-10-2026", 100.0]
    reading, found = read(
        months(
            ("Uitleg", True, [["Zo werkt het"]]), ("Oktober", True, [HEAD, row]), ("Leeg", True, []),
            ("November", True, [["Gemeente"], HEAD[::-1], [250.0, "30-11-2026", "2", "B"], [250.0, "x", "3", "C"]]),
            ("Oud", False, [HEAD, row]), ("Andere", True, [["Leverancier", "Bedrag"], ["A", 5.0]]),
        )
    )  # fmt: skip
    assert [(sheet_and_row(each.number), each.document_number, each.amount) for each in found] == [
        ((0, 2), "1", 10_000), ((4, 3), "2", 25_000), ((4, 4), "3", 25_000),
    ]  # fmt: skip
    assert [(sheet_and_row(each.row), type(each.what).__name__, each.what.facts["sheet"])
            for each in reading.tally.flags.kept if isinstance(each.what, SheetLeftOut)] == [
        ((1, 0), "SheetLeftOut", "Uitleg"), ((5, 0), "SheetHidden", "Oud"), ((6, 0), "SheetOtherColumns", "Andere"),
    ]  # fmt: skip
    assert [each.name for each in reading.table.sheets if each.fault is None and each.rows] == [
        "Oktober", "November",
    ]  # fmt: skip


def test_a_mapping_says_which_sheet_is_meant():
    content = months(
        ("Een", True, [HEAD, ["A", "1", "31-10-2026", 1.0]]), ("Twee", True, [["wie", "hoeveel"], ["B", 2.0]]),
        ("Drie", True, [["wie", "hoeveel"], ["C", 3.0]]),
    )  # fmt: skip
    columns = ColumnMap({"supplier_name": "wie", "amount": "hoeveel"})
    reading = look(content, columns).reading(columns, Period.parse("2026-Q4"))
    assert [row.amount for batch in reading.batches() for row in batch] == [200, 300]
    assert [each.what.facts["sheet"] for each in reading.tally.flags.kept if isinstance(each.what, SheetLeftOut)] == ["Een"]  # fmt: skip


def test_half_a_further_sheet_is_refused_by_its_total_like_the_first():
    head, row = HEAD, ["A", "1", "31-10-2026", 100.0]
    total = ["Totaal", None, None, 100.0]
    read(months(("Oktober", True, [head, row, total]), ("November", True, [head, row, total])))
    with pytest.raises(TotalsDiffer):
        read(
            months(("Oktober", True, [head, row, total]), ("November", True, [head, [*row[:3], 50.0], total]))
        )
