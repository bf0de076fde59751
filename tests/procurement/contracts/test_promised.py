"""What a bid promised beside its price stands in its contract: costs over the life."""

import json
from datetime import date

import pytest
from sqlalchemy import select

from cwb.identity.models import User
from cwb.kernel import clock, events, feature
from cwb.kernel.money import Money
from cwb.kernel.transaction import atomic
from ledger.vat.rules import VatCode
from procurement.contracts import queries, rules, services
from procurement.contracts.rules import LocalOutcome
from procurement.publication.models import Release
from procurement.standstill import services as standstill
from tests.procurement.panel import Panel, ok
from tests.procurement.scorings import SCORINGS
from tests.procurement.world import World

PRICES = {"Glans": 4_800_000, "Boen": 4_700_000, "Stof": 4_600_000}


def begun(session, folder):
    """A tender on life-cycle costs, with its award definitive."""
    world = World(session, folder)
    world.rank_by(SCORINGS["life_cycle_cost"])
    made = Panel(world, PRICES)
    events.listen(
        made.session, events.gather([each.listeners for each in feature.load(("ledger", "coops", "procurement"))])
    )  # fmt: skip
    label = made.frozen({}).outcome["winner"]
    made.won = next(name for name in PRICES if made.label(name) == label)
    made.prepare()
    for name in PRICES:
        if name != made.won:
            made.write(name)
    made.world.at = made.send().standstill_until
    made.do(standstill.make_definitive, world.anna)
    return made


pytestmark = pytest.mark.begins(panel=begun)


@pytest.fixture
def panel(root):
    return root


def test_promised_costs_are_in_the_contract_its_pages_its_paper_and_open_data(
    panel, sign_in_user, monkeypatch
):
    winner = panel.won
    lines = rules.instalments(Money(PRICES[winner]), 12, "Levering", VatCode.STANDARD)
    made = panel.do(
        services.make_contract, panel.world.anna, lot=panel.lot, lines=lines, starts_on=date(2027, 1, 1),
        ends_on=date(2034, 12, 31), payment_days=30,
    )  # fmt: skip
    found = queries.contract(panel.session, made.number)
    costs = queries.promised(panel.session, found).costs
    kept = panel.bids[panel.suppliers[winner].organisation_id].content["costs"]
    assert [(each.name, each.first, each.last, minor) for each, minor in costs] == [
        ("Stroom", 1, 8, kept["k1"]), ("Ophalen", 8, 8, kept["k2"]),
    ]  # fmt: skip
    monkeypatch.setattr(clock, "now", lambda: panel.at)
    for person in (panel.world.anna, panel.suppliers[winner]):
        browser = sign_in_user(panel.session.get(User, person.user_id))
        for page in ("", "/sign"):
            shown = browser.get(f"/contracts/{made.number}{page}")
            if shown.status_code == 200:
                assert "Beloofde kosten na de koop" in shown.text
        assert ok(browser.get(f"/contracts/{made.number}"), 200).text.count("Stroom") == 1
        assert ok(browser.get(f"/contracts/{made.number}/contract.pdf"), 200).data[:4] == b"%PDF"
    with atomic(panel.session) as session:
        services.examine_local_option(
            session, contract=made, outcome=LocalOutcome.LOCAL_CHOSEN, reason="De winnaar zit hier.",
            actor=panel.world.anna, at=panel.at,
        )  # fmt: skip
    for who in (panel.world.anna, panel.suppliers[winner]):
        with atomic(panel.session) as session:
            services.sign_contract(session, contract=made, version=1, actor=who, at=panel.at)
    told = panel.session.scalars(
        select(Release.content).where(Release.tender_id == panel.tender.id, Release.tag == "contract")
    ).one()
    [contract] = json.loads(told)["contracts"]
    assert [each["title"] for each in contract["agreedMetrics"]] == ["Stroom", "Ophalen"]
