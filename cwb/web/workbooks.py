"""Lists as workbooks: XLSX and ODS, written row by row, each cell typed and none of them run as a formula."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO, Any, NamedTuple
from xml.sax.saxutils import escape

import xlsxwriter
from flask import Response

from cwb.kernel.money import Money
from cwb.web.pages import cell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"

_MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""

_CONTENT = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
    "<office:body><office:spreadsheet>"
)


class Sheet(NamedTuple):
    """A sheet with its name, its head and its rows."""

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[object]]


def _value(value: object) -> Decimal | str:
    """A cell as a number or as a text: amounts and counts are numbers, all else is text."""
    if isinstance(value, Money):
        return Decimal(value.minor).scaleb(-2)
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return Decimal(value)
    return str(cell(value))


def write_xlsx(file: IO[bytes], sheets: Iterable[Sheet]) -> None:
    """Write a workbook for Excel; each row leaves memory once the next one begins."""
    book = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for number, row in enumerate((sheet.head, *sheet.rows)):
            for column, each in enumerate(map(_value, row)):
                if isinstance(each, Decimal):
                    page.write_number(number, column, float(each))
                else:
                    page.write_string(number, column, each)
    book.close()


def write_ods(file: IO[bytes], sheets: Iterable[Sheet]) -> None:
    """Write an OpenDocument spreadsheet; amounts stand in it exactly, not as binary fractions."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", ODS, zipfile.ZIP_STORED)
        package.writestr("META-INF/manifest.xml", _MANIFEST)
        with package.open("content.xml", "w") as content:
            content.write(_CONTENT.encode())
            for sheet in sheets:
                content.write(f"<table:table table:name={_quoted(sheet.name)}>".encode())
                for row in (sheet.head, *sheet.rows):
                    cells = "".join(map(_ods_cell, row))
                    content.write(f"<table:table-row>{cells}</table:table-row>".encode())
                content.write(b"</table:table>")
            content.write(b"</office:spreadsheet></office:body></office:document-content>")


def _quoted(text: str) -> str:
    return '"' + escape(text, {'"': "&quot;"}) + '"'


def _ods_cell(value: object) -> str:
    each = _value(value)
    if isinstance(each, Decimal):
        kind, text = f'float" office:value="{each:f}', f"{each:f}"
    else:
        kind, text = "string", escape(each)
    return f'<table:table-cell office:value-type="{kind}"><text:p>{text}</text:p></table:table-cell>'


_WRITERS: dict[str, tuple[str, Any]] = {"xlsx": (XLSX, write_xlsx), "ods": (ODS, write_ods)}


def workbook_file(name: str, kind: str, sheets: Iterable[Sheet]) -> Response:
    """A workbook as a download; `kind` is xlsx or ods. Written whole before it is sent, as a CSV is."""
    mimetype, write = _WRITERS[kind]
    file = io.BytesIO()
    write(file, sheets)
    response = Response(file.getvalue(), mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
