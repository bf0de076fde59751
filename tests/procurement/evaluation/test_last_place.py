"""Equals for the last place of a framework with several suppliers: people decide, and two of them stand for it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.transaction import atomic
from procurement.awards import errors as award_errors
from procurement.awards import queries as awards
from procurement.awards.rules import Result
from procurement.evaluation import errors, services
from tests.procurement.panel import Panel, ok
from tests.procurement.world import World

EQUAL = {"Glans": 4_600_000, "Boen": 4_800_000, "Stof": 4_800_000}
POINTS = {
    "Glans": {"plan": "40", "social": "30"},
    **{name: {"plan": "20", "social": "20"} for name in ("Boen", "Stof")},
}
WHY = "Loting door notaris Voorbeeld op 3 maart, in het bijzijn van twee inkopers."


def begun(session, folder):
    """Two places: Glans is first, Boen and Stof are equal; the rule is a draw."""
    world = World(session, folder)
    with atomic(world.session):
        world.tender = world.make_tender(
            framework="parallel", framework_max_minor=6_000_000, framework_parties=2, tie_break="lot",
            category="cleaning", contact_name="Anna", contact_email="a@voorbeeld.example",
        )  # fmt: skip
    made = Panel(world, EQUAL)
    made.frozen(POINTS)
    return made


pytestmark = pytest.mark.begins(panel=begun)


@pytest.fixture
def panel(root):
    return root


def draw(panel, name, actor=None):
    return panel.do(services.break_tie, actor or panel.world.anna, label=panel.label(name), reason=WHY)


def test_nothing_is_decided_before_people_did(panel, walk):
    given = services.allocation(panel.session, panel.tender)
    assert given.winners[panel.lot.id] == panel.label("Glans")
    assert set(given.ties[panel.lot.id]) == {panel.label("Boen"), panel.label("Stof")}
    with pytest.raises(award_errors.TieOpen):
        panel.prepare()
    with pytest.raises(errors.TieBreakOther):
        draw(panel, "Glans")
    page = walk(panel.world.anna).get(f"/tenders/{panel.tender.number}/evaluation/tie")
    assert "meer gelijken dan plaatsen" in ok(page, 200).text
    draw(panel, "Stof")
    assert services.allocation(panel.session, panel.tender).ties == {}
    panel.prepare()
    results = {
        each.organisation.name: each.result
        for each in awards.find_decision(panel.session, panel.tender.id).letters
    }
    assert results == {"Glans": Result.WON, "Stof": Result.WON, "Boen": Result.LOST}


def test_who_decided_does_not_send(panel):
    draw(panel, "Boen", actor=panel.world.bram)
    panel.prepare()
    panel.write("Stof")
    with pytest.raises(award_errors.TieBySamePerson):
        panel.send()
    panel.session.commit()
    decision = awards.find_decision(panel.session, panel.tender.id)
    with pytest.raises(DBAPIError, match="sent by who did not write it"), panel.session.begin_nested():
        panel.session.execute(text("UPDATE award_letter SET content = '{}'"))
        panel.session.execute(
            text(
                "UPDATE award_decision SET sent_at = now(), sent_by_id = :who, version = version + 1,"
                " standstill_until = now() + interval '60 days' WHERE id = :id"
            ),
            {"who": panel.world.bram.user_id, "id": decision.id},
        )


def test_with_as_many_places_as_equals_nothing_waits(panel):
    with atomic(panel.session) as session:
        session.execute(text("ALTER TABLE tender DISABLE TRIGGER USER"))
        session.execute(text("UPDATE tender SET framework_parties = 3"))
        session.execute(text("ALTER TABLE tender ENABLE TRIGGER USER"))
    panel.session.expire_all()
    assert services.allocation(panel.session, panel.tender).ties == {}
