"""Signing in through the pages."""

import re

import pytest
from sqlalchemy import event, select, text

from cwb.identity import services as identity
from cwb.identity.rules import Side
from cwb.kernel.clock import now
from cwb.kernel.policy import Role
from cwb.notifications.models import Mail
from cwb.sign_in import rules, services
from cwb.sign_in.models import Attempt, MailCode, UserSession

GOOD = "vier losse woorden hier"


@pytest.fixture
def user(session, at):
    return identity.register_user(
        session, email="noor@voorbeeld.example", name="Noor", password=GOOD, locale="nl", at=at
    )


def last_mail(session):
    return session.scalars(select(Mail).order_by(Mail.id.desc())).first()


def code_in(mail):
    return re.search(r"\b(\d{6})\b", mail.text)[1]


def test_password_lets_in_and_keeps_only_a_hash_of_the_token(client, session, user):
    answer = client.post("/login", data={"email": "NOOR@voorbeeld.example", "password": GOOD})
    assert answer.status_code == 303
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    kept = session.scalars(select(UserSession)).one()
    assert kept.token_hash == rules.token_hash(token)
    assert token.encode() not in kept.token_hash
    assert "Noor" in client.get("/").text


@pytest.mark.parametrize(
    "email", ["noor@voorbeeld.example", "niemand@voorbeeld.example", "geen adres", "مرحبا"]
)
def test_wrong_password_and_unknown_address_read_the_same(client, user, email):
    answer = client.post("/login", data={"email": email, "password": "iets heel anders"})
    assert answer.status_code == 422
    assert "E-mailadres of wachtwoord klopt niet" in answer.text


@pytest.mark.parametrize("data", [{}, {"email": "a@b.nl"}, {"email": "x" * 300, "password": "y"},
                                  {"email": "a@b.nl", "password": "y" * 5000}])  # fmt: skip
def test_rubbish_is_refused_before_any_work(client, session, data):
    assert client.post("/login", data=data).status_code == 422
    assert session.scalars(select(Attempt)).all() == []


def test_the_eleventh_try_in_a_quarter_is_refused_before_hashing(client, user, monkeypatch):
    for _ in range(rules.LIMITS["password"]):
        client.post("/login", data={"email": user.email, "password": "fout wachtwoord"})
    monkeypatch.setattr("cwb.identity.gateway.password_matches", lambda *_: pytest.fail("hashed"))
    answer = client.post("/login", data={"email": user.email, "password": GOOD})
    assert answer.status_code == 429
    assert "Wacht een kwartier" in answer.text


def test_a_code_by_mail_lets_in(client, session, user):
    client.post("/login/code", data={"email": user.email})
    mail = last_mail(session)
    assert mail.recipient == user.email
    code = code_in(mail)
    answer = client.post("/login/code/enter", data={"code": f"{code[:3]} {code[3:]}"})
    assert answer.status_code == 303
    assert "Noor" in client.get("/").text


def test_five_wrong_codes_end_the_code(client, session, user):
    client.post("/login/code", data={"email": user.email})
    right = code_in(last_mail(session))
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        assert client.post("/login/code/enter", data={"code": wrong}).status_code == 422
    answer = client.post("/login/code/enter", data={"code": right})
    assert answer.status_code == 422
    assert "werkt niet meer" in answer.text


def test_an_old_code_is_refused(client, session, user):
    client.post("/login/code", data={"email": user.email})
    code = code_in(last_mail(session))
    session.execute(text("UPDATE mail_code SET expires_at = now() - interval '1 second', made_at = now()"))
    answer = client.post("/login/code/enter", data={"code": code})
    assert answer.status_code == 422
    assert "werkt niet meer" in answer.text


def test_the_code_works_only_in_the_browser_that_asked(client, app, session, user):
    client.post("/login/code", data={"email": user.email})
    code = code_in(last_mail(session))
    other = app.test_client()
    assert other.post("/login/code/enter", data={"code": code}).status_code == 422


def test_a_link_needs_its_button_and_works_once(client, app, session, user):
    client.post("/login/code", data={"email": user.email})
    link = last_mail(session).link
    phone = app.test_client()
    assert phone.get(link).status_code == 200
    assert phone.get(link).status_code == 200  # a scanner's look uses nothing up
    assert phone.post(link).status_code == 303
    assert app.test_client().post(link).status_code == 422


def test_two_tabs_with_one_code_open_one_session(client, app, session, user):
    client.post("/login/code", data={"email": user.email})
    code = code_in(last_mail(session))
    with client.session_transaction() as cookie:
        held = dict(cookie)
    other = app.test_client()
    with other.session_transaction() as cookie:
        cookie.update(held)
    assert client.post("/login/code/enter", data={"code": code}).status_code == 303
    assert other.post("/login/code/enter", data={"code": code}).status_code == 422
    assert len(session.scalars(select(UserSession)).all()) == 1


def test_an_unknown_address_gets_another_letter_and_the_same_page(client, session):
    answer = client.post("/login/code", data={"email": "wie@voorbeeld.example"})
    assert answer.status_code == 303
    assert "geen account" in last_mail(session).subject
    assert session.scalars(select(MailCode)).all() == []
    assert client.post("/login/code/enter", data={"code": "123456"}).status_code == 422


