"""A class of amounts in two columns: named, and one bound of it is no amount without a word."""

import pytest

from ledger.columns.errors import BandInTwoColumns
from ledger.columns.rules import ColumnMap
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
