from dataclasses import replace

import pytest

from cwb.kernel.money import Money
from procurement.demands import errors, gateway, rules
from procurement.demands.rules import DemandFacts, Kind

TABLE = gateway.table()
LOT = Money.of("50000")
WHY = "Het werk loopt elke dag door, ook bij ziekte."
TURNOVER, REFERENCE, INSURANCE = "slc-stand-to-gen", "slc-abil-ref-services", "slc-stand-ins"


def demand(
    code=REFERENCE, euro=30_000, *, text="Schoonmaak van een school", reason=WHY, explanation="", number=1
):
    return DemandFacts(code, text, reason, explanation, None if euro is None else euro * 100, number)


def test_the_table_names_its_passages():
    assert (TABLE.times, TABLE.usual_times, TABLE.reference_percent) == (3, 2, 60)
    for each in (TABLE.turnover, TABLE.usual, TABLE.reference, TABLE.insurance, TABLE.certificate):
        assert each.article
        assert each.certainty in {"sure", "unverified", "setting"}


def test_a_broken_table_says_so(tmp_path):
    for text in ("", "[turnover", "[turnover]\ntimes = 3\n"):
        path = tmp_path / f"{len(text)}.toml"
        path.write_text(text)
        with pytest.raises(errors.DemandTableInvalid):
            gateway.table(path)


def test_every_code_has_one_kind_and_a_unit():
    codes = [code for kind in Kind for code in rules.CODES[kind]]
    assert len(codes) == len(set(codes)) == 7
    assert set(rules.UNITS) == set(Kind)


@pytest.mark.parametrize(
    ("given", "departs"),
    [
        (demand(), ()),
        (demand(euro=30_001), ("reference_value",)),
        (demand(number=2), ("reference_number",)),
        (demand(euro=40_000, number=3), ("reference_number", "reference_value")),
        (demand(INSURANCE, 50_000), ()),
        (demand(INSURANCE, 50_001), ("insurance_value",)),
        (demand(TURNOVER, 100_000), ("turnover_any",)),
        (demand(TURNOVER, 100_001), ("turnover_any", "turnover_usual")),
        (demand(TURNOVER, 150_000), ("turnover_any", "turnover_usual")),
        (demand("slc-sche-qu-cert-indep", None), ()),
        (demand("slc-abil-staff-qual", None), ()),
    ],
)
def test_each_departure_from_the_advice_is_explained(given, departs):
    explained = DemandFacts(
        given.code, given.text, given.reason, "Anders valt het werk stil.", given.minimum_minor, given.number
    )
    assert rules.check_demand(TABLE, explained, LOT) == departs
    if departs:
        with pytest.raises(errors.DemandExplanationMissing) as caught:
            rules.check_demand(TABLE, given, LOT)
        assert caught.value.field == "explanation"
    else:
        assert rules.check_demand(TABLE, given, LOT) == ()


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (demand(TURNOVER, 150_001, explanation=WHY), errors.DemandAboveCeiling),
        (demand("slc-none"), errors.DemandKindUnknown),
        (demand(text=" "), errors.DemandTextMissing),
        (demand(reason="moet gewoon"), errors.DemandReasonMissing),
        (demand(reason="      a     b     "), errors.DemandReasonMissing),
        (demand(euro=None), errors.DemandMinimumInvalid),
        (demand(euro=0), errors.DemandMinimumInvalid),
        (demand(euro=-5), errors.DemandMinimumInvalid),
        (demand("slc-abil-staff-qual", 10), errors.DemandMinimumInvalid),
        (demand(number=0), errors.DemandNumberInvalid),
        (demand(number=11), errors.DemandNumberInvalid),
        (demand(INSURANCE, 10, number=2), errors.DemandNumberInvalid),
    ],
)
def test_bad_input_is_refused(given, error):
    with pytest.raises(error):
        rules.check_demand(TABLE, given, LOT)


def test_demands_are_measured_by_the_smallest_lot():
    values = {7: 500_00, 8: 200_00, 9: None}
    assert rules.measure(values) == Money.of("200")
    assert rules.measure({7: None}) is None


def test_a_demand_of_one_lot_is_measured_by_that_lot():
    values = {7: 500_00, 8: 200_00, 9: None}
    assert rules.measure(values, 7) == Money.of("500")
    assert rules.measure(values, 9) is None


def test_a_bidder_meets_what_the_whole_asks_and_what_its_lot_asks():
    whole, seven, eight = demand(), replace(demand(), lot_id=7), replace(demand(), lot_id=8)
    assert rules.of_lot([whole, seven, eight], 7) == [whole, seven]
    rules.check_room([whole, *[seven] * 3], {7, 8}, None)
    rules.check_room([whole, *[seven] * 4], {7, 8}, 8)
    for lot_id in (7, None):
        with pytest.raises(errors.TooManyDemands):
            rules.check_room([whole, *[seven] * 4], {7, 8}, lot_id)


def test_without_a_value_nothing_is_measured():
    assert rules.check_demand(TABLE, demand(euro=9_999_999), None) == ()


def test_a_smaller_lot_asks_anew():
    kept = demand(euro=30_000)
    assert rules.is_explained(TABLE, kept, (), LOT)
    assert not rules.is_explained(TABLE, kept, (), Money.of("49999"))
    assert rules.is_explained(TABLE, kept, ("reference_value",), Money.of("49999"))
    high = demand(TURNOVER, 150_000)
    known = ("turnover_any", "turnover_usual")
    assert rules.is_explained(TABLE, high, known, LOT)
    assert not rules.is_explained(TABLE, high, known, Money.of("49999"))


def test_the_minimum_as_it_is_stated():
    assert rules.minimum_text(demand()) == "€\u00a030\u00a0000"
    assert rules.minimum_text(demand(number=2)) == "2 × €\u00a030\u00a0000"
    assert rules.minimum_text(demand("slc-abil-staff-qual", None)) == ""
