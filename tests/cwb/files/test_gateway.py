"""Hostile and honest files, told by their content."""

import io
import struct
import zipfile
import zlib

import pytest

from cwb.files import errors, gateway, rules

PDF = (
    b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    b"\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n"
    b"startxref\n9\n%%EOF\n"
)


def _part(name: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + name + content + struct.pack(">L", zlib.crc32(name + content))


DOT = (
    _part(b"IHDR", struct.pack(">LLBBBBB", 1, 1, 8, 0, 0, 0, 0)),
    _part(b"IDAT", zlib.compress(b"\0\0")),
    _part(b"IEND", b""),
)
PNG = b"\x89PNG\r\n\x1a\n" + b"".join(DOT)
JPEG = b"\xff\xd8\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x00\xff\xd9"
PACKED = PDF.replace(b"/Type /Page /Parent", b"/Parent").replace(
    b"trailer", b"5 0 obj\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n" + zlib.compress(b"<< /Type /Page >>")
    + b"\nendstream\nendobj\ntrailer",
)  # fmt: skip
TYPES = b'<?xml version="1.0"?><Types></Types>'


def package(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return made.getvalue()


DOCX = {"[Content_Types].xml": TYPES, "word/document.xml": b"<w/>"}
XLSX = {"[Content_Types].xml": TYPES, "xl/workbook.xml": b"<x/>"}
ODT = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<c/>"}
ODS = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<c/>"}


def check(content: bytes, name: str) -> None:
    clean, kind = rules.clean_name(name)
    gateway.check_content(content, clean, kind)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.pdf", PDF), ("nieuw.pdf", PACKED), ("foto.PNG", PNG), ("foto.jpeg", JPEG), ("plan.docx", package(DOCX)),
        ("som.xlsx", package(XLSX)), ("plan.odt", package(ODT)), ("som.ods", package(ODS)),
        ("lijst.csv", "naam;bedrag\nÉén;1\n".encode()), ("oud.csv", "één;1\n".encode("cp1252")),
        ("brief.txt", b"Wij komen elke dag, a < b.\n"),
    ],
)  # fmt: skip
def test_what_is_taken(name, content):
    check(content, name)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("leeg.pdf", b"", errors.FileEmpty),
        ("virus.exe", b"MZ\x90", errors.FileKindRefused),
        ("plan.pdf.exe", PDF, errors.FileKindRefused),
        ("plan", PDF, errors.FileKindRefused),
        (".pdf", PDF, errors.FileKindRefused),
        ("plan.pdf", b"MZ\x90\0" * 100, errors.FileKindRefused),
        ("plan.pdf", b"<!doctype html><script>alert(1)</script>", errors.FileDisguised),
        ("plan.pdf", b"<svg xmlns='http://www.w3.org/2000/svg'/>", errors.FileDisguised),
        ("plan.svg", b"<svg/>", errors.FileKindRefused),
        ("brief.txt", b"  <script>alert(1)</script>", errors.FileDisguised),
        ("brief.txt", b"#!/bin/sh\nrm -rf /\n", errors.FileKindRefused),
        ("brief.txt", b"\x00\x01", errors.FileDisguised),
        ("plan.pdf", PNG, errors.FileDisguised),
        ("plan.docx", package(XLSX), errors.FileDisguised),
        ("plan.docx", package({"a.txt": b"x"}), errors.FileDisguised),
        (
            "plan.pdf",
            PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript >>"),
            errors.FileActive,
        ),
        ("plan.pdf", PDF.replace(b"%%EOF", b""), errors.FileBroken),
        ("half.pdf", PDF.replace(b"startxref\n9", b"startxref\n99999"), errors.FileBroken),
        ("slot.pdf", PDF.replace(b"/Root", b"/Encrypt 8 0 R /Root"), errors.FileLocked),
        ("leeg.pdf", PDF.replace(b"/Type /Page /", b"/Type /Font /"), errors.FileBlank),
        ("half.pdf", PACKED.replace(b"\nstream\n", b"\nstream\nx"), errors.FileBroken),
        ("half.png", PNG[:-20], errors.FileBroken),
        ("half.png", PNG.replace(DOT[1], b""), errors.FileBroken),
        ("half.png", PNG.replace(DOT[1], _part(b"IDAT", zlib.compress(b"0" * 99)[:-8])), errors.FileBroken),
        ("fout.png", PNG.replace(b"IHDR\0\0\0\x01", b"IHDR\0\0\0\x02"), errors.FileBroken),
        ("half.jpg", JPEG[:-2], errors.FileBroken),
        ("half.jpg", JPEG.replace(b"\xff\xc0", b"\xff\xe1"), errors.FileBroken),
        ("plan.docx", package(DOCX | {"word/vbaProject.bin": b"x"}), errors.FileActive),
        (
            "plan.docx",
            package(
                {**DOCX, "[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml"}
            ),
            errors.FileActive,
        ),
        ("plan.docx", package(DOCX | {"word/embeddings/oleObject1.bin": b"x"}), errors.FileActive),
        ("plan.odt", package(ODT | {"Basic/Standard/Module1.xml": b"x"}), errors.FileActive),
        ("plan.docx", package(DOCX | {"docs/run.exe": b"x"}), errors.FileActive),
        ("plan.docx", package(DOCX)[:-30], errors.FileBroken),
    ],
)
def test_what_is_refused(name, content, fault):
    with pytest.raises(fault):
        check(content, name)


def test_a_file_beyond_the_limit():
    with pytest.raises(errors.FileTooLarge):
        check(b"%PDF-" + b"x" * rules.MOST_FILE, "groot.pdf")


def test_a_bomb_that_says_its_size():
    with pytest.raises(errors.FileBomb):
        check(package(DOCX | {"word/media/a.xml": b"\0" * (gateway.MOST_UNPACKED + 1)}), "plan.docx")


def test_a_bomb_that_lies_about_its_size(monkeypatch):
    monkeypatch.setattr(gateway, "MOST_UNPACKED", 100_000)
    content = b"\0" * 5_000_000
    honest = package(DOCX | {"word/media/a.xml": content})
    # both headers say that the part is ten bytes; its hash is made to fit ten zeros
    lying = honest.replace(struct.pack("<L", len(content)), struct.pack("<L", 10))
    lying = lying.replace(struct.pack("<L", zlib.crc32(content)), struct.pack("<L", zlib.crc32(b"\0" * 10)))
    assert lying != honest
    try:
        check(lying, "plan.docx")
    except (errors.FileBomb, errors.FileBroken):
        return
    with zipfile.ZipFile(io.BytesIO(lying)) as package_:  # ten bytes is all that any reader of it unpacks
        assert len(package_.read("word/media/a.xml")) == 10


def test_unpacking_stops_at_what_is_left():
    with zipfile.ZipFile(io.BytesIO(package({"a": b"x" * 100}))) as opened:
        assert gateway._unpacked(opened, opened.infolist()[0], 100)[0] == 100
        with pytest.raises(errors.FileBomb):
            gateway._unpacked(opened, opened.infolist()[0], 99)


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("../../etc/plan.pdf", "plan.pdf"),
        ("C:\\Users\\x\\plan.pdf", "plan.pdf"),
        ("pl\u202eFDP.an.pdf", "plFDP.an.pdf"),
        ("a\x00b\n c.pdf", "ab c.pdf"),
        ('<b>"x"</b>.pdf', "b_.pdf"),
        ("é" * 300 + ".pdf", "é" * 100 + ".pdf"),
    ],
)
def test_names_lose_their_tricks(given, clean):
    assert rules.clean_name(given)[0] == clean
