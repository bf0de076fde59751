"""Addresses against the real pack, and against a tiny made-up one, so that nothing is hard-coded."""

from dataclasses import replace
from datetime import date

import pytest

from cwb import paths
from cwb.municipalities.rules import AddressTable, Municipalities
from cwb.places.gateway import load_area
from cwb.places.rules import BASIS_TEXT, AreaPack, Basis, Verdict, resolve

ON = date(2026, 7, 1)


@pytest.fixture(scope="module")
def area() -> AreaPack:
    return load_area(paths.area("nieuw_west"))


@pytest.mark.parametrize("postcode", ["1060 AB", "1062ab", "1069", " 1065  XY "])
def test_a_postcode_inside_is_inside_without_a_guessed_wijk(area, postcode):
    found = resolve(area, postcode, on=ON)
    assert (found.verdict, found.basis) == (Verdict.INSIDE, Basis.POSTCODE)
    assert found.wijk is None
    assert found.buurt is None
    assert (found.area_id, found.area_version) == ("nieuw_west", area.version)


@pytest.mark.parametrize("pc4", ["1043", "1047", "1057", "1058", "1059", "1061"])
def test_a_split_postcode_alone_is_unknown(area, pc4):
    found = resolve(area, f"{pc4} AB", "12", on=ON)
    assert (found.verdict, found.basis, found.wijk) == (Verdict.UNKNOWN, Basis.SPLIT, None)
    assert found.reason == BASIS_TEXT[Basis.SPLIT]


@pytest.mark.parametrize("postcode", ["1045 AB", "1055AA", "1081", "1012 AB", "3011 AB", "9999"])
def test_a_postcode_outside_the_list_is_outside(area, postcode):
    assert resolve(area, postcode, on=ON).verdict is Verdict.OUTSIDE


def test_the_naive_row_1060_to_1069_is_not_what_we_use(area):
    assert resolve(area, "1061", on=ON).verdict is Verdict.UNKNOWN
    assert resolve(area, "1046", on=ON).verdict is Verdict.INSIDE


@pytest.mark.parametrize(
    ("arguments", "verdict", "basis"),
    [
        ({"postcode": "1060 AB", "country": "DE"}, Verdict.OUTSIDE, Basis.FOREIGN),
        ({"postcode": "rubbish", "country": "be"}, Verdict.OUTSIDE, Basis.FOREIGN),
        ({"postcode": "1060 AB", "country": "Nederland"}, Verdict.UNKNOWN, Basis.UNREADABLE),
        ({"postcode": "1060 AB", "country": ""}, Verdict.UNKNOWN, Basis.UNREADABLE),
        ({"postcode": ""}, Verdict.UNKNOWN, Basis.MISSING),
        ({"postcode": None}, Verdict.UNKNOWN, Basis.MISSING),
        ({"postcode": "M5 4WT"}, Verdict.UNKNOWN, Basis.UNREADABLE),
        ({"postcode": "0106 AB"}, Verdict.UNKNOWN, Basis.UNREADABLE),
        ({"postcode": "١٠٦٠"}, Verdict.UNKNOWN, Basis.UNREADABLE),
        ({"postcode": "1060 SS"}, Verdict.UNKNOWN, Basis.UNREADABLE),
        ({"postcode": "1" * 5000}, Verdict.UNKNOWN, Basis.UNREADABLE),
        ({"postcode": "1060 AB", "street": "Postbus"}, Verdict.UNKNOWN, Basis.POSTBOX),
        ({"postcode": "1060 AB", "street": "P.O. Box 12"}, Verdict.UNKNOWN, Basis.POSTBOX),
        ({"postcode": "1060 AB", "street": "Antwoordnummer 9"}, Verdict.UNKNOWN, Basis.POSTBOX),
        ({"postcode": "1060 AB", "street": "c/o Voorbeeld"}, Verdict.UNKNOWN, Basis.CARE_OF),
        ({"postcode": "1060 AB", "street": "Voorbeeldstraat p/a X"}, Verdict.UNKNOWN, Basis.CARE_OF),
        ({"postcode": "1060 AB", "street": "Postbuslaan"}, Verdict.INSIDE, Basis.POSTCODE),
    ],
)
def test_what_proves_nothing_is_unknown_and_says_why(area, arguments, verdict, basis):
    found = resolve(area, **arguments, on=ON)
    assert (found.verdict, found.basis) == (verdict, basis)


def test_before_the_register_begins_nothing_is_known(area):
    assert resolve(area, "1060", on=date(2022, 3, 23)).basis is Basis.UNDATED
    assert resolve(area, "1060", on=date(2022, 3, 24)).verdict is Verdict.INSIDE


def test_the_variant_without_the_business_park(area):
    def without(postcode):
        return resolve(area, postcode, on=ON).variants["without_fa"]

    assert without("1046") is Verdict.OUTSIDE  # wholly in FA
    assert resolve(area, "1046", on=ON).wijk == "FA"
    assert without("1043") is Verdict.OUTSIDE  # split, but its part here is FA
    assert without("1060") is Verdict.INSIDE  # surely not FA
    assert without("1061") is Verdict.UNKNOWN
    assert without("3011") is Verdict.OUTSIDE
    assert without("rubbish") is Verdict.UNKNOWN


