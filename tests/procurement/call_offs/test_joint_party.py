"""A joint bid that is the second winner of a framework: its members are named, each signs, then it takes part."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.money import Money
from cwb.notifications.models import Mail
from ledger.agreements.queries import agreement_by_id
from procurement.call_offs import errors, policy, queries
from procurement.call_offs import services as call_offs
from procurement.call_offs.rules import Rule
from procurement.competitions import services as competitions
from procurement.competitions.errors import NotTheParty, PartyDiffers
from procurement.orders import queries as orders
from procurement.participation import queries as participation
from procurement.participation import services
from procurement.publication import gateway
from procurement.submission.events import BidOffered
from tests.procurement.competitions.test_services import publish, start
from tests.procurement.framework import Framework
from tests.procurement.panel import ok
from tests.procurement.together import Together
from tests.procurement.world import World


def begun(session, folder):
    """Glans won alone; Boen, the second, bid with B and C."""
    world = World(session, folder)
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
    made = Framework(world, Rule.ROTATION, parties=2)
    world.bid_of = alone
    return made


pytestmark = pytest.mark.begins(framework=begun)


@pytest.fixture
def framework(root):
    return root


def second(framework):
    return queries.parties(framework.session, framework.contract.id)[1]


def join(framework, actor):
    party = participation.party(framework.session, second(framework).public_id)
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


@pytest.fixture
def ordered(framework):
    """Everybody of the joint party signed, and its lead took an order of 333,33 euro."""
    team = framework.world.together
    for actor in (team.lead, team.one, team.two):
        join(framework, actor)
    framework.answer(framework.order(), "Glans")
    order = framework.order(quantity="0.0333", position=second(framework).prices[0].position)
    assert order.party_id == second(framework).id
    return framework.act(call_offs.answer, team.lead, order=order, accepts=True)


def test_an_order_taken_by_the_lead_is_split_to_the_cent_over_all_members(framework, ordered):
    team = framework.world.together
    found = agreement_by_id(framework.session, ordered.agreement_id)
    assert [(each.party_id, each.share) for each in found.suppliers] == [
        (team.lead.organisation_id, 6000), (team.one.organisation_id, 2500), (team.two.organisation_id, 1500),
    ]  # fmt: skip
    parts = [Money.of(f"{each.quantity * each.unit_price:.2f}") for each in found.lines]
    assert [each.party_id for each in found.lines] == [each.party_id for each in found.suppliers]
    assert sum(parts, Money(0)) == ordered.amount
    assert parts == list(ordered.amount.allocate([6000, 2500, 1500]))


def test_every_member_reads_the_order_and_invoices_its_part(framework, ordered, sign_in_user, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: framework.world.at)
    team = framework.world.together
    for actor in (team.one, team.two):
        browser = sign_in_user(framework.session.get_one(User, actor.user_id))
        page = ok(browser.get(f"/call-offs/{ordered.number}"), 200).text
        assert "/invoices/" in page or "Maak factuur" in page
        assert ordered.number in ok(browser.get(f"/frameworks/{framework.number}"), 200).text
        ok(browser.get(f"/call-offs/{ordered.number}/answer"), 403)
    stranger = sign_in_user(framework.session.get_one(User, framework.panel.suppliers["Glans"].user_id))
    ok(stranger.get(f"/call-offs/{ordered.number}"), 404)


def test_open_data_names_all_of_them(framework, ordered):
    setting = gateway.setting()
    facts = orders.find_order(framework.session, ordered.id, setting, framework.world.at)
    assert [each.name for each in facts.awards[0].suppliers] == ["Boen", "Lid B", "Lid C"]


def test_in_a_competition_it_bids_as_it_is_party(framework):
    """The lead alone or a member alone is refused."""
    team = framework.world.together
    for actor in (team.lead, team.one, team.two):
        join(framework, actor)
    made = start(framework)
    publish(framework, made)
    whole = frozenset(each.organisation_id for each in (team.lead, team.one, team.two))
    lead = team.lead.organisation_id
    hear = competitions.hear_offered
    hear(framework.session, BidOffered(made.id, lead, whole))
    with pytest.raises(PartyDiffers) as fault:
        hear(framework.session, BidOffered(made.id, lead, frozenset({lead})))
    assert "Lid B" in fault.value.facts["names"]
    with pytest.raises(NotTheParty):
        hear(framework.session, BidOffered(made.id, team.one.organisation_id, whole - {lead}))
