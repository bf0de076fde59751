"""Where a payment went, as banks write it: the postcode beside the town, before it, or in a loose line."""

import pytest

from ledger.papers.rules import with_postcode

NOTHING = {"street": "", "postcode": "", "city": ""}


@pytest.mark.parametrize(
    ("told", "lines", "street", "postcode", "city"),
    [
        ({"city": "1063 AB Amsterdam"}, (), "", "1063 AB", "Amsterdam"),
        ({"city": "NL-1063AB"}, (), "", "1063 AB", ""),
        ({"street": "Weg 1"}, ("Weg 1", "1063 AB  AMSTERDAM"), "Weg 1", "1063 AB", "AMSTERDAM"),
        ({"street": "1063AB Amsterdam"}, ("1063AB Amsterdam",), "", "1063 AB", "Amsterdam"),
        ({"postcode": "1064 AB", "city": "1063 AB Amsterdam"}, (), "", "1064 AB", "1063 AB Amsterdam"),
        ({"city": "Amsterdam"}, ("1012 is een jaar",), "", "", "Amsterdam"),
        ({"city": "1063 SS Amsterdam"}, (), "", "", "1063 SS Amsterdam"),
        ({"city": "2000 to 2001"}, (), "", "", "2000 to 2001"),
    ],
)
def test_a_postcode_is_found_where_banks_write_it(told, lines, street, postcode, city):
    found = with_postcode(NOTHING | told, lines)
    assert (found["street"], found["postcode"], found["city"]) == (street, postcode, city)
