"""Own copy, erasure, the daily round."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from cwb.identity import services as identity
from cwb.identity.events import UserErased
from cwb.identity.models import Mandate
from cwb.kernel.policy import Role
from cwb.kernel.retention import Retention
from cwb.notifications.models import Mail
from cwb.notifications.services import send_mail
from cwb.people.models import Invitation
from cwb.privacy import errors, rules, services
from cwb.privacy.rules import Idle
from cwb.sign_in import services as sessions
from cwb.sign_in.models import UserSession


def everything(session):
    """All text of all tables, to look for what should be gone."""
    names = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")).all()
    return "\n".join(str(row) for name in names for row in session.execute(text(f'SELECT * FROM "{name}"')))


def test_erasing_leaves_no_trace_of_name_and_address(app, sign_in, session, make_user, at):
    board = sign_in(Role.MEMBER)
    home, user = board.organisation, board.user
    make_user((Role.BOARD, home))
    user.name, user.email = "Xavier Zonderling", "Xavier@voorbeeld.example"
    identity.person_of(session, user=user, at=at)
    sessions.mail_code(
        session, purpose="sign_in", email=user.email, browser="b", locale="nl", link="/x/", at=at
    )
    session.add(
        Invitation(organisation_id=home.id, email=user.email.lower(), role=Role.BOARD, token_hash=b"x",
                   invited_at=at, sent_at=at, expires_at=at)
    )  # fmt: skip
    send_mail(session, to=user.email, locale="nl", subject="s", text="t", at=at)
    heard = []
    app.extensions["cwb.listeners"] = {UserErased: [lambda _s, event: heard.append(event)]}
    session.commit()
    assert board.post("/account/erase").status_code == 422
    done = board.post("/account/erase", data={"sure": "y"})
    assert done.status_code == 303
    left = everything(session).lower()
    assert "xavier" not in left
    assert "zonderling" not in left
    assert session.scalars(select(UserSession)).all() == []
    assert [event.user_id for event in heard] == [user.id]
    assert session.scalars(select(Mandate.ended_at).where(Mandate.user_id == user.id)).one() is not None
    assert board.get("/account").headers["Location"].startswith("/login")


def test_the_address_is_free_again(session, make_user, at):
    user = make_user()
    address = user.email
    services.erase_user(session, user=user, by=user.id, at=at)
    again = identity.register_user(session, email=address, name="Weer", password=None, locale="nl", at=at)
    assert (again.email, again.id != user.id) == (address, True)


def test_who_colleagues_depend_on_hands_over_first(sign_in, session, make_user):
    board = sign_in(Role.BOARD)
    make_user((Role.MEMBER, board.organisation))
    answer = board.post("/account/erase", data={"sure": "y"})
    assert answer.status_code == 422
    assert board.organisation.name in answer.text
    session.refresh(board.user)
    assert board.user.erased_at is None


def test_who_is_alone_may_go(sign_in, session):
    board = sign_in(Role.BOARD)
    assert board.post("/account/erase", data={"sure": "y"}).status_code == 303


def test_own_copy(sign_in, session, at):
    board = sign_in(Role.BOARD)
    identity.person_of(session, user=board.user, at=at)
    session.commit()
    answer = board.get("/account/export")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    facts = json.loads(answer.data)
    assert facts["account"]["email"] == board.user.email
    assert facts["roles"][0]["organisation"] == board.organisation.name
    assert "hash" not in answer.text


def test_everyone_may_read_what_is_kept(client):
    page = client.get("/privacy").text
    assert "user_account" in page
    assert "Tot u het wist" in page


@pytest.mark.parametrize(("days", "told", "has_role", "what"), [
    (100, None, False, Idle.LEAVE), (200, None, False, Idle.ASK), (200, 10, False, Idle.LEAVE),
    (200, 31, False, Idle.ERASE), (200, 190, True, Idle.LEAVE), (1100, None, True, Idle.ASK),
    (1100, 40, True, Idle.ERASE), (200, 300, False, Idle.ASK),
])  # fmt: skip
def test_idle(at, days, told, has_role, what):
    told_at = None if told is None else at - timedelta(days=told)
    assert rules.idle(seen_at=at - timedelta(days=days), told_at=told_at, has_role=has_role, at=at) is what


def test_the_daily_round(session, make_user, make_organisation, at):
    home = make_organisation()
    keeper, _ = make_user((Role.BOARD, home)), make_user((Role.MEMBER, home))
    resident = make_user()
    fresh = make_user()
    fresh.seen_at = at + timedelta(days=1300)
    keeper.seen_at = resident.seen_at = at
    later = at + timedelta(days=184)
    sessions.open_session(session, user=fresh, at=at)
    fresh.seen_at = at + timedelta(days=1300)
    session.flush()
    assert services.clear_up(session, later) == {"asked": 1, "erased": 0, "kept": 0}
    assert session.scalars(select(Mail.recipient)).all() == [resident.email]
    assert session.scalars(select(UserSession)).all() == []
    assert services.clear_up(session, later + timedelta(days=31)) == {"asked": 0, "erased": 1, "kept": 0}
    assert resident.erased_at is not None
    much_later = at + timedelta(days=1200)
    services.clear_up(session, much_later)
    result = services.clear_up(session, much_later + timedelta(days=31))
    assert result["kept"] == 1 or keeper.erased_at is not None
    assert fresh.erased_at is None


def test_erasing_twice_is_refused_by_the_query(session, make_user, at):
    user = make_user()
    services.erase_user(session, user=user, by=None, at=at)
    with pytest.raises(Exception, match="bestaat niet"):
        identity.queries.user(session, user.id)


def test_handing_over_is_named(session, make_user, make_organisation, at):
    home = make_organisation()
    keeper = make_user((Role.BOARD, home))
    make_user((Role.MEMBER, home))
    with pytest.raises(errors.HandOverFirst, match=home.name):
        services.erase_user(session, user=keeper, by=None, at=at)


def test_half_a_statement_about_retention_is_refused():
    with pytest.raises(ValueError, match="say what is held"):
        Retention("iets")
