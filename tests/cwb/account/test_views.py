"""Registering a person and an organisation; one's own account."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from cwb.account import queries as account
from cwb.account import services
from cwb.audit.models import AuditRecord
from cwb.identity import queries as identity
from cwb.identity.gateway import password_matches
from cwb.identity.models import Organisation, User
from cwb.identity.rules import Side
from cwb.kernel.clock import now
from cwb.kernel.policy import Role
from cwb.notifications.models import Mail
from cwb.privacy.services import erase_user
from cwb.sign_in import services as sessions
from cwb.sign_in.models import MailCode, UserSession

GOOD = "vier losse woorden hier"
NEW = {"name": "Noor", "email": "noor@voorbeeld.example", "password": GOOD}


def last_mail(session):
    return session.scalars(select(Mail).order_by(Mail.id.desc())).first()


def code_in(mail):
    return re.search(r"\b(\d{6})\b", mail.text)[1]


def test_nothing_is_made_before_the_address_is_confirmed(client, session):
    assert client.post("/register", data=NEW).status_code == 303
    assert session.scalars(select(User)).all() == []
    done = client.post("/register/code", data={"code": code_in(last_mail(session))})
    assert done.headers["Location"] == "/register/organisation"
    user = identity.find_user_by_email(session, NEW["email"])
    assert password_matches(user.password_hash, GOOD)
    assert client.get("/account").status_code == 200


def test_the_link_in_another_browser_drops_the_password_typed_in_the_first(client, app, session):
    client.post("/register", data=NEW)
    other = app.test_client()
    assert other.post(last_mail(session).link).status_code == 303
    assert identity.find_user_by_email(session, NEW["email"]).password_hash is None


def test_the_link_in_the_same_browser_keeps_it(client, session):
    client.post("/register", data=NEW)
    link = last_mail(session).link
    assert client.get(link).status_code == 200
    assert client.post(link).status_code == 303
    assert identity.find_user_by_email(session, NEW["email"]).password_hash
    assert client.post(link).status_code == 422


def test_an_address_with_an_account_sees_the_same_page_and_gets_another_letter(client, session, make_user):
    user = make_user()
    fresh = client.post("/register", data=NEW)
    taken = client.post("/register", data={**NEW, "email": user.email})
    assert (fresh.status_code, fresh.headers["Location"]) == (taken.status_code, taken.headers["Location"])
    assert "al een account" in last_mail(session).subject
    assert client.post("/register/code", data={"code": "123456"}).status_code == 422


def test_two_registrations_in_two_tabs_make_one_account(client, app, session):
    other = app.test_client()
    client.post("/register", data=NEW)
    one = code_in(last_mail(session))
    other.post("/register", data=NEW)
    two = code_in(last_mail(session))
    assert client.post("/register/code", data={"code": one}).status_code == 303
    assert other.post("/register/code", data={"code": two}).status_code == 409
    assert len(session.scalars(select(User)).all()) == 1


@pytest.mark.parametrize("data", [
    {}, {**NEW, "name": ""}, {**NEW, "name": "x" * 300}, {**NEW, "email": "geen"}, {**NEW, "password": "kort"},
    {**NEW, "password": "x" * 5000}, {**NEW, "email": "نور@"}, {**NEW, "name": "\u200b"},
])  # fmt: skip
def test_bad_input_sends_nothing(client, session, data):
    answer = client.post("/register", data=data)
    assert answer.status_code == 422
    assert "Fout:" in answer.text
    assert session.scalars(select(Mail)).all() == []
    assert session.scalars(select(MailCode)).all() == []


def test_four_letters_a_quarter_and_no_more(client, session):
    for _ in range(4):
        assert client.post("/register", data=NEW).status_code == 303
    assert client.post("/register", data=NEW).status_code == 429
    assert len(session.scalars(select(Mail)).all()) == 4


@pytest.fixture
def resident(sign_in):
    return sign_in(Role.RESIDENT)


STEP1 = {"kvk_number": "0123 4567", "name": "Schoon Samen", "legal_form": "foundation"}
STEP2 = {"street": "Voorbeeldstraat", "house_number": "1", "postcode": "1069ab", "city": "Amsterdam"}
STEP3 = {
    "email": "post@voorbeeld.example",
    "phone": "",
    "iban": "NL91ABNA0417164300",
    "vat_id": "",
    "rsin": "",
}


def walk(browser, **changes):
    steps = {"name": STEP1, "address": STEP2, "contact": STEP3}
    for step, data in steps.items():
        given = {name: changes.get(name, value) for name, value in data.items()}
        answer = browser.post(f"/register/organisation/{step}", data=given)
        if answer.status_code != 303:
            return answer
    return answer


def test_an_organisation_in_short_steps(resident, session):
    assert resident.get("/register/organisation").status_code == 200
    assert resident.get("/register/organisation/check").headers["Location"].endswith("/name")
    assert walk(resident).headers["Location"].endswith("/check")
    assert "NL91ABNA0417164300" in resident.get("/register/organisation/check").text
    done = resident.post("/register/organisation/check")
    assert done.status_code == 303
    made = identity.find_organisation_by_kvk(session, "01234567")
    assert made.anchor_type is None
    assert identity.people_with(session, made.id, Role.BOARD) == [resident.user]
    assert made.name in resident.get("/account").text


def test_half_a_registration_goes_on_in_another_browser_and_goes_with_the_account(
    resident, sign_in_user, session, at
):
    resident.post("/register/organisation/name", data=STEP1)
    resident.post("/register/organisation/contact", data={**STEP3, "rsin": "123456782"})
    user = resident.user
    assert account.answers(session, user.id)["rsin"] == "123456782"
    other = sign_in_user(user)
    assert "Maak uw aanmelding af" in other.get("/").text
    assert 'value="Schoon Samen"' in other.get("/register/organisation/name").text
    other.post("/register/organisation/name", data={**STEP1, "legal_form": "sole_trader"})
    assert "rsin" not in account.answers(session, user.id), "of a natural person it may be the BSN"
    services.clear_old(session, at + timedelta(days=3650))
    assert account.answers(session, user.id) == {}
    other.post("/register/organisation/name", data=STEP1)
    erase_user(session, user=user, by=None, at=at)
    assert account.answers(session, user.id) == {}


def test_a_taken_kvk_number_stops_at_the_first_page(resident, make_organisation):
    make_organisation(kvk_number="01234567")
    answer = resident.post("/register/organisation/name", data=STEP1)
    assert answer.status_code == 422
    assert "al aangemeld" in answer.text


@pytest.mark.parametrize("field", ["rsin", "vat_id", "iban"])
def test_another_number_of_an_organisation_that_is_here_stops_too(resident, make_organisation, field):
    numbers = {"rsin": "123456782", "vat_id": "NL123456782B90", "iban": "NL91ABNA0417164300"}
    make_organisation(name="Geheim Bedrijf", **{field: numbers[field]})
    answer = walk(resident, **{field: numbers[field], "iban": numbers["iban"] if field == "iban" else ""})
    assert answer.status_code == 422
    assert f'id="{field}-fout"' in answer.text
    assert "die hier al is" in answer.text
    assert "Geheim Bedrijf" not in answer.text


def test_a_cooperative_is_led_to_the_register_with_what_it_typed(resident):
    sent = resident.post("/register/organisation/name", data={**STEP1, "legal_form": "cooperative"})
    assert sent.location.endswith("/cooperatives/join")
    there = resident.get("/cooperatives/join/who").text
    assert 'value="Schoon Samen"' in there
    assert 'value="01234567"' in there


@pytest.mark.parametrize(("field", "value"), [
    ("kvk_number", "12"), ("kvk_number", "١٢٣٤٥٦٧٨"), ("name", ""), ("name", "x" * 400), ("legal_form", "koning"),
    ("postcode", "99"), ("street", "x" * 400), ("iban", "NL00"), ("vat_id", "NL1"), ("rsin", "1"), ("email", "x"),
])  # fmt: skip
def test_a_wrong_field_is_shown_at_its_step(resident, field, value):
    answer = walk(resident, **{field: value})
    assert answer.status_code == 422
    assert f'id="{field}-fout"' in answer.text


@pytest.mark.parametrize("facts", [{"vat_id": "NL111222333B01"}, {"rsin": "111222333"}])
def test_a_bsn_is_neither_kept_nor_shown_again(resident, session, facts, capsys):
    answer = walk(resident, legal_form="sole_trader", **facts)
    assert answer.status_code == 422
    assert "111222333" not in answer.text
    assert "111222333" not in str(account.answers(session, resident.user.id))
    assert "111222333" not in "".join(capsys.readouterr())
    assert (
        session.scalars(select(AuditRecord).where(AuditRecord.action == "organisation.registered")).all()
        == []
    )


def test_a_purchaser_cannot_found_a_supplier(sign_in, session):
    buyer = sign_in(Role.PURCHASER)
    walk(buyer)
    answer = buyer.post("/register/organisation/check")
    assert answer.status_code == 422
    assert identity.find_organisation_by_kvk(session, "01234567") is None


def test_a_double_click_registers_once(resident, session):
    walk(resident)
    token = "01900000-0000-7000-8000-000000000001"
    one = resident.post("/register/organisation/check", data={"once": token})
    two = resident.post("/register/organisation/check", data={"once": token})
    assert one.headers["Location"] == two.headers["Location"]
    assert len(session.scalars(select(Organisation)).all()) == 1


def test_name_and_language(resident, session):
    assert resident.post("/account/profile", data={"name": "", "locale": "nl"}).status_code == 422
    assert resident.post("/account/profile", data={"name": "نور", "locale": "xx"}).status_code == 422
    assert resident.post("/account/profile", data={"name": "نور", "locale": "en"}).status_code == 303
    session.refresh(resident.user)
    assert (resident.user.name, resident.user.locale) == ("نور", "en")


def test_a_first_password_and_a_new_one(resident, session):
    assert resident.post("/account/password", data={"password": GOOD}).status_code == 303
    other = sessions.open_session(session, user=resident.user, at=now())
    session.commit()
    wrong = resident.post(
        "/account/password", data={"present": "fout wachtwoord", "password": "heel wat anders nu"}
    )
    assert wrong.status_code == 422
    right = resident.post("/account/password", data={"present": GOOD, "password": "heel wat anders nu"})
    assert right.status_code == 303
    assert len(session.scalars(select(UserSession)).all()) == 1
    assert last_mail(session).subject == "Uw wachtwoord is gewijzigd"
    assert other.token


def test_own_sessions_are_listed_and_ended_and_others_are_not(resident, sign_in, session):
    stranger = sign_in(Role.RESIDENT)
    sessions.open_session(session, user=resident.user, at=now(), device="Firefox, Android")
    session.commit()
    assert "Firefox, Android" in resident.get("/account").text
    rows = session.scalars(select(UserSession).order_by(UserSession.id)).all()
    theirs = next(each for each in rows if each.user_id == stranger.user.id)
    phone = next(each for each in rows if each.device == "Firefox, Android")
    resident.post(f"/account/sessions/{theirs.public_id}/end")
    resident.post(f"/account/sessions/{phone.public_id}/end")
    left = {each.id for each in session.scalars(select(UserSession))}
    assert theirs.id in left
    assert phone.id not in left
    sessions.open_session(session, user=resident.user, at=now())
    session.commit()
    resident.post("/account/sessions/end-others")
    assert len(session.scalars(select(UserSession)).all()) == 2
    assert resident.get("/account").status_code == 200


def test_switching_between_organisations(make_user, make_organisation, sign_in_user):
    one, two, other = make_organisation(), make_organisation(), make_organisation()
    browser = sign_in_user(make_user((Role.BOARD, one), (Role.BOARD, two)))
    page = browser.get("/switch").text
    assert one.name in page
    assert two.name in page
    assert browser.get(f"/organisations/{one.public_id}/edit").status_code == 403
    browser.post("/switch", data={"organisation": str(one.public_id)})
    assert browser.get(f"/organisations/{one.public_id}/edit").status_code == 200
    assert browser.get(f"/organisations/{two.public_id}/edit").status_code == 403
    assert browser.post("/switch", data={"organisation": str(other.public_id)}).status_code == 422
    browser.post("/switch", data={"organisation": ""})
    assert browser.get(f"/organisations/{one.public_id}/edit").status_code == 403


def test_idle_and_old_sessions_are_over(sign_in, session):
    for column in ("seen_at", "expires_at"):
        browser = sign_in(Role.PURCHASER)
        session.execute(text("UPDATE user_session SET opened_at = now() - interval '2 days'"))
        session.execute(text(f"UPDATE user_session SET {column} = now() - interval '3 hours'"))
        session.commit()
        assert browser.get("/account").headers["Location"].startswith("/login")


def test_use_keeps_a_session_alive(sign_in, session):
    browser = sign_in(Role.PURCHASER)
    session.execute(text("UPDATE user_session SET seen_at = now() - interval '1 hour'"))
    session.commit()
    assert browser.get("/account").status_code == 200
    assert session.scalar(text("SELECT now() - seen_at < interval '1 minute' FROM user_session"))


def test_the_iban_is_masked_for_others_and_changes_by_two(
    sign_in, make_user, make_organisation, sign_in_user
):
    home = make_organisation(iban="NL91ABNA0417164300")
    one, two = (sign_in_user(make_user((Role.BOARD, home))) for _ in range(2))
    url = f"/organisations/{home.public_id}"
    stranger = sign_in(Role.PURCHASER)
    assert "NL91ABNA0417164300" not in stranger.get(url).text
    assert "4300" in stranger.get(url).text
    assert stranger.get(f"{url}/iban").status_code == 403
    assert one.post(f"{url}/iban", data={"iban": "NL20 INGB 0001 2345 67"}).status_code == 303
    accept = re.search(r'action="([^"]*/accept)"', two.get(url).text)[1]
    own = one.post(accept)
    assert own.status_code == 422
    assert "Iemand anders" in own.text
    assert two.post(accept).status_code == 303
    assert "NL20INGB0001234567" in one.get(url).text
    assert two.post(accept).status_code == 409


def test_an_organisation_changes_how_it_is_reached(sign_in, session):
    board = sign_in(Role.BOARD)
    url = f"/organisations/{board.organisation.public_id}"
    page = board.get(f"{url}/edit")
    assert board.organisation.name in page.text
    facts = {**STEP2, "name": "Nieuwe Naam", "email": "n@x.example", "phone": "020 123 4567", "website": ""}
    assert board.post(f"{url}/edit", data={**facts, "website": "javascript:alert(1)"}).status_code == 422
    assert board.post(f"{url}/edit", data=facts).status_code == 303
    session.refresh(board.organisation)
    assert board.organisation.search_name == "nieuwe naam"


def test_anchors_do_not_register_themselves(resident, session):
    walk(resident)
    typed = {"anchor_type": "municipality", "is_programme": True}
    services.save_draft(session, user_id=resident.user.id, values=typed, at=now())
    resident.post("/register/organisation/check")
    made = identity.find_organisation_by_kvk(session, "01234567")
    assert (made.anchor_type, made.is_programme) == (None, False)
    assert Side.SUPPLIER
