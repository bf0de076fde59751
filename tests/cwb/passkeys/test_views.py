"""Passkeys through the pages, with a device in software."""

import html
import json
import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from cwb.identity.rules import Side
from cwb.kernel import clock
from cwb.kernel.policy import Role
from cwb.notifications.models import Mail
from cwb.passkeys import errors, queries, services
from cwb.passkeys.gateway import Ceremony
from cwb.passkeys.models import AnsweredQuestion, Passkey
from cwb.passkeys.rules import MOST, Party
from cwb.second_factor import services as second_factor
from cwb.sign_in.models import UserSession
from tests.authenticator import PRESENT, Device
from tests.conftest import TOTP_SECRET

HERE = "http://localhost"
NEW = "/account/passkeys/new"


def question(browser, path):
    found = re.search(r'data-question="([^"]*)"', browser.get(path).text)
    return html.unescape(found[1])


def make(browser, device, name="Mijn telefoon"):
    answer = device.create(question(browser, NEW))
    return browser.post(NEW, data={"name": name, "answer": answer})


def use(browser, device, *, ask="/login", send="/login/passkey"):
    return browser.post(send, data={"answer": device.get(question(browser, ask))})


@pytest.fixture
def anchor(make_organisation):
    return make_organisation(Side.ANCHOR)


@pytest.fixture
def buyer(make_user, anchor):
    """A purchaser without a second step."""
    return make_user((Role.PURCHASER, anchor), second_factor=False)


def test_a_member_makes_one_and_signs_in_with_it(app, sign_in, session):
    board, device = sign_in(Role.BOARD), Device()
    assert make(board, device).status_code == 303
    row = session.scalars(select(Passkey)).one()
    assert (row.user_id, row.name, row.used_at) == (board.user.id, "Mijn telefoon", None)
    assert (
        session.scalars(select(Mail.subject).order_by(Mail.id)).all()[-1]
        == "Er is een passkey aan uw account toegevoegd"
    )
    assert "Mijn telefoon" in board.get("/account").text
    fresh = app.test_client()
    assert use(fresh, device).status_code == 303
    assert fresh.get("/account").status_code == 200
    session.refresh(row)
    assert row.used_at is not None
    assert row.sign_count == 1


def test_a_purchaser_without_an_app_sets_the_second_step_with_one(session, buyer, anchor, sign_in_user, app):
    browser, device = sign_in_user(buyer, second_factor=False), Device()
    edit = f"/organisations/{anchor.public_id}/edit"
    assert browser.get(edit).status_code == 303
    assert "Maak een passkey" in browser.get("/second-factor/set-up").text
    done = make(browser, device)
    assert done.headers["Location"] == "/second-factor/codes"  # ten codes on paper, for a lost device
    assert browser.get(edit).status_code == 200
    assert len(session.scalars(select(UserSession)).all()) == 1
    # By password or code the roles sleep; the passkey wakes them.
    again = sign_in_user(buyer, second_factor=False)
    assert again.get(edit).headers["Location"].startswith("/second-factor")
    asked = json.loads(question(again, "/second-factor"))
    assert len(asked["allowCredentials"]) == 1
    woken = use(again, device, ask="/second-factor", send="/second-factor/passkey?next=/tenders")
    assert woken.headers["Location"] == "/tenders"
    assert again.get(edit).status_code == 200
    # And by passkey alone they are awake at once.
    fresh = app.test_client()
    use(fresh, device)
    assert fresh.get(edit).status_code == 200


def test_app_and_passkey_stand_side_by_side(session, make_user, anchor, sign_in_user):
    user = make_user((Role.PURCHASER, anchor))
    device = Device()
    assert make(sign_in_user(user), device).status_code == 303
    page = sign_in_user(user, second_factor=False).get("/second-factor").text
    assert "Gebruik mijn passkey" in page
    assert "Code uit uw app" in page
    code = pyotp.TOTP(TOTP_SECRET).at(clock.now())
    assert (
        sign_in_user(user, second_factor=False).post("/second-factor", data={"code": code}).status_code == 303
    )


