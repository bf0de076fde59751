"""What the tender section of a release tells, and what it leaves out."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from procurement.chronicle.rules import AmendmentFacts, ComplaintFacts, LotFacts, Setting, TenderFacts
from procurement.demands.rules import CODE_TEXTS, DemandFacts
from procurement.notices.rules import DEMAND_TYPES, LABELS, tender_section
from procurement.ocds import rules as ocds
from procurement.rectification.rules import ALWAYS_SUBSTANTIAL, TEXTS
from procurement.wage_floors.rules import Floor

AT = datetime(2026, 9, 1, 8, tzinfo=UTC)
LATER = AT + timedelta(days=30)
SETTING = Setting("https://voorbeeld.example", "ocds-abc123", "NL32B", {}, {}, {})
BUYER = ocds.Party("u", "Gemeente", "12345678", "public_body")
LOT = LotFacts(1, "Binnen", "", None, ())
FACTS = TenderFacts(
    number="T-2026-0001", buyer=BUYER, title="Schoonmaak", description="", requirements="", cpv="90910000",
    cpv_name="", place="", value_minor=None, starts_on=None, ends_on=None, method="open", method_details="",
    method_reason="", reservation=None, formula="", lots=(LOT, replace(LOT, number=2, title="Buiten")),
    published_at=AT, questions_until=None, closes_at=LATER, awarded_at=None, completed_at=None, cancelled_at=None,
    cancel_reason="", unsuccessful_at=None, unsuccessful_reason="", tenderers=0, amendments=(), notas=(), awards=(),
    contracts=(), need=None, public_from=AT,
)  # fmt: skip


def section(at=LATER, **facts):
    return tender_section(replace(FACTS, **facts), (), at, SETTING)


def test_demands_stand_as_selection_criteria_without_the_reasons_of_the_buyer():
    asked = [
        DemandFacts("slc-abil-ref-services", "Ervaring met scholen", "Geheim", "Ook geheim", 2_500_050, 2),
        DemandFacts("slc-stand-to-gen", "Omzet", "Geheim", "Ook geheim", 10_000_000),
        DemandFacts("slc-suit-reg-prof", "Register", "Geheim"),
    ]
    found = section(demands=asked)["selectionCriteria"]["criteria"]
    assert [(each["type"], each.get("minimum")) for each in found] == [
        ("technical", "2 x 25000.50 EUR"), ("economic", "100000.00 EUR per jaar"), ("suitability", None),
    ]  # fmt: skip
    assert "eheim" not in str(found)
    assert set(DEMAND_TYPES) == set(CODE_TEXTS)
    assert "selectionCriteria" not in section()


def test_a_demand_of_one_lot_stands_with_that_lot():
    own = DemandFacts("slc-stand-ins", "Verzekering voor hoogte", "Geheim", minimum_minor=50_000_000)
    found = section(lots=(LOT, replace(LOT, number=2, title="Buiten", demands=[own])))
    assert "selectionCriteria" not in found
    assert ["selectionCriteria" in each for each in found["lots"]] == [False, True]
    (told,) = found["lots"][1]["selectionCriteria"]["criteria"]
    assert (told["description"], told["minimum"]) == ("Verzekering voor hoogte", "500000.00 EUR")
    assert "selectionCriteria" in ocds.extensions_in({"tender": found})


def test_what_came_of_a_complaint_is_a_document_from_its_publishing_on():
    told = ComplaintFacts("u-1", "gegrond", "Vergelijkbaar werk telt ook.", [2], LATER)
    assert all(each["documentType"] != "complaints" for each in section(AT, complaints=[told])["documents"])
    (paper,) = [
        each for each in section(complaints=[told])["documents"] if each["documentType"] == "complaints"
    ]
    assert (paper["title"], paper["description"]) == ("Klacht: gegrond", "Vergelijkbaar werk telt ook.")
    assert paper["relatedLots"] == ["LOT-0002"]
    assert paper["url"] == "https://voorbeeld.example/tenders/T-2026-0001/complaints"


def test_a_change_tells_what_was_and_what_is():
    change = AmendmentFacts(
        AT, "Er stond een fout.", LATER - timedelta(days=1), LATER, is_content=True,
        changes=[
            ("criterion:2:plan", "Oud", "Nieuw"), ("framework_max_minor", "5000000", "6000050"),
            ("starts_on", "2026-10-01", "2026-11-01"), ("requirements", "", "Nieuw"),
        ],
    )  # fmt: skip
    (told,) = section(amendments=[change])["amendments"]
    assert told["unstructuredChanges"] == [
        {"where": {"label": "tender.tenderPeriod.endDate"}, "oldValue": {"date": "2026-09-30T08:00:00Z"},
         "newValue": {"date": "2026-10-01T08:00:00Z"}},
        {"where": {"label": "tender.lots.awardCriteria.criteria (plan)"}, "relatedLot": "LOT-0002",
         "oldValue": {"text": "Oud"}, "newValue": {"text": "Nieuw"}},
        {"where": {"label": "tender.techniques.frameworkAgreement"}, "oldValue": {"text": "50000.00 EUR"},
         "newValue": {"text": "60000.50 EUR"}},
        {"where": {"label": "tender.contractPeriod.startDate"}, "oldValue": {"date": "2026-10-01"},
         "newValue": {"date": "2026-11-01"}},
        {"where": {"label": "tender.eligibilityCriteria"}, "newValue": {"text": "Nieuw"}},
    ]  # fmt: skip


def test_whatever_can_be_rectified_has_its_place_in_a_release():
    assert set(LABELS) == ALWAYS_SUBSTANTIAL | TEXTS | {"apply_until"}  # a lower demand opens applying again


def test_a_lot_that_is_stopped_alone_says_why_and_only_from_then_on():
    lots = (LOT, replace(LOT, number=2, ended=(LATER, "cancelled"), ended_reason="Geen geld."))
    assert "amendments" not in section(AT, lots=lots)
    assert section(lots=lots)["amendments"] == [{
        "id": "lot-2-cancelled", "date": ocds.instant(LATER), "rationale": "Geen geld.",
        "description": "Alleen perceel 2.",
    }]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, None),
        ({"urgent_reason": "Lekkage."}, {"isAccelerated": True, "acceleratedRationale": "Lekkage."}),
        (
            {"lots": (replace(LOT, outside=True),)},
            {
                "features": "Buiten de Europese procedure: perceel 1 (Aanbestedingswet 2012, art. 2.18 en 2.19)."
            },
        ),
    ],
)
def test_what_is_unusual_in_the_procedure_is_told(facts, expected):
    assert section(**facts).get("procedure") == expected


@pytest.mark.parametrize(
    ("kind", "parties", "expected"),
    [
        ("single", None, {"method": "withoutReopeningCompetition", "maximumParticipants": 1}),
        ("parallel", 3, {"method": "withAndWithoutReopeningCompetition", "maximumParticipants": 3}),
        ("parallel", None, {"method": "withAndWithoutReopeningCompetition"}),
    ],
)
def test_a_framework_tells_with_how_many_and_whether_competition_comes_back(kind, parties, expected):
    found = section(framework=kind, framework_parties=parties)["techniques"]
    assert found == {"hasFrameworkAgreement": True, "frameworkAgreement": expected}


def test_the_core_alone_holds_nothing_of_it():
    asked = [DemandFacts("slc-stand-ins", "Verzekering", "Een reden die lang is", minimum_minor=100)]
    left = ocds.core_only({"tender": section(demands=asked, urgent_reason="Lekkage.", framework="single")})
    assert not {"selectionCriteria", "procedure", "techniques", "lots"} & set(left["tender"])
    assert ocds.extensions_in({"tender": section(demands=asked)}) == [
        "awardCriteria",
        "location",
        "lots",
        "selectionCriteria",
    ]


def test_the_lowest_wage_stands_as_a_target_with_its_agreement():
    floor = Floor(1_650, 1_471, Decimal("1.3"), "Schoonmaak", date(2026, 1, 1), date(2026, 12, 31))
    (told,) = section(floor=floor)["targets"]
    (seen,) = told["observations"]
    assert (seen["value"], seen["unit"]["id"]) == ({"amount": 16.5, "currency": "EUR"}, "HUR")
    assert "Cao: Schoonmaak." in told["description"]
    assert seen["period"]["startDate"].startswith("2025-12-31T23")
    assert "targets" not in section()
    assert "metrics" in ocds.extensions_in({"tender": section(floor=floor)})
