"""Customers on bare values."""

import pytest

from cwb.kernel.identifiers import PostcodeInvalid, VatIdInvalid
from ledger.customers import rules
from ledger.customers.errors import CountryUnknown, NotShifted, PrivateHasNone, VatIdOfOther


@pytest.mark.parametrize(
    ("text", "country", "kept"),
    [
        ("", "NL", None), ("nl 0000.99998.b57", "NL", "NL000099998B57"), ("DE 136 695 976", "DE", "DE136695976"),
        ("EL094259216", "GR", "EL094259216"), ("CHE123456788", "CH", "CHE123456788"),
    ],
)  # fmt: skip
def test_a_vat_id_is_kept_in_one_form(text, country, kept):
    assert rules.vat_id_of(text, country) == kept


@pytest.mark.parametrize(
    ("text", "country", "fault"),
    [
        ("NL000099998B58", "NL", VatIdInvalid), ("DE136695977", "DE", VatIdOfOther), ("DE136695976", "BE", VatIdOfOther),
        ("DE136695976", "NL", VatIdInvalid), ("GR094259216", "GR", VatIdOfOther), ("CH<>", "CH", VatIdOfOther),
        ("CH", "CH", VatIdOfOther), ("CH" + "1" * 20, "CH", VatIdOfOther),
    ],
)  # fmt: skip
def test_a_vat_id_of_another_country_or_with_a_slip_is_refused(text, country, fault):
    with pytest.raises(fault) as refused:
        rules.vat_id_of(text, country)
    assert refused.value.field == "vat_id"


def test_a_private_person_carries_no_number_of_a_business():
    rules.check_person(private=True, kvk_number="", vat_id="")
    rules.check_person(private=False, kvk_number="12345678", vat_id="NL000099998B57")
    for numbers in ({"kvk_number": "12345678", "vat_id": ""}, {"kvk_number": "", "vat_id": "NL000099998B57"}):
        with pytest.raises(PrivateHasNone):
            rules.check_person(private=True, **numbers)


@pytest.mark.parametrize(
    ("country", "vat_id", "allowed"),
    [
        ("NL", "NL000099998B57", True), ("DE", "DE136695976", True), ("DE", None, False), ("NL", None, False),
        ("CH", "CHE123456788", False), ("GB", "GB980780684", False),
    ],
)  # fmt: skip
def test_vat_is_shifted_within_the_union_to_who_has_a_vat_id(country, vat_id, allowed):
    rules.check_shift(["S", "Z", "E", "O"], country=country, vat_id=vat_id)
    if allowed:
        rules.check_shift(["AE"], country=country, vat_id=vat_id)
    else:
        with pytest.raises(NotShifted):
            rules.check_shift(["S", "AE"], country=country, vat_id=vat_id)


def test_a_dutch_postcode_is_checked_and_another_is_kept():
    assert (rules.postcode_of("1069ab", "NL"), rules.postcode_of(" SW1A  1AA ", "GB")) == (
        "1069 AB",
        "SW1A 1AA",
    )
    with pytest.raises(PostcodeInvalid):
        rules.postcode_of("10115", "NL")
    with pytest.raises(CountryUnknown):
        rules.check_country("ZZ", ["NL", "DE"])