def test_a_stolen_password_adds_and_removes_nothing(session, make_user, anchor, sign_in_user, app, at):
    user = make_user((Role.PURCHASER, anchor))
    thief = sign_in_user(user, second_factor=False)
    assert thief.get(NEW).headers["Location"] == f"/second-factor?next={NEW}"
    assert thief.post(NEW, data={"name": "x", "answer": "{}"}).status_code == 403
    row = Passkey(
        user_id=user.id, credential_id=b"c", public_key=b"k", sign_count=0, name="Telefoon", made_at=at
    )
    session.add(row)
    session.commit()
    assert thief.post(f"/account/passkeys/{row.public_id}/remove").status_code == 403
    assert queries.count(session, user.id) == 1


def test_with_only_a_passkey_the_app_cannot_be_set_without_it(session, buyer, sign_in_user, at):
    session.add(
        Passkey(user_id=buyer.id, credential_id=b"c", public_key=b"k", sign_count=0, name="T", made_at=at)
    )
    session.commit()
    thief = sign_in_user(buyer, second_factor=False)
    assert thief.get("/second-factor/set-up").headers["Location"].startswith("/second-factor?next=")
    assert thief.post("/second-factor/begin").status_code == 403
    assert thief.post("/second-factor/set-up", data={"code": "123456"}).status_code == 403


def test_the_last_second_step_stays_with_who_needs_it(session, buyer, sign_in_user, make_organisation):
    browser = sign_in_user(buyer, second_factor=False)
    one, two = Device(), Device()
    make(browser, one)
    first = session.scalars(select(Passkey)).one()
    assert browser.get(f"/account/passkeys/{first.public_id}/remove").status_code == 200
    answer = browser.post(f"/account/passkeys/{first.public_id}/remove")
    assert answer.status_code == 422
    assert "Stel eerst" in answer.text
    make(browser, two, "Sleutel")
    assert browser.post(f"/account/passkeys/{first.public_id}/remove").status_code == 303
    assert session.scalars(select(Passkey.name)).all() == ["Sleutel"]


def test_a_removed_one_opens_nothing(app, sign_in, session):
    member, device = sign_in(Role.MEMBER), Device()
    make(member, device)
    row = session.scalars(select(Passkey)).one()
    assert member.post(f"/account/passkeys/{row.public_id}/remove").status_code == 303
    answer = use(app.test_client(), device)
    assert answer.status_code == 422
    assert "past niet bij een account" in answer.text


def test_renaming_and_somebody_elses(sign_in, session):
    one, other, device = sign_in(Role.MEMBER), sign_in(Role.MEMBER), Device()
    make(one, device)
    row = session.scalars(select(Passkey)).one()
    path = f"/account/passkeys/{row.public_id}"
    assert other.get(path).status_code == 404
    assert other.post(f"{path}/remove").status_code == 404
    assert one.post(path, data={"name": ""}).status_code == 422
    assert one.post(path, data={"name": "x" * 121}).status_code == 422
    assert one.post(path, data={"name": "هاتفي"}).status_code == 303
    session.refresh(row)
    assert row.name == "هاتفي"


def test_an_answer_opens_once_also_of_a_passkey_that_does_not_count(app, sign_in):
    device = Device(counts=False)
    make(sign_in(Role.MEMBER), device)
    browser = app.test_client()
    answer = device.get(question(browser, "/login"))
    with browser.session_transaction() as cookie:
        kept = dict(cookie)
    assert browser.post("/login/passkey", data={"answer": answer}).status_code == 303
    with browser.session_transaction() as cookie:
        cookie.clear()
        cookie.update(kept)
    assert browser.post("/login/passkey", data={"answer": answer}).status_code == 422


def test_another_browser_cannot_answer_for_this_one(app, sign_in):
    device = Device()
    make(sign_in(Role.MEMBER), device)
    asked = question(app.test_client(), "/login")
    other = app.test_client()
    other.get("/login")
    answer = other.post("/login/passkey", data={"answer": device.get(asked)})
    assert answer.status_code == 422
    assert "verlopen" in answer.text


@pytest.mark.parametrize("facts", [
    {"origin": "http://ander.example"}, {"origin": "https://localhost"}, {"flags": 0}, {"flags": PRESENT},
])  # fmt: skip
def test_a_wrong_site_or_an_unlocked_device_is_refused(app, sign_in, session, facts):
    member, device = sign_in(Role.MEMBER), Device()
    assert make(member, Device(**facts)).status_code == 422
    assert session.scalars(select(Passkey)).all() == []
    make(member, device)
    for name, value in facts.items():
        setattr(device, name, value)
    assert use(app.test_client(), device).status_code == 422
    assert session.scalars(select(UserSession)).all() != []


