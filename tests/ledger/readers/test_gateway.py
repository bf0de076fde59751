"""CSV in every mess: read right, or refused for what it is."""

import tracemalloc
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.columns.errors import ColumnsUnsure, ColumnUnknown, MarkUnclear
from ledger.columns.rules import ColumnMap
from ledger.details.rules import MOST_KEPT
from ledger.readers import errors
from ledger.readers.gateway import look
from ledger.tables import errors as unreadable

HEAD = "Leverancier;Factuurnummer;Factuurdatum;Bedrag\n"
GOOD = HEAD + "Jansen BV;F1;31-07-2026;1.250,00\nJansen BV;F2;01-08-2026;50,00-\nBakker;F3;;10,00\n"


def read(content, columns=None, period=None, reports=None):
    raw = content if isinstance(content, bytes) else content.encode()
    reading = look(raw, columns).reading(columns, period, reports)
    return reading, [row for batch in reading.batches() for row in batch]


def flags(reading):
    return [(each.row, each.what) for each in reading.tally.flags.kept]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp1252", "cp1252"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"), ("utf-32", "utf-32"),
    ],
)  # fmt: skip
def test_every_encoding_is_found_and_told_as_a_codec(encoding, told):
    content = "Leverancier,Datum,Bedrag\nCafé “De Ünie”,2026-07-01,1.00\n".encode(encoding)
    reading, rows = read(content)
    assert (reading.table.encoding, reading.suppliers[0].name, rows[0].amount) == (
        told,
        "Café “De Ünie”",
        100,
    )


def test_what_cp1252_has_not_is_latin_1_and_what_was_written_twice_is_mended():
    assert read(b"Leverancier,Datum,Bedrag\nA\x81\xe9,2026-07-01,1\n")[0].table.encoding == "latin-1"
    twice = "\ufeffLeverancier,Datum,Bedrag\nCafé – Zuid,2026-07-01,1\n".encode().decode("latin-1").encode()
    reading, _ = read(twice)
    assert (reading.table.encoding, reading.labels[0], reading.suppliers[0].name) == (
        "utf-8",
        "Leverancier",
        "Café – Zuid",
    )


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_separator_and_line_end_is_found(sign, end):
    lines = [
        ["Naam leverancier", "Datum", "Bedrag", "Omschrijving"],
        ["A, B; C|D", "01-07-2026", "1.234,56", "x"],
        ["E", "31-12-2026", "7,00", ""],
    ]
    text = end.join(sign.join(f'"{cell}"' for cell in row) for row in lines) + end
    reading, rows = read(text)
    assert (reading.table.delimiter, reading.suppliers[0].name) == (sign, "A, B; C|D")
    assert [(row.number, row.amount, row.invoice_on) for row in rows] == [
        (2, 123456, date(2026, 7, 1)),
        (3, 700, date(2026, 12, 31)),
    ]


def test_preludes_ghost_columns_blank_trailers_and_the_line_of_excel_are_no_rows():
    prelude = "sep=;\n" + "".join(f"Gemeente Voorbeeld;regel {n};;;;;;\n" for n in range(12)) + ";;;;;;;\n"
    text = (
        prelude
        + ";Leverancier ; Factuurnummer;Factuurdatum;Bedrag;;;\nX;A;1;31-07-2026;5,00;;;\n;;;;;;;\n\n;;;;;;;\n"
    )
    reading, rows = read(text)
    assert (reading.header_row, reading.tally.rows, [row.number for row in rows]) == (15, 1, [16])
    assert reading.labels == [
        "#1",
        "Leverancier",
        "Factuurnummer",
        "Factuurdatum",
        "Bedrag",
        "#6",
        "#7",
        "#8",
    ]
    assert not reading.tally.flags.kept


def test_rows_are_physical_lines_also_behind_a_quoted_line_break():
    _, rows = read(
        'Leverancier,"Factuur\nnummer",Datum,Bedrag\nA,1,2026-07-01,1.00\n"B\nC",2,2026-07-02,2.00\nD,3,2026-07-03,3.00\n'
    )
    assert [row.number for row in rows] == [3, 4, 6]


def test_a_name_like_a_formula_stays_text_and_is_flagged():
    formula = '=HYPERLINK("http://x.example","klik")'
    reading, _ = read(HEAD + f'"{formula.replace(chr(34), chr(34) * 2)}";1;31-07-2026;5,00\n')
    assert reading.suppliers[0].name == formula
    assert flags(reading) == [(2, "formula")]


