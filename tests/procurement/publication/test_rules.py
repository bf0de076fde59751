"""What a release says of a contract with costs over the life."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from procurement.chronicle.rules import AwardFacts, ContractFacts, CostFacts, Happening, MilestoneFacts, Tag
from procurement.ocds import rules as ocds
from procurement.publication.rules import Around, release
from procurement.resident_work.rules import ShareFacts
from tests.procurement.notices.test_rules import AT, FACTS, LATER, SETTING

WINNER = ocds.Party("w", "Glans", "87654321", "cooperative")
AWARD = AwardFacts(1, [1], [WINNER], 4_000_000, AT, AT, None)
CONTRACT = ContractFacts(
    "C-2026-0001", 1, "Ledverlichting", [WINNER], 4_000_000, date(2027, 1, 1), date(2036, 12, 31), LATER
)


def told(contract):
    facts = replace(FACTS, awards=[AWARD], contracts=[contract], awarded_at=AT)
    return release(
        facts, Happening(Tag.CONTRACT, "contract", LATER), ocid="ocds-abc123-T-1", number=1, dated=LATER,
        around=Around({}), setting=SETTING,
    )  # fmt: skip


def test_promised_yearly_costs_are_agreed_metrics_of_the_contract():
    found = told(
        replace(CONTRACT, costs=[CostFacts("Stroom", 1, 10, 120_050), CostFacts("Ophalen", 10, 10, 0)])
    )
    power, end = found["contracts"][0]["agreedMetrics"]
    assert power == {
        "id": "cost-1", "title": "Stroom",
        "observations": [{
            "id": "cost-1-yearly", "value": {"amount": 1200.5, "currency": "EUR"},
            "period": {"startDate": "2026-12-31T23:00:00Z", "endDate": "2036-12-28T22:59:59Z"},
            "notes": "Per jaar, van jaar 1 tot en met jaar 10, zonder btw.",
        }],
    }  # fmt: skip
    assert end["observations"][0]["value"]["amount"] == 0
    assert "metrics" in ocds.extensions_in(found)
    assert ocds.faults(found) == []


def test_without_them_there_are_none_and_the_core_leaves_them_out():
    assert "agreedMetrics" not in told(CONTRACT)["contracts"][0]
    core = ocds.core_only(told(replace(CONTRACT, costs=[CostFacts("Stroom", 1, 2, 5)])))
    assert "agreedMetrics" not in core["contracts"][0]


def test_promises_in_figures_are_agreed_and_the_part_of_residents_is_measured():
    """A report counts from being verified until a correction takes its place; hours and people are told nowhere."""
    promise = MilestoneFacts(
        "m1", "Uren voor bewoners", "1200,5 uur", date(2027, 12, 31), (), Decimal("1200.5"), "uur"
    )
    first = ShareFacts("r1", WINNER.id, date(2027, 1, 1), date(2027, 6, 30), 62, AT, LATER)
    better = replace(first, public_id="r2", percent=58, verified_at=LATER, replaced_at=None)
    later = replace(better, public_id="r3", verified_at=LATER + timedelta(seconds=1))
    found = told(replace(CONTRACT, milestones=[promise], shares=[first, better, later]))
    (contract,) = found["contracts"]
    assert contract["agreedMetrics"] == [{
        "id": "promise-m1", "title": "Uren voor bewoners",
        "observations": [{
            "id": "promise-m1-agreed", "measure": 1200.5, "unit": {"name": "uur"},
            "period": {"startDate": "2026-12-31T23:00:00Z", "endDate": "2027-12-31T22:59:59Z"},
        }],
    }]  # fmt: skip
    (measured,) = contract["implementation"]["metrics"]
    assert [(each["id"], each["measure"]) for each in measured["observations"]] == [("r2", 58)]
    assert measured["id"] == f"residents-{WINNER.id}"
    assert "metrics" in ocds.extensions_in(found)
    assert ocds.faults(found) == []
    assert "implementation" not in ocds.core_only(found)["contracts"][0]
