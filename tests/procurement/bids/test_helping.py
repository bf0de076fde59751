"""Who helps fills in a bid and never hands it in; who helps two bidders hears it alone, until the bids are opened."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from cwb.helping.queries import between, log
from cwb.identity.models import Mandate, User
from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail
from procurement.bids import errors, queries, services
from procurement.opening.events import BidsOpened


@pytest.fixture
def helper(world):
    user = User(email="helper@example.org", name="Voorbeeld Helper", created_at=world.at, locale="nl")
    world.session.add(user)
    world.session.flush()
    return user


def _belongs(world, user, organisation_id, role=Role.BID_HELPER):
    until = local_date(world.at) + timedelta(days=9) if role is Role.BID_HELPER else None
    made = Mandate(
        user_id=user.id, organisation_id=organisation_id, role=role, granted_at=world.at, ends_on=until
    )
    world.session.add(made)
    world.session.commit()
    return made


def _told(session, key):
    return set(session.scalars(select(Mail.recipient).where(Mail.key.like(key))))


def test_a_helper_prepares_and_does_not_hand_in(world, helper, app, sign_in_user):
    board, session = world.supplier(), world.session
    second = world.supplier("Tweede")
    for each in (board, second):
        _belongs(world, helper, each.organisation_id)
    home = f"/tenders/{world.tender.number}/bid"
    walk = sign_in_user(helper, organisation=session.get_one(type(world.buyer), board.organisation_id))
    assert walk.post(f"{home}/start").status_code == 303
    assert "Samen inschrijven" not in walk.get(home).text
    assert walk.get(f"{home}/price").status_code == 200
    bid = queries.find_running(session, world.tender.lots[0].id, board.organisation_id)
    assert walk.post(f"{home}/check", data={"seen": "1"}).status_code == 403
    assert (bid.version, queries.shared_helpers(session, board.organisation_id)) == (0, [])
    assert f"{home}/start" in [each.page for each in session.scalars(log(board.organisation_id))]
    assert sign_in_user(session.get_one(User, second.user_id)).post(f"{home}/start").status_code == 303
    for own in (board, second):
        assert [each.endpoint for each in queries.tasks(session, own, world.at)] == ["bids.start"]
    acts = Actor(helper.id, helper.name, board.organisation_id, roles=frozenset({Role.BID_HELPER}))
    assert "helping.index" in [each.endpoint for each in queries.tasks(session, acts, world.at)]
    assert _told(session, "shared-helper-%") == {helper.email}, "no board learns of another bidder"
    walk = sign_in_user(helper, organisation=session.get_one(type(world.buyer), board.organisation_id))
    for page in (home, f"{home}/price", f"/bids/{bid.public_id}"):
        answer = walk.get(page)
        assert (answer.status_code, "twee inschrijvers" in answer.text) == (409, True), page
    assert sign_in_user(session.get_one(User, board.user_id)).get(home).status_code == 200
    walk = sign_in_user(helper, organisation=session.get_one(type(world.buyer), second.organisation_id))
    ended = walk.post(f"/helpers/{helper.public_id}/end")
    assert ended.status_code == 303
    walk = sign_in_user(helper, organisation=session.get_one(type(world.buyer), board.organisation_id))
    assert walk.get(f"{home}/price").status_code == 200


def test_a_helpers_change_of_what_was_handed_in_is_told_to_the_board_with_the_page(world, helper):
    board, session = world.supplier(), world.session
    acts = Actor(helper.id, helper.name, board.organisation_id, roles=frozenset({Role.BID_HELPER}))
    bid = world.start(board)
    world.fill(bid, acts)
    assert _told(session, "helper-changed-%") == set(), "nothing was handed in yet"
    world.hand_in(bid, board)
    world.fill(bid, board, price=4_000_000)
    world.fill(bid, acts, price=4_000_000)
    assert _told(session, "helper-changed-%") == set(), "the board's own change, and none at all"
    world.fill(bid, acts, price=4_100_000)
    told = session.scalars(select(Mail).where(Mail.key.like("helper-changed-%")).order_by(Mail.id)).one()
    assert told.recipient == session.get_one(User, board.user_id).email
    assert helper.name in told.subject
    assert "de prijs" in told.text
    assert "4100000" not in told.text


def test_who_belongs_to_another_bidder_is_no_helper_of_this_one(world, helper, app):
    first, second = world.supplier(), world.supplier("Tweede")
    _belongs(world, helper, first.organisation_id)
    _belongs(world, helper, second.organisation_id, Role.MEMBER)
    bids = [world.start(each) for each in (first, second)]
    acts = Actor(helper.id, helper.name, first.organisation_id, roles=frozenset({Role.BID_HELPER}))
    inside = Actor(helper.id, helper.name, second.organisation_id, roles=frozenset({Role.MEMBER}))
    with pytest.raises(errors.HelpsTwice):
        services.of_one(world.session, bids[0], acts)
    assert services.of_one(world.session, bids[1], inside) is bids[1]


def test_after_the_opening_both_boards_and_the_buyer_hear_it(panel):
    world, session = panel.world, panel.session
    user = User(email="helper@example.org", name="Voorbeeld Helper", created_at=world.at, locale="nl")
    session.add(user)
    session.flush()
    glans, boen = panel.suppliers["Glans"], panel.suppliers["Boen"]
    published, closed = panel.tender.published_at, panel.tender.closes_at
    for each in (glans, boen):
        made = _belongs(world, user, each.organisation_id)
        made.granted_at, made.ended_at = published, closed - timedelta(hours=1)
    session.flush()
    both = {glans.organisation_id, boen.organisation_id}
    assert between(session, both, published, closed) == {user.id: both}
    assert between(session, both, closed, closed) == {}, "who stopped before the period"
    emit(session, BidsOpened(panel.tender.id, 3))
    boards = {session.get_one(User, each.user_id).email for each in (glans, boen)}
    assert _told(session, f"helped-{panel.tender.id}-{user.id}-%") == boards
    assert session.get_one(User, world.anna.user_id).email in _told(session, f"helped-{panel.tender.id}-%")
    assert not [each for each in session.scalars(select(Mail).where(Mail.key.like("helped-%"))) if
                each.recipient not in boards and "Voorbeeld" in each.text]  # fmt: skip
