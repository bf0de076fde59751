"""The second step through the pages."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from cwb.identity.rules import Side
from cwb.kernel import clock
from cwb.kernel.policy import Role
from cwb.second_factor import errors, rules, services
from cwb.second_factor.gateway import Vault
from cwb.second_factor.models import RecoveryCode
from cwb.sign_in.models import UserSession
from tests.conftest import TOTP_SECRET


@pytest.fixture
def anchor(make_organisation):
    return make_organisation(Side.ANCHOR)


def code(secret=TOTP_SECRET, shift=0):
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=shift))


def test_setting_it_up(session, tmp_path, make_user, anchor, sign_in_user):
    user = make_user((Role.PURCHASER, anchor), second_factor=False)
    browser = sign_in_user(user, second_factor=False)
    assert browser.get("/second-factor").headers["Location"].startswith("/second-factor/set-up")
    assert "Beveilig" in browser.get("/second-factor/set-up").text
    assert browser.post("/second-factor/begin").status_code == 303
    assert browser.get("/second-factor/qr.svg").mimetype == "image/svg+xml"
    session.refresh(user)
    secret = Vault(tmp_path).unlock(user.totp_secret)
    assert secret.encode() not in user.totp_secret
    page = browser.get("/second-factor/set-up").text
    assert rules.grouped(secret) in page
    assert browser.post("/second-factor/set-up", data={"code": "000000"}).status_code == 422
    assert browser.post("/second-factor/set-up", data={"code": code(secret)}).status_code == 303
    shown = re.findall(r"<code>([A-Z0-9-]{19})</code>", browser.get("/second-factor/codes").text)
    assert len(shown) == 10
    assert "Wij kunnen ze niet opnieuw tonen" in browser.get("/second-factor/codes").text
    kept = session.scalars(select(RecoveryCode.code_hash)).all()
    assert {rules.recovery_hash(each) for each in shown} == set(kept)
    assert browser.get("/second-factor/qr.svg").status_code == 404


def test_a_confirmed_secret_is_never_shown_again(make_user, anchor, sign_in_user):
    browser = sign_in_user(make_user((Role.PURCHASER, anchor)), second_factor=False)
    for answer in (
        browser.get("/second-factor/set-up"),
        browser.post("/second-factor/set-up", data={}),
        browser.post("/second-factor/begin"),
        browser.get("/second-factor/qr.svg"),
    ):
        assert TOTP_SECRET not in answer.text.replace("-", "")
        assert answer.status_code in {303, 404, 409}


def test_giving_the_code_wakes_the_roles_and_changes_the_token(session, make_user, anchor, sign_in_user):
    user = make_user((Role.PURCHASER, anchor))
    browser = sign_in_user(user, second_factor=False)
    before = session.scalars(select(UserSession.token_hash)).one()
    assert (
        browser.get(f"/organisations/{anchor.public_id}/edit")
        .headers["Location"]
        .startswith("/second-factor")
    )
    answer = browser.post("/second-factor?next=/tenders", data={"code": code()})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/tenders")
    assert browser.get(f"/organisations/{anchor.public_id}/edit").status_code == 200
    assert session.scalars(select(UserSession.token_hash)).one() != before


def test_a_code_works_once(make_user, anchor, sign_in_user):
    user = make_user((Role.PURCHASER, anchor))
    now_code = code()
    assert (
        sign_in_user(user, second_factor=False).post("/second-factor", data={"code": now_code}).status_code
        == 303
    )
    replay = sign_in_user(user, second_factor=False).post("/second-factor", data={"code": now_code})
    assert replay.status_code == 422


@pytest.mark.parametrize("typed", ["", "12345", "١٢٣٤٥٦", "x" * 500, "abcdef"])
def test_rubbish_is_refused(make_user, anchor, sign_in_user, typed):
    browser = sign_in_user(make_user((Role.PURCHASER, anchor)), second_factor=False)
    assert browser.post("/second-factor", data={"code": typed}).status_code == 422


def test_guessing_ends_after_ten_tries(make_user, anchor, sign_in_user):
    browser = sign_in_user(make_user((Role.PURCHASER, anchor)), second_factor=False)
    last = [browser.post("/second-factor", data={"code": "000000"}).status_code for _ in range(11)][-1]
    assert last == 429


def test_a_recovery_code_works_once(session, make_user, anchor, sign_in_user, at):
    user = make_user((Role.PURCHASER, anchor))
    one = services.renew_codes(session, user=user, at=at)[0]
    session.commit()
    browser = sign_in_user(user, second_factor=False)
    assert browser.post("/second-factor/recovery", data={"code": "XXXX"}).status_code == 422
    assert (
        browser.post("/second-factor/recovery", data={"code": one.lower().replace("-", " ")}).status_code
        == 303
    )
    again = sign_in_user(user, second_factor=False)
    assert again.post("/second-factor/recovery", data={"code": one}).status_code == 422
    assert services.codes_left(session, user.id) == 9


def test_without_the_code_nothing_about_it_can_be_changed(make_user, anchor, sign_in_user):
    browser = sign_in_user(make_user((Role.PURCHASER, anchor)), second_factor=False)
    for path in ("codes", "renew", "off"):
        assert browser.post(f"/second-factor/{path}").status_code == 403


def test_it_cannot_be_switched_off_while_a_role_needs_it(make_user, anchor, sign_in_user):
    browser = sign_in_user(make_user((Role.PURCHASER, anchor)))
    assert browser.post("/second-factor/off").status_code == 422


def test_renewing_and_switching_off(session, make_user, make_organisation, sign_in_user, tmp_path, at):
    user = make_user((Role.BOARD, make_organisation()))
    user.totp_secret, user.totp_confirmed_at = Vault(tmp_path).lock(TOTP_SECRET), at
    session.commit()
    browser = sign_in_user(user)
    assert browser.post("/second-factor/codes").status_code == 303
    assert browser.post("/second-factor/off").status_code == 303
    session.refresh(user)
    assert user.totp_secret is None
    assert session.scalars(select(RecoveryCode)).all() == []


def test_old_tabs_change_nothing(make_user, anchor, sign_in_user):
    browser = sign_in_user(make_user((Role.PURCHASER, anchor), second_factor=False), second_factor=False)
    assert browser.post("/second-factor/set-up", data={"code": "123456"}).status_code == 409


def test_services_refuse_in_the_wrong_order(session, make_user, tmp_path, at):
    user, vault = make_user(), Vault(tmp_path)
    facts = {"user": user, "vault": vault, "code": "123456", "session_id": 0, "device": "?", "at": at}
    for act in (services.confirm, services.verify):
        with pytest.raises(errors.FactorNotStarted):
            act(session, **facts)
    services.begin(session, user=user, vault=vault)
    user.totp_confirmed_at = at
    session.flush()
    with pytest.raises(errors.FactorSetAlready):
        services.confirm(session, **facts)


def test_a_lost_key_says_so(session, make_user, anchor, sign_in_user, tmp_path):
    browser = sign_in_user(make_user((Role.PURCHASER, anchor)), second_factor=False)
    (tmp_path / "keys" / "second_factor").write_bytes(b"x" * 32)
    answer = browser.post("/second-factor", data={"code": code()})
    assert answer.status_code == 409
    assert "Bel de beheerder" in answer.text


def test_the_key_is_for_its_owner_only(tmp_path):
    Vault(tmp_path)
    assert (tmp_path / "keys" / "second_factor").stat().st_mode & 0o777 == 0o600


def test_steps(at):
    totp = pyotp.TOTP(TOTP_SECRET)
    here = rules.step_of(at)
    for shift in (-1, 0, 1):
        assert rules.matching_step(TOTP_SECRET, totp.generate_otp(here + shift), at, None) == here + shift
    assert rules.matching_step(TOTP_SECRET, totp.generate_otp(here + 2), at, None) is None
    assert rules.matching_step(TOTP_SECRET, totp.generate_otp(here), at, here) is None


def test_recovery_codes_are_many_and_not_mistaken():
    codes = rules.new_recovery_codes()
    assert len(set(codes)) == 10
    assert not set("".join(codes)) & set("IO01")
