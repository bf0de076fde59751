from copy import deepcopy
from datetime import UTC, date, datetime

import pytest

from procurement.ocds import rules
from procurement.ocds.rules import Party

BUYER = Party(
    "u-1",
    "Gemeente Voorbeeld",
    "90000001",
    "public_body",
    "municipality",
    "Plein 1",
    "1011 AA",
    "Amsterdam",
    "post@voorbeeld.example",
)
COOP = Party("u-2", "Glans", "90000002", "cooperative", None, "Straat 2", "1069 AB", "Amsterdam")

WHOLE = {
    "parties": [
        rules.organisation(BUYER, ["buyer", "procuringEntity", "payer"]), rules.organisation(COOP, ["supplier", "payee"]),
    ],
    "buyer": BUYER.reference(),
    "tender": {
        "id": "T-2026-0001", "procuringEntity": BUYER.reference(), "lots": [{"id": "LOT-0001"}],
        "items": [{"id": "1", "relatedLot": "LOT-0001"}],
    },
    "awards": [{"id": "A", "suppliers": [COOP.reference()], "relatedLots": ["LOT-0001"]}],
    "contracts": [
        {"id": "C", "awardID": "A", "implementation": {"transactions": [
            {"id": "x", "payer": BUYER.reference(), "payee": COOP.reference()},
        ]}},
    ],
}  # fmt: skip


def changed(path, value):
    found = deepcopy(WHOLE)
    *way, last = path
    place = found
    for step in way:
        place = place[step]
    place[last] = value
    return found


def test_what_holds_together_has_no_faults():
    assert rules.faults(WHOLE) == []


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("buyer", "id"), "NL-KVK-1", "buyer NL-KVK-1 is no party"),
        (
            ("tender", "procuringEntity", "id"),
            "NL-KVK-90000002",
            "procuringEntity NL-KVK-90000002 lacks the role",
        ),
        (("awards", 0, "suppliers", 0, "id"), "NL-KVK-90000001", "suppliers NL-KVK-90000001 lacks the role"),
        (("awards", 0, "relatedLots"), ["LOT-0002"], "relatedLots LOT-0002 is not there"),
        (("awards", 0, "relatedBid"), "B", "relatedBid B is not there"),
        (("contracts", 0, "awardID"), "B", "awardID B is not there"),
        (("tender", "items", 0, "relatedLot"), "LOT-0009", "relatedLot LOT-0009 is not there"),
        (("tender", "lots"), [{"id": "LOT-0001"}, {"id": "LOT-0001"}], "twice: /tender/lots LOT-0001"),
        (
            ("contracts", 0, "implementation", "transactions", 0, "payee", "id"),
            "NL-KVK-90000001",
            "payee NL-KVK-90000001 lacks the role",
        ),
    ],
)
def test_what_is_named_must_be_there(path, value, fault):
    assert rules.faults(changed(path, value)) == [fault]


def test_amounts_are_exact_to_the_cent():
    assert rules.value(4_800_000) == {"amount": 48000, "currency": "EUR"}
    assert rules.value(4_711_833)["amount"] == 47118.33
    assert all(
        f"{rules.value(minor)['amount']:.2f}" == f"{minor // 100}.{minor % 100:02}"
        for minor in range(99_000, 101_000)
    )
    assert repr(rules.value(99_999_999_999_99)["amount"]) == "99999999999.99"


def test_days_are_those_of_amsterdam():
    assert rules.first_moment(date(2027, 1, 1)) == "2026-12-31T23:00:00Z"
    assert rules.last_moment(date(2027, 7, 1)) == "2027-07-01T21:59:59Z"
    assert rules.instant(datetime(2026, 9, 1, 10, 0, 0, 999, UTC)) == "2026-09-01T10:00:00Z"


@pytest.mark.parametrize(
    ("cpv", "kind"),
    [
        ("45000000", "works"),
        ("90910000", "services"),
        ("50312000", "services"),
        ("48000000", "goods"),
        ("03000000", "goods"),
    ],
)
def test_the_kind_follows_from_the_code(cpv, kind):
    assert rules.category(cpv) == kind


def test_a_natural_person_has_no_name_number_or_address():
    person = Party(
        "0192",
        "Jansen Klussen",
        "90000003",
        "sole_trader",
        None,
        "Thuis 3",
        "1069 AB",
        "Amsterdam",
        "jan@voorbeeld.example",
    )
    made = rules.organisation(person, ["supplier"], {"name": "Inkoop"})
    assert made == {
        "id": "0192",
        "name": "Eenmanszaak",
        "roles": ["supplier"],
        "details": {"scale": "selfEmployed"},
    }
    assert person.reference() == {"id": "0192", "name": "Eenmanszaak"}


def test_a_partnership_keeps_its_street_to_itself():
    made = rules.organisation(
        Party("u", "Samen", "90000004", "partnership", None, "Thuis 3", "1069 AB", "Amsterdam"), ["supplier"]
    )
    assert "streetAddress" not in made["address"]
    assert made["identifier"]["id"] == "90000004"
    assert "streetAddress" in rules.organisation(COOP, ["supplier"])["address"]


def test_the_core_knows_no_extension():
    release = deepcopy(WHOLE) | {"bids": {"statistics": []}}
    release["tender"]["lots"][0]["awardCriteria"] = {"criteria": []}
    assert rules.extensions_in(release) == ["awardCriteria", "bids", "lots", "organizationClassification"]
    core = rules.core_only(release)
    assert rules.extensions_in(core) == []
    assert core["tender"]["items"] == [{"id": "1"}]
    assert "details" not in core["parties"][1]
    assert core["contracts"] == release["contracts"]


def test_every_extension_has_its_address_and_every_field_its_extension():
    assert set(rules._FIELDS.values()) <= set(rules.EXTENSIONS)
    assert all(
        url.startswith("https://") and url.endswith("/extension.json") for url in rules.EXTENSIONS.values()
    )


def test_releases_stand_in_order():
    one = {"ocid": "o", "id": "1", "date": "2026-01-02T00:00:00Z"}
    two = {"ocid": "o", "id": "2", "date": "2026-01-01T00:00:00Z"}
    other = {"ocid": "p", "id": "3", "date": "2026-01-01T00:00:00Z"}
    assert rules.out_of_order([two, one, other]) == []
    assert rules.out_of_order([one, other, two]) == ["2 is dated before the release in front of it"]
    assert rules.out_of_order([one, one]) == ["1 stands twice"]