def test_a_copied_one_is_refused(app, sign_in, session):
    device = Device()
    make(sign_in(Role.MEMBER), device)
    assert use(app.test_client(), device).status_code == 303
    device.count = 0  # the copy does not know that the count went on
    assert use(app.test_client(), device).status_code == 422


@pytest.mark.parametrize("sent", ["", "x", "{}", "[]", "null", '{"id": 1, "response": {"clientDataJSON": "e30"}}',
    '{"id": "AAAA", "response": {"clientDataJSON": "eyJjaGFsbGVuZ2UiOiAieCJ9"}}', "x" * 100_000])  # fmt: skip
def test_rubbish_is_refused_with_a_way_on(app, sign_in, sent):
    answer = app.test_client().post("/login/passkey", data={"answer": sent})
    assert answer.status_code == 422
    assert "andere manier" in answer.text
    assert sign_in(Role.MEMBER).post(NEW, data={"name": "x", "answer": sent}).status_code == 422


def test_the_answer_of_another_key_is_refused(app, sign_in):
    device, forged = Device(), Device()
    make(sign_in(Role.MEMBER), device)
    forged.id = device.id
    assert use(app.test_client(), forged).status_code == 422


def test_somebody_elses_passkey_is_no_second_step(sign_in, buyer, sign_in_user, session):
    own, other = Device(), Device()
    make(sign_in(Role.MEMBER), other)
    make(sign_in_user(buyer, second_factor=False), own)
    browser = sign_in_user(buyer, second_factor=False)
    asked = question(browser, "/second-factor")
    answer = browser.post("/second-factor/passkey", data={"answer": other.get(asked)})
    assert answer.status_code == 422
    assert (
        session.scalars(select(UserSession.second_factor_at).order_by(UserSession.id.desc())).first() is None
    )


def test_the_same_one_twice_and_too_many(session, make_user, at):
    user, device = make_user(), Device()
    ceremony = Ceremony(Party("localhost", HERE), key="k", browser="b")

    def add(which):
        asked = ceremony.ask_new(site="s", email="e", name="n", handle=b"h", there=(), at=at)
        return services.add_passkey(
            session, user=user, ceremony=ceremony, answer=ceremony.read("new", which.create(asked), at=at),
            name="n", awake=True, session_id=0, device="?", at=at,
        )  # fmt: skip

    add(device)
    with pytest.raises(errors.PasskeyThere):
        add(device)
    for _ in range(MOST - 1):
        add(Device())
    with pytest.raises(errors.TooManyPasskeys):
        add(Device())


def test_questions_age_and_are_forgotten(session, at):
    ceremony, device = Ceremony(Party("localhost", HERE), key="k", browser="b"), Device()
    asked = ceremony.ask("sign_in", at=at)
    assert ceremony.read("sign_in", device.get(asked), at=at + timedelta(minutes=15))
    for purpose, moment, key in (
        ("sign_in", at + timedelta(minutes=16), "k"), ("second", at, "k"), ("sign_in", at, "other"),
    ):  # fmt: skip
        with pytest.raises(errors.AskedTooLongAgo):
            Ceremony(Party("localhost", HERE), key=key, browser="b").read(
                purpose, device.get(asked), at=moment
            )
    session.add(AnsweredQuestion(question_hash=b"x", answered_at=at))
    services.clear_old(session, at + timedelta(minutes=29))
    assert session.scalars(select(AnsweredQuestion)).all()
    services.clear_old(session, at + timedelta(minutes=31))
    assert session.scalars(select(AnsweredQuestion)).all() == []


def test_at_a_numbered_address_nothing_is_offered(client):
    there = {"Host": "127.0.0.1:8000"}
    assert "data-passkey" not in client.get("/login", headers=there).text
    assert "Op dit adres" in client.get("/login/passkey", headers=there).text
    assert client.post("/login/passkey", headers=there).status_code == 409


def test_an_administrator_takes_them_away_with_the_rest(session, buyer, sign_in_user, at):
    make(sign_in_user(buyer, second_factor=False), Device())
    second_factor.reset(session, user=buyer, by=None, at=at)
    assert queries.count(session, buyer.id) == 0


def test_with_a_passkey_the_app_may_go(session, make_user, anchor, sign_in_user):
    browser = sign_in_user(make_user((Role.PURCHASER, anchor)))
    assert browser.post("/second-factor/off").status_code == 422
    make(browser, Device())
    assert browser.post("/second-factor/off").status_code == 303
