"""Classes of amounts, and amounts that say minus twice: named, and nothing is taken for an amount without a word."""

import pytest

from cwb.kernel.money import Money
from ledger.cells.rules import band, is_class
from ledger.columns.errors import BandInTwoColumns
from ledger.columns.rules import ColumnMap
from ledger.readers.errors import BandedAmounts
from ledger.readers.gateway import look
from tests.ledger.readers.test_gateway import flags


@pytest.mark.parametrize(
    ("low", "high"),
    [("Bedrag van", "Bedrag tot"), ("Amount from", "Amount to"), ("Ondergrens", "Bovengrens")],
)
def test_a_class_in_two_columns_is_named_and_one_bound_is_no_amount_without_a_word(low, high):
    content = f"Leverancier;Factuurnummer;Factuurdatum;{low};{high}\nAlfa;1;2026-07-01;10000;20000\n".encode()
    found = look(content)
    with pytest.raises(BandInTwoColumns) as refused:
        found.reading()
    assert (refused.value.facts["low"], refused.value.facts["high"]) == (low, high)
    assert "cwb spend bounds" in refused.value.text()
    fields = {**found.guess.map.fields, "supplier_name": "Leverancier", "amount": high}
    assert (1, "band_edge") in flags(found.reading(ColumnMap(fields)))


def test_a_contract_from_and_until_is_no_class():
    content = b"Leverancier;Factuurdatum;Bedrag;Contract van;Contract tot\nAlfa;2026-07-01;1,00;2026-01-01;2026-12-31\n"
    assert look(content).reading().columns.fields["amount"] == "Bedrag"


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [
        ("€ 10.000 - € 20.000", 10_000, 20_000),
        ("10.000–20.000", 10_000, 20_000),
        ("10,000 - 20,000", 10_000, 20_000),
        ("€ 10 000 t/m € 20 000", 10_000, 20_000),
        ("10k-20k", 10_000, 20_000),
        ("10-20k", 10_000, 20_000),
        ("tussen 1 en 5 mln", 1_000_000, 5_000_000),
        ("1 - 10.000", 1, 10_000),
        ("tot 10.000", 0, 10_000),
        ("≤ 10 duizend", 0, 10_000),
        ("maximaal € 10.000,-", 0, 10_000),
        ("> 1.000.000", 1_000_000, None),
        ("meer dan € 1,5 mln", 1_500_000, None),
        ("1 mio en hoger", 1_000_000, None),
    ],
)
def test_a_class_is_read_however_it_is_written(cell, low, high):
    assert band(cell) == (low * 100, high and high * 100)
    assert is_class(cell)


@pytest.mark.parametrize(
    "cell", ["", "10.000", "€ 1.250,00-", "12,50 C", "1", "13", "2026-0012", "n.v.t.", "Alfa"]
)
def test_what_is_no_class(cell):
    assert not is_class(cell)


@pytest.mark.parametrize("label", ["Bedrag", "Bedrag excl. btw"])
def test_a_column_of_amounts_that_holds_classes_says_so_guessed_and_chosen(label):
    rows = "Alfa;1;2026-07-01;€ 10.000 - € 20.000\nBeta;2;2026-07-01;tot 10.000\n"
    found = look(f"Leverancier;Factuurnummer;Factuurdatum;{label}\n{rows}".encode())
    fields = {"supplier_name": "Leverancier", "invoice_date": "Factuurdatum", "amount": label}
    for chosen in (None, ColumnMap(fields)):
        with pytest.raises(BandedAmounts) as refused:
            list(found.reading(chosen).batches())
        assert refused.value.facts == {"low": Money(1_000_000), "high": Money(3_000_000)}


def test_credit_and_a_minus_together_are_flagged_with_their_row_quick_or_careful():
    head = "Leverancier;Factuurnummer;Factuurdatum;Bedrag;D/C\n"
    rows = "A;1;2026-07-01;100,00;D\nA;2;2026-07-01;-100,00;C\nA;3;2026-07-01;100,00-;C\nA;4;2026-07-01;-5,00;D\n"
    found = look((head + rows).encode()).reading()
    assert [row.amount for batch in found.batches() for row in batch] == [10_000, 10_000, 10_000, -500]
    assert flags(found) == [(3, "double_minus"), (4, "double_minus")]
