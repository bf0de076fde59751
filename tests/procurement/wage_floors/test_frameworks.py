"""A competition keeps the floor of its framework: rule, page's service, database."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coops.wages.gateway import wages
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.transaction import atomic
from procurement.advice.gateway import law
from procurement.competitions import services as competitions
from procurement.contracts.rules import LocalOutcome
from procurement.wage_floors import errors, services
from procurement.wage_floors.queries import find_floor
from tests.procurement.framework import Framework
from tests.procurement.world import World

FLOOR = (
    "INSERT INTO tender_wage (tender_id, floor_minor, minimum_minor, factor, cao, cao_from, cao_until, set_by_id, set_at)"
    " SELECT id, 1650, 1471, 1.32, 'Schoonmaak', '2026-01-01', '2027-12-31', author_id, created_at FROM tender"
    " WHERE framework IS NOT NULL"
)


def begun(session, folder):
    made = Framework(World(session, folder))
    made.joins("Boen", "Stof")
    with atomic(session):
        session.execute(text("ALTER TABLE tender_wage DISABLE TRIGGER keep_tender_wage"))
        session.execute(text(FLOOR))
        session.execute(text("ALTER TABLE tender_wage ENABLE TRIGGER keep_tender_wage"))
    return made


pytestmark = pytest.mark.begins(framework=begun)


@pytest.fixture
def framework(root):
    return root


@pytest.fixture
def made(framework):
    return framework.act(
        competitions.start_competition, framework.world.anna, framework=framework.contract, title="Extra",
        description="", value=Money(5_000_000), starts_on=date(2027, 3, 1), ends_on=date(2027, 6, 30),
        closes_at=framework.world.at + timedelta(days=20), law=law("nieuw_west"),
        local_outcome=LocalOutcome.LOCAL_INVITED, local_reason="Twee leveranciers werken in de wijk.",
    )  # fmt: skip


def test_a_competition_keeps_the_floor_and_the_cao_and_may_ask_more(framework, made):
    told = find_floor(framework.session, made.id)
    assert (told.floor_minor, told.framework_minor, told.cao) == (1650, 1650, "Schoonmaak")
    facts = {
        "tender": made, "wage": wages("nieuw_west").wage(local_date(framework.world.at)),
        "user_id": framework.world.anna.user_id, "at": framework.world.at,
    }  # fmt: skip
    for floor, wrong in ((1649, errors.FloorBelowFramework), (None, errors.FloorWithdrawn)):
        with pytest.raises(wrong) as fault, atomic(framework.session) as session:
            services.set_floor(session, floor_minor=floor, **facts)
        assert fault.value.field == "floor"
    with atomic(framework.session) as session:
        services.set_floor(session, floor_minor=1800, **facts)
    told = find_floor(framework.session, made.id)
    assert (told.floor_minor, told.framework_minor) == (1800, 1650)


LOWER = "UPDATE tender_wage SET floor_minor = 1649 WHERE tender_id = {made}"
GONE = "DELETE FROM tender_wage WHERE tender_id = {made}; UPDATE tender SET published_at = now() WHERE id = {made}"


@pytest.mark.parametrize(
    ("act", "refusal"), [(LOWER, "ck_tender_wage_least"), (GONE, "below the wage floor of its framework")]
)
def test_the_database_holds_it_too(framework, made, act, refusal):
    with pytest.raises(DBAPIError, match=refusal), framework.session.begin_nested():
        for each in act.format(made=made.id).split(";"):
            framework.session.execute(text(each))
