"""The door to the typesetter: a description in, a PDF out (PDF/UA-1 and PDF/A-2a in one file)."""

import json
from functools import lru_cache
from pathlib import Path
from threading import Lock

import typst

from cwb.assets.build import COVERAGE, print_folder
from cwb.documents.errors import DocumentsNotReady
from cwb.documents.rules import Document, Glyphs, data

TEMPLATE = Path(__file__).with_name("document.typ")

_one_at_a_time = Lock()


@lru_cache(maxsize=2)
def _typesetter(folder: Path) -> tuple[typst.Compiler, Glyphs]:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
    compiler = typst.Compiler(font_paths=fonts, ignore_system_fonts=True)
    return compiler, Glyphs.parse((folder / COVERAGE).read_text(encoding="utf-8"))


def pdf(document: Document, fonts: Path | None = None) -> bytes:
    """The document as a PDF; the same document gives the same bytes.

    Raises:
        DocumentsNotReady: the fonts are not there.
    """
    folder = fonts or print_folder()
    if not (folder / COVERAGE).is_file():
        raise DocumentsNotReady
    with _one_at_a_time:
        compiler, glyphs = _typesetter(folder)
        made = compiler.compile(
            TEMPLATE.read_bytes(), sys_inputs={"document": json.dumps(data(document, glyphs.fit), ensure_ascii=False)},
            format="pdf", pdf_standards=["ua-1", "a-2a"], timestamp=int(document.at.timestamp()),
        )  # fmt: skip
    if not isinstance(made, bytes):
        raise TypeError("one document gives one file")
    return made
