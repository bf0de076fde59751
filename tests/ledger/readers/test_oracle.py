"""Sample files of other people, against what two other readers measured in them."""

from pathlib import Path

import pytest

from ledger.cells.rules import plain
from ledger.readers.gateway import look

FILES = next(
    (
        each / "shared" / "data" / "spend"
        for each in Path(__file__).parents
        if (each / "shared" / "data").is_dir()
    ),
    None,
)
pytestmark = pytest.mark.skipif(FILES is None, reason="../shared/data is not here")

ORACLE = {
    "uk_calderdale_clean_2022-08.csv": ("utf-8", 1, 1956, 1956, "15901508.75", 81, "-291272.43"),
    "uk_calderdale_processed_2022-08.csv": ("utf-8", 1, 1956, 1956, "15901508.75", 81, "-291272.43"),
    "uk_salford_clean_2022-07.csv": ("utf-8", 1, 360, 349, "208515951.29", 0, "0.00"),
    "uk_warwickshire_all-december-2010.csv": ("cp1252", 3, 5278, 5278, "28555218.50", 0, "0.00"),
    "uk_warwickshire_all-april-2016.csv": ("cp1252", 1, 5232, 5232, "34844872.45", 70, "-407971.34"),
}


def whole(name):
    reading = look(FILES / name).reading()
    rows = [row for batch in reading.batches() for row in batch]
    return reading, rows


@pytest.mark.parametrize("name", ORACLE)
def test_rows_sum_and_negatives_agree_to_the_cent(name):
    reading, rows = whole(name)
    tally = reading.tally
    assert (
        reading.table.encoding, reading.header_row, tally.rows, tally.accepted, plain(tally.total), tally.negatives,
        plain(tally.negatives_total),
    ) == ORACLE[name]  # fmt: skip
    assert sum(row.amount for row in rows) == tally.total
    assert len(rows) == tally.accepted == tally.rows - tally.rejected


def test_the_one_date_that_is_none_is_flagged_and_the_row_stays():
    for name, number in (
        ("uk_warwickshire_all-december-2010.csv", 4795),
        ("uk_warwickshire_all-april-2016.csv", 4724),
    ):
        reading, rows = whole(name)
        assert [each.row for each in reading.tally.flags.kept if each.what == "date_missing"] == [number]
        assert [row.number for row in rows if row.invoice_on is None] == [number]


def test_rows_without_an_amount_are_told_and_left_out():
    reading, _ = whole("uk_salford_clean_2022-07.csv")
    assert reading.tally.faults.counts == {("amount", "AmountMissing"): 11}


def test_a_mark_that_was_encoded_twice_is_no_part_of_a_name():
    reading, _ = whole("uk_salford_clean_2022-07.csv")
    assert reading.labels[0] == "Directorate Name"


def test_company_numbers_get_their_zeros_back():
    reading, _ = whole("uk_salford_clean_2022-07.csv")
    assert "02535986" in {each.kvk_number for each in reading.suppliers}


def test_attack_11_one_code_for_many_names_stays_many_suppliers():
    reading, _ = whole("uk_warwickshire_all-april-2016.csv")
    assert len({each.name for each in reading.suppliers if each.code == "999982"}) == 32
    reading, _ = whole("uk_warwickshire_all-december-2010.csv")
    assert any(
        len({e.code for e in reading.suppliers if e.name == each.name}) == 11 for each in reading.suppliers
    )


def test_card_rows_without_a_code_are_read_with_the_blank_behind_their_amount():
    reading, rows = whole("uk_warwickshire_all-april-2016.csv")
    codeless = [row.amount for row in rows if not reading.suppliers[row.supplier].code]
    assert (len(codeless), plain(sum(codeless))) == (38, "43399.68")
