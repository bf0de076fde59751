"""A joint bid that is the second winner of a framework: its members are named, each signs, then it takes part."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import User
from cwb.kernel import clock
from cwb.notifications.models import Mail
from procurement.call_offs import errors, policy, queries
from procurement.call_offs.rules import Rule
from procurement.participation import services
from tests.procurement.panel import ok
from tests.procurement.together import Together


@pytest.fixture
def framework(world, make_framework):
    """Glans won alone; Boen, the second, bid with B and C."""
    alone = world.bid_of

    def bid_of(actor, **facts):
        if actor.organisation_name != "Boen":
            return alone(actor, **facts)
        world.together = Together(world, actor, **facts)
        world.together.ready()
        world.together.sign()
        world.together.hand_in()
        return world.together.bid

    world.bid_of = bid_of
    return make_framework(Rule.ROTATION, parties=2)


def second(framework):
    return queries.parties(framework.session, framework.contract.id)[1]


def join(framework, actor):
    party = queries.party(framework.session, second(framework).public_id)
    return framework.act(services.join, actor, party=party)


def test_members_are_named_and_each_hears_it(framework):
    party, team = second(framework), framework.world.together
    wanted = [each.organisation_id for each in (team.lead, team.one, team.two)]
    assert [(each.organisation_id, each.share) for each in party.members] == list(
        zip(wanted, (6000, 2500, 1500), strict=True)
    )
    assert party.name == "Boen, Lid B en Lid C (combinatie)"
    sent = framework.session.scalars(select(Mail.recipient).where(Mail.key.like("%framework-%"))).all()
    people = {framework.session.get_one(User, each.user_id).email for each in (team.lead, team.one, team.two)}
    assert people <= set(sent)


def test_it_takes_part_when_the_last_member_signed(framework):
    team = framework.world.together
    for actor in (team.two, team.lead, team.lead):
        assert join(framework, actor).joined_at is None
    assert not second(framework).is_awaited(team.lead.organisation_id)
    assert len(queries.candidates(framework.session, framework.contract.id)) == 1
    with pytest.raises(errors.NotYourFramework):
        join(framework, framework.panel.suppliers["Stof"])
    assert join(framework, team.one).joined_at is not None
    framework.answer(framework.order(), "Glans")
    assert framework.order().party.supplier_id == team.lead.organisation_id
    assert not policy.may_answer(team.one, second(framework))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE framework_party SET joined_at = now(), joined_by_id = invited_by_id WHERE rank = 2",
        "UPDATE framework_member SET share = 1 WHERE position = 1",
        "DELETE FROM framework_member",
        "UPDATE framework_member SET signed_at = NULL, signed_by_id = NULL WHERE signed_at IS NOT NULL",
        (
            "INSERT INTO framework_member (party_id, position, organisation_id, role, share) "
            "SELECT id, 9, supplier_id, 'x', 1 FROM framework_party WHERE rank = 1"
        ),
    ],
)
def test_the_database_waits_for_every_signature(framework, statement):
    join(framework, framework.world.together.one)
    with (
        pytest.raises(DBAPIError, match=r"not signed|signs once|before signatures"),
        framework.session.begin_nested(),
    ):
        framework.session.execute(text(statement))


def test_a_member_finds_reads_and_signs(framework, sign_in_user, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: framework.world.at)
    team = framework.world.together
    one = sign_in_user(framework.session.get_one(User, team.one.user_id))
    page = f"/frameworks/{framework.number}"
    assert page in ok(one.get("/"), 200).text
    assert framework.number in ok(one.get("/frameworks"), 200).text
    assert "Meedoen" in ok(one.get(page), 200).text
    path = f"{page}/join/{second(framework).public_id}"
    assert "Elk lid tekent zelf" in ok(one.get(path), 200).text
    ok(one.post(path, data={"sure": "y"}))
    assert path not in ok(one.get(page), 200).text
    assert page not in ok(one.get("/"), 200).text
    stranger = sign_in_user(framework.session.get_one(User, framework.panel.suppliers["Stof"].user_id))
    ok(stranger.get(page), 404)
    ok(stranger.get(path), 404)
