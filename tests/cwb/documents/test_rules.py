"""What a document may be made of, and how it fits words into its fonts."""

from datetime import UTC, date, datetime

import pytest

from cwb.documents.rules import Code, Document, Facts, Figure, Glyphs, Heading, Paragraph, Table, Words, data

AT = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)
GLYPHS = Glyphs.parse("20-7e\na0-17f\n2013-2014\n2022-2022\n")


def test_a_picture_without_words_is_refused():
    with pytest.raises(ValueError, match="do not see"):
        Figure("<svg/>", " ", "Een balk")


def test_a_heading_that_skips_a_level_is_refused():
    with pytest.raises(ValueError, match="skips"):
        Document("T", "nl", AT, [Heading("Eerst"), Heading("Te diep", 3)])
    with pytest.raises(ValueError, match="skips"):
        Document("T", "nl", AT, [Heading("Te diep", 2)])
    Document("T", "nl", AT, [Heading("Eerst"), Heading("Dan", 2), Heading("Weer"), Heading("Dan", 2)])


def test_a_document_without_a_title_is_refused():
    with pytest.raises(ValueError, match="title"):
        Document(" ", "nl", AT, [])


@pytest.mark.parametrize(
    ("head", "rows", "widths"), [([], [], ()), (["a"], [["1", "2"]], ()), (["a"], [["1"]], (1, 2))]
)
def test_an_uneven_table_is_refused(head, rows, widths):
    with pytest.raises(ValueError, match="table"):
        Table("T", head, rows, widths=widths)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("café", "café"), ("cafe\u0301", "café"), ("a → b ✓", "a -> b v"), ("中", "[U+4E2D]"), ("😀", "[U+1F600]"),
        ("een\ntwee\r\n", "een\ntwee\n"), ("a\tb", "a b"), ("a\x00b\x07", "ab"), ("\u202eomgekeerd", "omgekeerd"),
        ("co\u00adöp\u200b", "coöp"), ("a\u2028b", "a\nb"), ("#strong[x] $a$", "#strong[x] $a$"), ("\ue000", "[U+E000]"),
    ],
)  # fmt: skip
def test_what_the_fonts_lack_is_named_and_nothing_turns_the_text_around(typed, printed):
    assert GLYPHS.fit(typed) == printed


def test_texts_are_fitted_and_drawings_and_addresses_left_alone():
    made = data(
        Document(
            "T→", "ar", AT, [Facts([("→", Code("→"))]), Figure("<svg>→</svg>", "→", ""), Paragraph("→")]
        ),
        GLYPHS.fit,
    )
    assert (made["title"], made["rtl"]) == ("T->", True)
    assert made["blocks"][0] == {"kind": "facts", "rows": [["->", {"text": "->", "halves": False}]]}
    assert made["blocks"][1]["svg"] == "<svg>→</svg>"
    assert made["blocks"][1]["alt"] == "->"


def test_words_are_written_in_the_readers_way_and_in_amsterdam():
    dutch, english = Words("nl"), Words("en")
    assert dutch.money(125_000) == "€\xa01.250,00"
    assert english.money(125_000) == "€1,250.00"
    assert dutch.moment(AT) == "28 november 2026 om 00:30 uur"
    assert english.day(date(2026, 11, 27)) == "27 November 2026"
    assert dutch.number("61.123456") == "61,123456"
    assert {dutch.money(None), dutch.number(None), dutch.number(""), dutch.day(None), dutch.moment(None)} == {
        "–"
    }
    assert english.text("Prijs") == "Price"
