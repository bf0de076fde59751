"""Who helps fills in a bid and never hands it in; who helps two bidders is told to both."""

from datetime import timedelta

from sqlalchemy import select

from cwb.helping.queries import log
from cwb.identity.models import Mandate, User
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.notifications.models import Mail
from procurement.bids import queries


def test_a_helper_prepares_and_does_not_hand_in(world, app, sign_in_user):
    board, session = world.supplier(), world.session
    user = User(email="helper@example.org", name="Voorbeeld Helper", created_at=world.at, locale="nl")
    session.add(user)
    session.flush()
    until = local_date(world.at) + timedelta(days=9)
    second = world.supplier("Tweede")
    for organisation_id in (board.organisation_id, second.organisation_id):
        session.add(
            Mandate(
                user_id=user.id, organisation_id=organisation_id, role=Role.BID_HELPER, granted_at=world.at,
                ends_on=until,
            )
        )  # fmt: skip
    session.commit()
    home = f"/tenders/{world.tender.number}/bid"
    helper = sign_in_user(user, organisation=session.get_one(type(world.buyer), board.organisation_id))
    assert helper.post(f"{home}/start").status_code == 303
    assert "Samen inschrijven" not in helper.get(home).text
    assert helper.get(f"{home}/price").status_code == 200
    bid = queries.find_running(session, world.tender.lots[0].id, board.organisation_id)
    assert bid is not None
    assert not queries.shared_helpers(session, board.organisation_id)
    assert sign_in_user(session.get_one(User, second.user_id)).post(f"{home}/start").status_code == 303
    for own, other in ((board, second), (second, board)):
        found = queries.shared_helpers(session, own.organisation_id)
        assert [(each.id, who.id, key) for each, who, key in found] == [
            (world.tender.id, user.id, other.organisation_id)
        ]
        assert [each.endpoint for each in queries.tasks(session, own, world.at)] == [
            "helping.index",
            "bids.start",
        ]
    told = select(Mail.recipient).where(Mail.key.like("shared-helper-%"))
    boards = {session.get_one(User, each.user_id).email for each in (board, second)}
    assert set(session.scalars(told)) == boards
    assert helper.post(f"{home}/check", data={"seen": "1"}).status_code == 403
    assert bid.version == 0
    assert f"{home}/start" in [each.page for each in session.scalars(log(board.organisation_id))]