def test_a_postcode_alone_never_proves_a_focusbuurt(area):
    assert resolve(area, "1063", on=ON).variants["focus"] is Verdict.UNKNOWN
    assert resolve(area, "1061", on=ON).variants["focus"] is Verdict.OUTSIDE  # FM01 and FM02 are none


def test_an_address_table_decides_where_the_postcode_cannot(area):
    places = {("1061 AB", 12): "FM02", ("1061 AB", 14): "ED01", ("1063 AA", 1): "FC02"}
    table = AddressTable("test", date(2025, 1, 1), places)
    dated = replace(area, addresses=table)
    inside = resolve(dated, "1061ab", "12-hs", on=ON)
    assert (inside.verdict, inside.basis) == (Verdict.INSIDE, Basis.ADDRESS)
    assert (inside.wijk, inside.buurt) == ("FM", "FM02")
    assert inside.variants == {
        "without_fa": Verdict.INSIDE, "focus": Verdict.OUTSIDE, "amsterdam": Verdict.INSIDE, "mra": Verdict.INSIDE,
    }  # fmt: skip
    assert resolve(dated, "1061 AB", 14, on=ON).verdict is Verdict.OUTSIDE
    assert resolve(dated, "1061 AB", "hoek", on=ON).basis is Basis.SPLIT
    assert resolve(dated, "1061 AB", 12, on=date(2024, 12, 31)).basis is Basis.SPLIT
    assert resolve(dated, "1063 AA", 1, on=ON).variants["focus"] is Verdict.INSIDE


AROUND = Municipalities(
    "test", date(2025, 1, 1),
    {"1061": frozenset({"0363"}), "1012": frozenset({"0363"}), "1115": frozenset({"0363", "0437"}),
     "1211": frozenset({"0402"}), "3011": frozenset({"0599"}), "1216": frozenset({"0402", "0344"})},
)  # fmt: skip


@pytest.mark.parametrize(
    ("address", "amsterdam", "mra"),
    [
        ({"postcode": "1060 AB"}, Verdict.INSIDE, Verdict.INSIDE),  # in the area itself
        ({"postcode": "1061 AB"}, Verdict.INSIDE, Verdict.INSIDE),  # half in the area, whole in the gemeente
        ({"postcode": "1012 AB"}, Verdict.INSIDE, Verdict.INSIDE),
        ({"postcode": "1115"}, Verdict.UNKNOWN, Verdict.INSIDE),  # two gemeenten of the region
        ({"postcode": "1211 AB"}, Verdict.OUTSIDE, Verdict.INSIDE),
        ({"postcode": "1216 AB"}, Verdict.OUTSIDE, Verdict.UNKNOWN),  # one of them no part of the region
        ({"postcode": "3011 AB"}, Verdict.OUTSIDE, Verdict.OUTSIDE),
        ({"postcode": "9999 AB"}, Verdict.UNKNOWN, Verdict.UNKNOWN),  # not in the table
        (
            {"postcode": "1012 AB", "on": date(2024, 12, 31)},
            Verdict.UNKNOWN,
            Verdict.UNKNOWN,
        ),  # before the table
        ({"postcode": "1012 AB", "country": "BE"}, Verdict.OUTSIDE, Verdict.OUTSIDE),
        ({"postcode": "1012 AB", "street": "Postbus 1"}, Verdict.UNKNOWN, Verdict.UNKNOWN),
        ({"postcode": "rubbish"}, Verdict.UNKNOWN, Verdict.UNKNOWN),
    ],
)
def test_areas_around_this_one_are_told_by_gemeente(area, address, amsterdam, mra):
    found = resolve(replace(area, municipalities=AROUND), **{"on": ON, **address})
    assert (found.variants["amsterdam"], found.variants["mra"]) == (amsterdam, mra)


def test_without_a_table_only_what_lies_in_the_area_lies_around_it(area):
    alone = replace(area, municipalities=None)
    assert resolve(alone, "1060", on=ON).variants["mra"] is Verdict.INSIDE
    assert resolve(alone, "1061", on=ON).variants["mra"] is Verdict.UNKNOWN
    assert resolve(alone, "3011", on=ON).variants["mra"] is Verdict.UNKNOWN


def test_the_areas_are_nested_from_inside_out(area):
    amsterdam, region = (set(each.gemeenten) for each in area.variants if each.gemeenten)
    assert amsterdam < region
    assert len(region) == 30
    assert set(area.municipalities.codes) == set(area.postcodes)


def test_a_category_is_the_longest_beginning_that_fits(area):
    assert area.category_of("90910000").id == "cleaning"
    assert area.category_of("90500000").id == "circular"
    assert area.category_of("85312110").id == "childcare"
    assert area.category_of("85000000").id == "care"
    assert area.category_of("11111111").id == "other"
    assert area.category_of(None).id == "other"
    assert replace(area, categories=()).category_of("90910000") is None
