"""PDFs: accessible, archivable, the same bytes each time, and never a broken one."""

from datetime import UTC, datetime

import pytest

from cwb.assets.build import asset_state
from cwb.documents.errors import DocumentsNotReady
from cwb.documents.gateway import pdf
from cwb.documents.rules import (
    Beside,
    Code,
    Document,
    Facts,
    Figure,
    Heading,
    Items,
    Link,
    Note,
    Paragraph,
    Table,
)
from cwb.web.errors import status_of
from tests.pdfs import Pdf

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
BAR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 20"><rect width="60" height="20"/></svg>'

pytestmark = pytest.mark.skipif(asset_state() == "missing", reason="assets are not built: run `cwb assets`")


def document(language="nl", **facts):
    blocks = [
        Facts([("Nummer", Code("ab" * 32)), ("Leeg", ""), ("Naam", "Coöperatie Şahin")]),
        Heading("Eerste"), Paragraph("Regel\nTweede regel", strong=True), Heading("Onder", 2),
        Items(["een", "twee"]), Items(["een", "twee"], numbered=True),
        Table("Punten", ["Onderdeel", "U"], [["Plan", "28"], ["Getal", Code("cd" * 32, halves=True)]], frozenset({1}), (2, 1)),
        Note("Let op", "Tekst"), Link("Schrijf naar:", "mailto:a@voorbeeld.example"), Figure(BAR, "Een balk van zestig", "Balk"),
    ]  # fmt: skip
    return Document(**{
        "title": "Een stuk", "language": language, "at": AT, "blocks": blocks, "sender": "Gemeente Voorbeeld",
        "mark": "T-1", "page": "Bladzijde {n} van {m}", **facts,
    })  # fmt: skip


@pytest.mark.parametrize("language", ["nl", "en", "ar", "tr"])
def test_every_block_has_its_role_in_a_file_that_is_accessible_and_fit_for_the_archive(language):
    found = Pdf(pdf(document(language)))
    found.assert_accessible(title="Een stuk", language=language)
    assert found.counts["H1"] == 1
    assert found.counts["H2"] == 1
    assert found.counts["TH"] == 2
    assert found.counts["TD"] == 4
    assert found.counts["L"] == 3  # facts, bullets, numbers
    assert {"Table", "Caption", "LI", "Lbl", "LBody", "Link", "P"} <= set(found.roles)
    assert found.alts == ["Een balk van zestig"]


def test_what_stands_beside_each_other_is_read_one_after_the_other():
    both = Beside([Paragraph("Van"), Facts([("Naam", "Een")])], [Figure(BAR, "Een code", "Scan", width=40)])
    found = Pdf(pdf(document(blocks=[Heading("Kop"), both])))
    found.assert_accessible(title="Een stuk", language="nl")
    assert found.alts == ["Een code"]
    assert found.counts["L"] == 1


def test_the_same_document_gives_the_same_bytes():
    assert pdf(document()) == pdf(document())
    assert pdf(document()) != pdf(document(title="Een ander stuk"))


def test_a_table_over_pages_repeats_its_head():
    rows = [[f"Vraag {number}", "Antwoord " * 20] for number in range(80)]
    found = Pdf(pdf(document(blocks=[Table("Lang", ["Wat", "Hoe"], rows)])))
    assert found.pages > 3
    assert found.counts["TR"] == 81


def test_what_people_type_is_never_read_as_markup_and_never_breaks_the_file():
    nasty = '#panic("x") *a* _b_ `c` $d$ <e> @f \\ "quotes" // 中文 😀 \u202e\x00 ﷽ ' + "a" * 400
    found = Pdf(pdf(document(title=nasty, sender=nasty, mark=nasty[:40], blocks=[
        Facts([(nasty, nasty), (nasty, Code(nasty, halves=True))]), Heading(nasty), Paragraph(nasty), Items([nasty]),
        Table(nasty, [nasty], [[nasty], [Code(nasty, halves=True)]]), Note(nasty, nasty), Link(nasty, "https://voorbeeld.example"),
    ])))  # fmt: skip
    assert found.counts["H1"] == 1
    assert "Strong" in found.roles


def test_empty_texts_make_a_file_too():
    blocks = [Facts([]), Facts([("Leeg", "")]), Items([]), Paragraph(""), Table("T", ["a"], []), Items([""])]
    assert Pdf(pdf(document(blocks=blocks, sender="", mark=""))).pages == 1


def test_without_fonts_there_is_a_clear_refusal_and_no_file(tmp_path):
    with pytest.raises(DocumentsNotReady) as refused:
        pdf(document(), tmp_path)
    assert status_of(refused.value) == 503
    assert "cwb assets" in refused.value.text()