def test_rows_that_came_by_before_are_flagged_by_the_reading_or_by_who_stores_them():
    reading, rows = read(GOOD + "Bakker;F3;;10,00\n" + "Bakker;F4;;10,00\n")
    assert (5, "identical") in flags(reading)
    assert [row for row, flag in flags(reading) if flag == "identical"] == [5]
    reading = look((GOOD + "Bakker;F3;;10,00\n").encode()).reading()
    again = reading.hear_repeats()
    rows = [row for batch in reading.batches() for row in batch]
    assert "identical" not in [flag for _, flag in flags(reading)]
    again(rows[-1].number)
    assert flags(reading)[-1] == (5, "identical")


def test_totals_are_no_rows_and_must_match():
    text = GOOD + "Totaal;;;1.210,00\n"
    reading, rows = read(text)
    assert (len(rows), flags(reading)[-1]) == (3, (5, "total_row"))
    assert "Totaal" not in {each.name for each in reading.suppliers}
    read(GOOD + "Subtotaal;;;1.210,00\nB;9;02-08-2026;1,00\n;;;1.211,00\n")
    read(HEAD + "A;1;01-07-2026;1,00\nTotaal;;;1,00\nB;9;02-08-2026;2,00\nTotaal;;;2,00\n")
    with pytest.raises(errors.TotalsDiffer):
        read(GOOD + "Totaal;;;1.210,01\n")
    reading, _ = read(GOOD + "Total Nederland NV;F7;02-08-2026;3,00\n")
    assert reading.suppliers[-1].name == "Total Nederland NV"


@pytest.mark.parametrize("footer", ["Pagina 1 van 2;;;", ";Pag. 2;;", ";;;page 1/2"])
def test_the_foot_of_a_page_is_a_remark_and_no_fault(footer):
    reading, rows = read(GOOD + footer + "\nB;9;02-08-2026;1,00\n")
    assert (len(rows), flags(reading)[-1], reading.tally.faults.total()) == (4, (5, "note_row"), 0)
    assert read(HEAD + "Pagina 1 bv;1;01-07-2026;1,00\n")[0].suppliers[0].name == "Pagina 1 bv"


def test_a_missing_column_is_named_as_people_name_it_and_a_statement_of_a_bank_is_called_that():
    with pytest.raises(ColumnsUnsure) as unsure:
        read("Leverancier;Datum;Bedrag incl. btw\nA;01-07-2026;1,00\n")
    assert unsure.value.facts == {"missing": "bedrag zonder btw"}
    with pytest.raises(unreadable.FileOfBank):
        look(b"ABNANL2A\r\n940\r\n:20:ABN AMRO\r\n:25:517852257\r\n:28C:19321/1\r\n")


def test_debit_and_credit_in_two_columns_or_as_a_letter():
    two = "Leverancier;Datum;Debet;Credit\nA;01-07-2026;1.000,00;\nA;02-07-2026;;200,00\nB;03-07-2026;0,00;0,00\n"
    assert [row.amount for row in read(two)[1]] == [100_000, -20_000, 0]
    letter = "Leverancier;Datum;Bedrag;D/C\nA;01-07-2026;1.000,00;D\nA;02-07-2026;200,00;C\n"
    reading, rows = read(letter)
    assert [row.amount for row in rows] == [100_000, -20_000]
    turned = ColumnMap(reading.columns.fields, credit_is_purchase=True)
    assert [row.amount for row in read(letter, turned)[1]] == [-100_000, 20_000]
    assert [
        row.amount for row in read(two, ColumnMap(read(two)[0].columns.fields, credit_is_purchase=True))[1]
    ] == [-100_000, 20_000, 0]
    reading, _ = read(letter + "A;02-07-2026;200,00;Q\n")
    assert reading.tally.faults.counts == {("side", "SideUnknown"): 1}


def test_another_currency_is_a_fault_and_in_most_rows_refuses_the_file():
    head = "Leverancier;Datum;Bedrag;Valuta\n"
    reading, _ = read(head + "A;01-07-2026;1,00;EUR\nA;01-07-2026;1,00;usd\nA;01-07-2026;1,00;\n")
    assert reading.tally.faults.counts == {("currency", "CurrencyUnsupported"): 1}
    for text in (head + "A;01-07-2026;1,00;USD\n", HEAD + "A;1;01-07-2026;£ 1,00\n"):
        with pytest.raises(errors.OtherCurrency):
            read(text)
    read("Leverancier;Datum;Bedrag in lokale valuta;Valuta\nA;01-07-2026;1,00;USD\n")


