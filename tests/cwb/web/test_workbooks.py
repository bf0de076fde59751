import zipfile
from decimal import Decimal
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from cwb.kernel.money import Money
from cwb.web.workbooks import Sheet, write_ods, write_xlsx

WRITERS = pytest.mark.parametrize("write", [write_xlsx, write_ods])


def book(write, *sheets):
    file = BytesIO()
    write(file, sheets)
    file.seek(0)
    return file


@WRITERS
def test_cells_are_typed_and_come_back(write):
    file = book(
        write,
        Sheet(
            "een",
            ["naam", "bedrag", "aantal"],
            [['<b>&"Boei"', Money(-1_234_567_89), 3], [None, Money(1), 0]],
        ),
    )
    assert CalamineWorkbook.from_filelike(file).get_sheet_by_name("een").to_python(skip_empty_area=False) == [
        ["naam", "bedrag", "aantal"],
        ['<b>&"Boei"', -1_234_567.89, 3.0],
        ["", 0.01, 0.0],
    ]


@WRITERS
@pytest.mark.parametrize("text", ["=1+1", "+31", "-2", "@SUM(A1)", " =1", "\x01=1", "\t=1", "＝1", "{=1}"])
def test_no_text_is_run_as_a_formula(write, text):
    file = book(write, Sheet("een", [text], [[text]]))
    (head,), (cell,) = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
    assert head == cell
    assert cell.startswith("'") or text == "{=1}"
    with zipfile.ZipFile(file) as package:
        whole = "".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml"))
    assert "<f>" not in whole
    assert "table:formula" not in whole


def test_an_opendocument_file_names_its_kind_first_and_keeps_amounts_exact():
    file = book(write_ods, Sheet("een", ["bedrag"], [[Money(999_999_999_999_993)], [Decimal("0.10")]]))
    with zipfile.ZipFile(file) as package:
        first = package.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        content = package.read("content.xml").decode()
    assert 'office:value="9999999999999.93"' in content
    assert 'office:value="0.10"' in content
