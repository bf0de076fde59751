from datetime import date

import pytest

from coops.enrolment import errors, rules
from cwb import paths
from cwb.places.gateway import load_addresses, load_area
from cwb.places.rules import resolve

AREA = load_area(paths.area("nieuw_west"))
DAY = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("postcode", "street", "possible"),
    [
        ("1068 EH", "Osdorpplein", set(AREA.wijken) - {"FA"}),
        ("1046 AA", "Straat", set()),
        ("1061 AA", "Straat", {"FM"}),
        ("1058 AA", "Straat", {"FM", "FP"}),
        ("1043 AA", "Straat", {"FA"}),
        ("1045 AA", "Straat", set()),
        ("1011 AA", "Straat", set()),
        ("1068 EH", "Postbus 3", set()),
        ("9", "Straat", set()),
    ],
)
def test_a_wijk_is_said_only_where_the_postcode_alone_is_known_and_touches_it(postcode, street, possible):
    place = resolve(AREA, postcode, "1", on=DAY, street=street)
    assert set(rules.possible_wijken(AREA, place, postcode, on=DAY)) == possible
    assert rules.said_wijk("", possible) is None
    for code in AREA.wijken:
        if not possible or code in possible:
            assert rules.said_wijk(code, possible) == (code if possible else None), "what is proven wins"
        else:
            with pytest.raises(errors.WijkElsewhere) as refused:
                rules.said_wijk(code, possible)
            assert refused.value.field == "wijk"


@pytest.mark.parametrize(("postcode", "number"), [("1068 EH", 1), ("1069 AB", 1), ("1068 AB", 12)])
def test_the_example_knows_the_postcodes_that_it_shows(postcode, number):
    table = load_addresses(paths.area("nieuw_west") / "demo_addresses.csv", "nieuw_west")
    assert table.buurten[postcode, number] in AREA.buurten