def test_order_of_day_and_month_is_the_whole_columns():
    rows = "".join(f"A;{n};03/04/2026;1,00\n" for n in range(2000))
    assert read(HEAD + rows + "A;x;04/13/2026;1,00\n")[1][0].invoice_on == date(2026, 3, 4)
    assert read(HEAD + rows + "A;x;13/04/2026;1,00\n")[1][0].invoice_on == date(2026, 4, 3)
    reading, _ = read(HEAD + "A;1;03/04/2026;1,00\n")
    assert flags(reading) == [(1, "order_assumed")]


def test_points_for_thousands_are_the_whole_columns_too():
    rows = "".join(f"A;{n};31-07-2026;1.250\n" for n in range(2000))
    assert read(HEAD + rows + "A;x;31-07-2026;1,50\n")[1][0].amount == 125_000
    assert read(HEAD + rows + "A;x;31-07-2026;1.5\n")[1][0].amount == 125
    assert flags(read(HEAD + "A;x;31-07-2026;1.250\n")[0]) == [(1, "mark_assumed")]


def test_points_and_commas_that_contradict_each_other_are_asked_about():
    rows = "A;1;31-07-2026;1.234\nA;2;31-07-2026;12.500\nA;3;31-07-2026;1,250\n"
    with pytest.raises(MarkUnclear):
        read(HEAD + rows)
    found = look((HEAD + rows).encode())
    chosen = found.reading(replace(found.guess.map, mark=","))
    assert [row.amount for batch in chosen.batches() for row in batch] == [123_400, 1_250_000, 125]
    long = rows + "".join(f"A;{n};31-07-2026;1.250\n" for n in range(2000)) + "A;x;31-07-2026;0,99\n"
    assert read(HEAD + long)[1][0].amount == 123_400, "one amount further on says it"
    assert flags(read(HEAD + rows + "A;4;31-07-2026;12,50\n")[0]) == [(4, "three_decimals")]


def test_what_is_doubtful_is_flagged_and_the_purchase_stays():
    head = "Leverancier;Factuurdatum;Bedrag;KvK-nummer;IBAN;Btw-nummer;Land;Eenmanszaak;CPV;Omschrijving\n"
    row = f"A;31-12-2026;1,00;1234567;NL00FOUT;NL123456789B99;Atlantis;misschien;x;{'y' * 600}\n"
    reading, rows = read(head + row)
    assert {each for _, each in flags(reading)} == {
        "kvk_padded", "iban_invalid", "vat_id_invalid", "country_unknown", "person_unknown", "cpv_invalid", "text_shortened",
    }  # fmt: skip
    facts = reading.suppliers[0]
    assert (facts.kvk_number, facts.iban, facts.vat_id, facts.country, len(rows[0].description)) == (
        "01234567",
        None,
        None,
        "NL",
        500,
    )


def test_attack_19_a_vat_number_of_a_person_that_may_hold_a_bsn_is_not_kept():
    head = "Leverancier;Factuurdatum;Bedrag;Btw-nummer;Eenmanszaak\n"
    reading, _ = read(head + "A;31-12-2026;1,00;NL123456782B01;ja\n")
    assert reading.suppliers[0].vat_id is None
    assert flags(reading) == [(2, "vat_id_of_person")]


def test_attack_15_a_payment_between_anchors_is_one_only_when_the_payee_reports():
    text = (
        HEAD.replace("\n", ";Uitsluiting\n")
        + "A;1;31-07-2026;1,00;X6\nB;2;31-07-2026;1,00;x4\nC;3;31-07-2026;1,00;\n"
    )
    assert [row.exclusion for row in read(text)[1]] == ["X6", "X4", None]
    reading, rows = read(text, reports=lambda _supplier: False)
    assert ([row.exclusion for row in rows], reading.tally.faults.counts) == (
        ["X4", None],
        {("exclusion", "ExclusionNotAnchor"): 1},
    )


