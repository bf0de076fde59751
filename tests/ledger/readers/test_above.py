"""What stands above a table: a total and a number of rows that the table is held to."""

import pytest

from ledger.columns.rules import Above, above
from ledger.readers import errors
from tests.ledger.readers.test_gateway import GOOD, flags, read


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (["Totaal", "", "1.210,00"], Above(121_000)), (["Totaal van het bestand: € 1.210,00"], Above(121_000)),
        (["Eindtotaal excl. btw", "-5,00"], Above(-500)), (["Aantal regels", "1.250"], Above(rows=1250)),
        (["Number of records: 3"], Above(rows=3)), (["Totaal budget", "9,00"], Above()),
        (["Totaal incl. btw", "9,00"], Above()), (["Totaal"], Above()), (["Totaal", "veel"], Above()),
        (["Aantal regels", "veel"], Above()), (["Totaal", "1,00", "2,00"], Above()), ([], Above()), ([""], Above()),
    ],
)  # fmt: skip
def test_a_total_and_a_number_of_rows_are_read_and_other_words_say_nothing(row, found):
    assert above([row], ",") == found


def test_half_a_file_that_names_its_total_above_the_table_is_refused():
    prelude = "Overzicht;juli\n\nTotaal van het bestand;%s\n"
    assert len(read(prelude % "1.210,00" + GOOD)[1]) == 3
    with pytest.raises(errors.TotalsDiffer) as refused:
        read(prelude % "3.100,00" + GOOD)
    assert (refused.value.facts["declared"].minor, refused.value.facts["found"].minor) == (310_000, 121_000)


def test_a_row_with_a_fault_is_in_the_total_and_another_number_of_rows_is_flagged():
    prelude = "Totaal;1.215,00\nAantal regels;%s\n"
    faulty = GOOD + ";F9;03-08-2026;5,00\n"
    assert "count_differs" not in [flag for _, flag in flags(read(prelude % 4 + faulty)[0])]
    reading, rows = read(prelude % 5 + faulty)
    assert (len(rows), flags(reading)[-1]) == (3, (3, "count_differs"))