def test_a_reset_changes_the_password_and_ends_other_sessions(client, app, session, user):
    services.open_session(session, user=user, at=now())
    client.post("/password/forgotten", data={"email": user.email})
    code = code_in(last_mail(session))
    weak = client.post("/password/code", data={"code": code, "password": "kort"})
    assert weak.status_code == 422
    answer = client.post("/password/code", data={"code": code, "password": "heel iets anders nu"})
    assert answer.status_code == 303
    assert len(session.scalars(select(UserSession)).all()) == 1
    assert app.test_client().post("/login", data={"email": user.email, "password": GOOD}).status_code == 422


def test_a_planted_cookie_is_dropped_at_sign_in(client, user):
    with client.session_transaction() as cookie:
        cookie["planted"] = "x"
        cookie["_user_id"] = "guess"
    client.post("/login", data={"email": user.email, "password": GOOD})
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["_user_id"] != "guess"


def test_signing_out_ends_the_session_for_whoever_copied_the_cookie(sign_in, app):
    browser = sign_in(Role.BOARD)
    with browser.session_transaction() as cookie:
        held = dict(cookie)
    assert browser.post("/logout").status_code == 303
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(held)
    assert thief.post("/logout").headers["Location"].startswith("/login")


def test_next_never_leads_to_another_site(client, user):
    answer = client.post("/login?next=//elders.example/x", data={"email": user.email, "password": GOOD})
    assert answer.headers["Location"] == "/"


def test_a_stale_csrf_token_changes_nothing(client, app, session, user):
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/login", data={"email": user.email, "password": GOOD, "csrf_token": "oud"})
    assert answer.status_code == 400
    assert session.scalars(select(UserSession)).all() == []


def test_a_language_of_a_page_stays_in_the_browser_and_letters_follow_the_account(sign_in, session):
    browser = sign_in(Role.MEMBER)
    assert browser.user.locale == "nl"
    browser.get("/?lang=en")
    assert 'lang="en"' in browser.get("/").text
    session.refresh(browser.user)
    assert browser.user.locale == "nl"


def test_the_actor_costs_one_query(sign_in, session, engine):
    browser = sign_in(Role.PURCHASER)
    seen = []
    event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    browser.get("/toegankelijkheid")
    assert sum("user_session" in each for each in seen) == 1
    assert len([each for each in seen if "SAVEPOINT" not in each]) <= 4, seen


def test_a_demo_user_is_one_click_away_in_a_demo_only(client, session, sign_in, make_user):
    user = make_user(name="Voorbeeld")
    services.make_demo_user(session, user=user, role="resident", label="Bewoner", position=1)
    session.commit()
    assert client.post(f"/demo/{user.public_id}").status_code == 404
    session.execute(text("ALTER TABLE database_clock DISABLE TRIGGER USER"))
    session.execute(text("UPDATE database_clock SET kind = 'demo'"))
    assert client.post(f"/demo/{user.public_id}").status_code == 303
    assert "Bewoner" in client.get("/").text


def test_in_a_demo_only_a_letter_stands_on_the_page_that_asks_its_code(client, app, session):
    def ask(browser):
        given = {"name": "Nieuw", "email": "nieuw@voorbeeld.example"}
        assert browser.post("/register", data=given).status_code == 303
        return browser.get("/register/code").text

    assert "gaat geen mail uit" not in ask(client)
    session.execute(text("ALTER TABLE database_clock DISABLE TRIGGER USER"))
    session.execute(text("UPDATE database_clock SET kind = 'demo'"))
    shown = ask(client)
    code = re.search(r"\b[0-9]{6}\b", session.scalars(select(Mail.text).order_by(Mail.id.desc())).first())[0]
    assert code in shown
    assert code not in app.test_client().get("/register/code").text, "another browser asked for no letter"


def test_after_the_password_comes_the_second_step(client, session, user, make_organisation, at):
    identity.grant_mandate(
        session,
        user=user,
        organisation=make_organisation(Side.ANCHOR),
        role=Role.PURCHASER,
        granted_by=None,
        at=at,
    )
    session.commit()
    answer = client.post("/login?next=/needs", data={"email": user.email, "password": GOOD})
    assert answer.headers["Location"] == "/second-factor?next=/needs"


def test_with_several_organisations_one_chooses_first(client, session, user, make_organisation, at):
    for _ in range(2):
        identity.grant_mandate(
            session, user=user, organisation=make_organisation(), role=Role.BOARD, granted_by=None, at=at
        )
    session.commit()
    answer = client.post("/login", data={"email": user.email, "password": GOOD})
    assert answer.headers["Location"] == "/switch"
    assert client.get("/login").headers["Location"] == "/switch"


def test_the_link_of_a_reset_sets_a_password_once(client, app, session, user):
    client.post("/password/forgotten", data={"email": user.email})
    link = last_mail(session).link
    phone = app.test_client()
    assert phone.get(link).status_code == 200
    assert phone.post(link, data={"password": "heel iets anders nu"}).status_code == 303
    assert app.test_client().post(link, data={"password": "nog iets anders nu"}).status_code == 422


def test_signing_in_again_ends_the_session_before(client, session, user):
    for _ in range(2):
        client.post("/login", data={"email": user.email, "password": GOOD})
    assert len(session.scalars(select(UserSession)).all()) == 1