@pytest.mark.parametrize(
    ("content", "period", "fault"),
    [
        (HEAD, None, errors.NoRows), (HEAD + ";;;\n", None, errors.NoRows),
        (HEAD + "A;1;01-07-2026;x\nB;2;01-07-2026;2,00\nC;3;01-07-2026;1,00\n;4;01-07-2026;1,00\n;5;01-07-2026;1\n", None, errors.MostRowsFaulty),
        (GOOD, "2025", errors.OtherPeriod), (GOOD + "Slager;F4;01-0", None, errors.FileCutOff),
        ("Leverancier;Datum;Bedrag incl. btw\nA;01-07-2026;1,00\n", None, ColumnsUnsure),
        ("Leverancier;Datum;Bedrag;Bedrag\nA;01-07-2026;1,00;2,00\n", None, ColumnsUnsure),
        ("Leverancier;Bedrag\nA;1,00\n", None, errors.DateColumnMissing), ("x;y\n1;2\n", None, errors.HeaderMissing),
        (b"", None, unreadable.FileEmpty), (b"\n\n;;\n", None, unreadable.FileEmpty), (b"\x89PNG\r\n\0", None, unreadable.FileNotText),
        (GOOD + '"Slager;F4;01-07-2026;1,00\n', None, unreadable.QuoteOpen), (GOOD + '"' + "x" * 200_000, None, unreadable.FileTooWide),
        (b"\xff\xfe\x00", None, unreadable.FileNotText),
    ],
)  # fmt: skip
def test_what_cannot_be_a_file_of_purchases_is_refused_for_what_it_is(content, period, fault):
    with pytest.raises(fault) as refused:
        read(content, period=Period.parse(period) if period else None)
    assert refused.value.text()


def test_classes_of_amounts_are_read_and_refused_with_what_they_add_up_to():
    head = "Leverancier;Datum;Bandbreedte\n"
    with pytest.raises(errors.BandedAmounts) as refused:
        read(head + "A;31-07-2026;€ 10.000 - € 20.000\nB;31-07-2026;< € 10.000\nC;31-07-2026;1\n")
    assert refused.value.facts == {"low": Money(1_000_100), "high": Money(4_000_000)}
    for row in ("A;31-07-2026;13\n", "A;31-07-2026;> € 150 mln\n", "A;31-07-2026;7\n"):
        with pytest.raises(errors.BandedAmounts) as refused:
            read(head + row)
        assert refused.value.facts["high"] == "onbekend veel"
    with pytest.raises(
        errors.BandedAmounts,
        match=r"Vraag de afzender .* per factuur de leverancier, de datum en het bedrag.* cwb spend bounds",
    ):
        read("Leverancier;Ministerie;Totaalbedrag categorie\nA;X;1\n")


def test_rows_that_are_too_wide_or_outside_the_period_are_told():
    reading, rows = read(
        GOOD + "A;9;01-01-2020;1,00\nB;8;31-07-2026;1;00;x\n", period=Period.parse("2026-Q3")
    )
    assert [(each.row, each.field, type(each.what).__name__) for each in reading.tally.faults.kept] == [
        (5, "invoice_date", "OutsidePeriod"), (6, "", "CellsExtra"),
    ]  # fmt: skip
    assert len(rows) == 3


def test_a_mapping_that_is_given_must_fit():
    with pytest.raises(errors.HeaderMissing):
        read(GOOD, ColumnMap({"supplier_name": "Wie", "amount": "Bedrag"}))
    with pytest.raises(ColumnsUnsure):
        read(GOOD, ColumnMap({"supplier_name": "Leverancier"}))
    with pytest.raises(ColumnUnknown):
        look(GOOD.encode()).reading(ColumnMap({"supplier_name": "Wie", "amount": "Bedrag"}))


@pytest.mark.parametrize(
    ("content", "labels", "header_row"),
    [
        ("wie;hoeveel;nummer;wanneer\nA;1,00;F1;01-07-2026\n", ["wie", "hoeveel", "nummer", "wanneer"], 1),
        ("Rapport;2026\n\nwie;hoeveel;nummer;wanneer\nA;1,00;F1;01-07-2026\nB;2,00;;\n", ["wie", "hoeveel", "nummer", "wanneer"], 3),
        ("A;1,00;F1;01-07-2026\nB;2,00;F2;02-07-2026\n", ["#1", "#2", "#3", "#4"], 0),
        ("Inkoop\nA;1,00;F1;01-07-2026\nB;2,00;F2;02-07-2026\n", ["#1", "#2", "#3", "#4"], 1),
        ("A,1.00,F1\n", ["#1", "#2", "#3"], 0), ("x;y;z\nA;1;\nB;2;\n", ["x", "y", "z"], 1),
    ],
)  # fmt: skip
def test_a_table_without_known_names_waits_for_who_points_at_its_columns(content, labels, header_row):
    found = look(content.encode())
    assert (found.labels, found.header_row, found.guess.map.fields.get("amount")) == (
        labels,
        header_row,
        None,
    )
    with pytest.raises(ColumnsUnsure):
        found.reading()
    columns = ColumnMap({"supplier_name": labels[0], "amount": labels[1]})
    reading, rows = read(content, columns, Period.parse("2026-Q3"))
    assert [row.amount for row in rows] == [100, 200][: len(rows)]
    assert (rows[0].number, reading.tally.rejected) == (header_row + 1, 0)
    assert look(content.encode(), columns).labels == labels, "a saved mapping finds the same columns"


@pytest.mark.parametrize(
    "content",
    [
        "", " \n", "Beste lezer,\nhierbij de lijst, met groet,\nJan\n", "x;y\n1;2\n", "wie;hoeveel\n",
        "alleen een naam\n100,00\n",
    ],
)  # fmt: skip
def test_what_is_no_table_of_amounts_is_refused(content):
    with pytest.raises((errors.HeaderMissing, unreadable.FileEmpty)):
        look(content.encode())


def test_a_mapping_by_number_is_not_read_in_a_file_that_names_its_columns():
    with pytest.raises(errors.HeaderMissing):
        read(GOOD, ColumnMap({"supplier_name": "#1", "amount": "#2"}))


def test_a_million_faults_cost_little_memory():
    content = (HEAD + "A;1;31-07-2026;1,00\n" + "B;2;31-07-2026;\n" * 100_000).encode()
    reading = look(content).reading()
    tracemalloc.start()
    with pytest.raises(errors.MostRowsFaulty):
        list(reading.batches())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (reading.tally.rejected, len(reading.tally.faults.kept)) == (100_000, MOST_KEPT)
    assert peak < 3_000_000


CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30)


@given(
    st.lists(st.tuples(CELLS, st.integers(-(10**12), 10**12), st.dates(date(1990, 1, 1), date(2099, 12, 31)), CELLS), min_size=1, max_size=20),
    st.sampled_from(",;\t|"), st.booleans(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.sampled_from(["\n", "\r\n"]),
)  # fmt: skip
def test_any_table_reads_back_whatever_the_habit(lines, sign, dutch, encoding, end):
    def quoted(text):
        return '"' + text.replace('"', '""') + '"'

    def amount(value):
        text = f"{abs(value) // 100:,}.{abs(value) % 100:02d}"
        text = text.translate(str.maketrans(",.", ".,")) if dutch else text
        return (text + "-" if dutch else "-" + text) if value < 0 else text

    table = [["Leverancier", "Bedrag", "Factuurdatum", "Omschrijving"]]
    table += [
        [f"Zaak{name}", amount(value), on.strftime("%d-%m-%Y" if dutch else "%Y-%m-%d"), note]
        for name, value, on, note in lines
    ]
    content = end.join(sign.join(quoted(cell) for cell in row) for row in table) + end
    reading, rows = read(content.encode(encoding))
    assert [(reading.suppliers[r.supplier].name, r.amount, r.invoice_on, r.description) for r in rows] == [
        (" ".join(f"Zaak{name}".split()), value, on, note.strip()) for name, value, on, note in lines
    ]


def test_a_day_to_come_and_one_of_years_before_the_others_are_flagged_by_row():
    rows = "".join(
        f"Bakker;F{n};{on};10,00\n" for n, on in enumerate(("25-02-1998", "21-07-2026", "21-07-2031"))
    )
    reading = look((HEAD + rows).encode()).reading(today=date(2026, 11, 29))
    assert sum(len(batch) for batch in reading.batches()) == 3
    assert flags(reading) == [(2, "date_old"), (4, "date_future")]


def test_a_file_that_is_old_as_a_whole_is_flagged_once():
    rows = "".join(f"Bakker;F{n};2{n}-07-2016;10,00\n" for n in range(3))
    reading = look((HEAD + rows).encode()).reading(today=date(2026, 11, 29))
    list(reading.batches())
    assert flags(reading) == [(1, "long_ago")]
