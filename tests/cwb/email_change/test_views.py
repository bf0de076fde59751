"""Another e-mail address, through the pages."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from cwb.audit.models import AuditRecord
from cwb.email_change import errors, services
from cwb.email_change.models import EmailChange
from cwb.identity import queries as people
from cwb.identity import services as identity
from cwb.identity.gateway import hash_password
from cwb.identity.models import User
from cwb.identity.rules import Side
from cwb.kernel.clock import now
from cwb.kernel.policy import Role
from cwb.notifications.models import Mail
from cwb.passkeys.models import Passkey
from cwb.privacy import services as privacy
from cwb.second_factor import services as second_factor
from cwb.second_factor.models import RecoveryCode
from cwb.sign_in import services as sessions
from cwb.sign_in.models import MailCode, UserSession

ASK, CODE = "/account/email", "/account/email/code"
OTHER = "nieuw@voorbeeld.example"
GOOD = "vier losse woorden hier"


def last_mail(session):
    return session.scalars(select(Mail).order_by(Mail.id.desc())).first()


def code_in(mail):
    return re.search(r"\b(\d{6})\b", mail.text)[1]


@pytest.fixture
def member(sign_in):
    return sign_in(Role.MEMBER)


def change(browser, session, email=OTHER):
    assert browser.post(ASK, data={"email": email}).status_code == 303
    mail = last_mail(session)
    assert mail.recipient == email
    return browser.post(CODE, data={"code": code_in(mail)})


def test_the_new_address_is_confirmed_and_the_old_one_hears_of_it(member, session, app):
    old = member.user.email
    elsewhere = sessions.open_session(session, user=member.user, at=now())
    sessions.mail_code(
        session, purpose="sign_in", email=old, browser="b", locale="nl", link="/login/link/", at=now()
    )
    session.commit()
    assert member.get(ASK).status_code == 200
    assert member.post(ASK, data={"email": OTHER}).status_code == 303
    session.refresh(member.user)
    assert member.user.email == old  # nothing changed yet
    assert OTHER in member.get(CODE).text
    done = member.post(CODE, data={"code": code_in(last_mail(session))})
    assert (done.status_code, done.headers["Location"]) == (303, "/account")
    session.refresh(member.user)
    assert member.user.email == OTHER
    told = last_mail(session)
    assert (told.recipient, told.subject) == (old, "Uw e-mailadres is gewijzigd")
    assert OTHER not in told.text
    assert member.get("/account").status_code == 200  # this session stays
    assert len(session.scalars(select(UserSession)).all()) == 1
    assert elsewhere.token
    assert session.scalars(select(MailCode)).all() == []  # a code in the old mailbox opens nothing any more


def test_the_audit_log_holds_no_address(member, session):
    old = member.user.email
    change(member, session)
    member.post(last_mail(session).link)
    acts = session.scalars(
        select(AuditRecord).where(AuditRecord.action.like("email.%")).order_by(AuditRecord.id)
    ).all()
    assert [each.action for each in acts] == ["email.changed", "email.restored"]
    for each in acts:
        assert "@" not in json.dumps([each.subject, each.facts])
        assert each.facts == {}
    assert old


def test_the_link_confirms_too_behind_a_button_and_for_this_account_only(member, sign_in, session):
    member.post(ASK, data={"email": OTHER})
    link = last_mail(session).link
    stranger = sign_in(Role.MEMBER)
    refused = stranger.post(link)
    assert refused.status_code == 422
    assert "ander account" in refused.text
    session.refresh(stranger.user)
    assert stranger.user.email != OTHER
    assert member.get(link).status_code == 200
    session.refresh(member.user)
    assert member.user.email != OTHER
    assert member.post(link).status_code == 303
    session.refresh(member.user)
    assert member.user.email == OTHER
    assert member.post(link).status_code == 422


def test_an_address_in_use_is_not_told(member, make_user, session):
    holder = make_user()
    free, taken = (
        member.post(ASK, data={"email": OTHER}),
        member.post(ASK, data={"email": holder.email.upper()}),
    )
    assert (free.status_code, free.headers["Location"]) == (taken.status_code, taken.headers["Location"])
    mail = last_mail(session)
    assert (mail.recipient.lower(), mail.subject) == (holder.email, "Dit e-mailadres heeft al een account")
    assert member.user.email not in mail.text
    # The code of the letter before does not fit the one asked for last.
    for code in ("123456", code_in(session.scalars(select(Mail).where(Mail.recipient == OTHER)).one())):
        assert member.post(CODE, data={"code": code}).status_code == 422
    session.refresh(holder)
    assert people.find_user_by_email(session, holder.email) is holder


def test_taken_meanwhile(member, session):
    member.post(ASK, data={"email": OTHER})
    code, old = code_in(last_mail(session)), member.user.email
    identity.register_user(session, email=OTHER.upper(), name="Eerder", password=None, locale="nl", at=now())
    session.commit()
    answer = member.post(CODE, data={"code": code})
    assert answer.status_code == 422
    assert "intussen een account" in answer.text
    session.refresh(member.user)
    assert member.user.email == old
    assert session.scalars(select(EmailChange)).all() == []


@pytest.mark.parametrize("typed", ["", "geen", "x" * 300, "نور@", "a@b", "a\u0000@b.example"])
def test_rubbish_sends_nothing(member, session, typed):
    assert member.post(ASK, data={"email": typed}).status_code == 422
    assert session.scalars(select(Mail)).all() == []


def test_the_same_address_in_capitals(member):
    answer = member.post(ASK, data={"email": member.user.email.upper()})
    assert answer.status_code == 422
    assert "al uw e-mailadres" in answer.text


def test_an_unlocked_screen_is_not_enough(member, session):
    member.user.password_hash = hash_password(GOOD)
    session.commit()
    assert member.post(ASK, data={"email": OTHER}).status_code == 422
    assert member.post(ASK, data={"email": OTHER, "present": "iets heel anders"}).status_code == 422
    assert session.scalars(select(Mail)).all() == []
    assert member.post(ASK, data={"email": OTHER, "present": GOOD}).status_code == 303


def test_a_session_without_the_second_step_is_not_enough(make_user, make_organisation, sign_in_user, session):
    buyer = sign_in_user(make_user((Role.PURCHASER, make_organisation(Side.ANCHOR))), second_factor=False)
    assert buyer.get(ASK).headers["Location"] == f"/second-factor?next={ASK}"
    assert buyer.post(ASK, data={"email": OTHER}).status_code == 403
    assert buyer.post(CODE, data={"code": "123456"}).status_code == 403
    assert buyer.post("/account/email/link/x").status_code == 403


def test_four_letters_a_quarter_and_five_guesses(member, session):
    member.post(ASK, data={"email": OTHER})
    right = code_in(last_mail(session))
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        assert member.post(CODE, data={"code": wrong}).status_code == 422
    assert member.post(CODE, data={"code": right}).status_code == 422
    for _ in range(3):
        assert member.post(ASK, data={"email": OTHER}).status_code == 303
    assert member.post(ASK, data={"email": OTHER}).status_code == 429


def test_whoever_reads_the_old_address_takes_the_account_back(member, session, app, client, at):
    user, old = member.user, member.user.email
    user.password_hash = hash_password(GOOD)
    kept = Passkey(
        user_id=user.id, credential_id=b"1", public_key=b"k", sign_count=0, name="Eigen", made_at=at
    )
    session.add(kept)
    second_factor.renew_codes(session, user=user, at=at)
    session.commit()
    member.post(ASK, data={"email": OTHER, "present": GOOD})
    member.post(CODE, data={"code": code_in(last_mail(session))})
    link = last_mail(session).link
    assert link.startswith("/account/email/undo/")
    # The thief adds ways in, and moves on to a third address.
    session.add(
        Passkey(
            user_id=user.id, credential_id=b"2", public_key=b"k", sign_count=0, name="Dief", made_at=now()
        )
    )
    user.totp_secret, user.totp_confirmed_at = b"s", now()
    session.execute(update(UserSession).values(second_factor_at=now()))
    session.commit()
    member.post(ASK, data={"email": "derde@voorbeeld.example", "present": GOOD})
    member.post(CODE, data={"code": code_in(last_mail(session))})
    second = last_mail(session).link
    session.refresh(user)
    assert user.email == "derde@voorbeeld.example"

    page = client.get(link).text
    assert old not in page  # the link may be seen by others: the address is half hidden
    session.refresh(user)
    assert user.email != old  # a mail scanner that opens the link changes nothing
    assert client.post(link).headers["Location"] == "/login/code"
    session.refresh(user)
    assert (user.email, user.password_hash, user.totp_secret) == (old, None, None)
    assert session.scalars(select(Passkey.name)).all() == ["Eigen"]
    assert session.scalars(select(RecoveryCode)).all() == []
    assert session.scalars(select(UserSession)).all() == []
    assert member.get("/account").headers["Location"].startswith("/login")
    for gone in (link, second):  # nor can the thief's own letter bring the other address back
        assert client.get(gone).status_code == 404
        assert client.post(gone).status_code == 404


def test_an_own_app_of_before_stays(session, make_user, make_organisation, sign_in_user, client):
    user = make_user((Role.PURCHASER, make_organisation(Side.ANCHOR)))
    browser = sign_in_user(user)
    change(browser, session)
    client.post(last_mail(session).link)
    session.refresh(user)
    assert user.totp_secret


def test_after_a_week_it_stands(member, session, client, at):
    change(member, session)
    link = last_mail(session).link
    later = now() + timedelta(days=7, seconds=1)
    with pytest.raises(errors.UndoGone):
        services.undo_change(session, token=link.rpartition("/")[2], at=later)
    services.clear_old(session, later - timedelta(minutes=5))
    assert session.scalar(select(func.count()).select_from(EmailChange)) == 1
    privacy.clear_up(session, later)
    assert session.scalar(select(func.count()).select_from(EmailChange)) == 0


def test_an_old_address_with_an_account_of_its_own_is_not_taken_over(member, session, client):
    old = member.user.email
    change(member, session)
    link = last_mail(session).link
    identity.register_user(session, email=old, name="Nieuw", password=None, locale="nl", at=now())
    session.commit()
    answer = client.post(link)
    assert answer.status_code == 422
    assert "zelf een account" in answer.text
    assert session.scalar(select(func.count()).select_from(User).where(User.email == old)) == 1


def test_erasing_forgets_the_old_address_too(member, session):
    change(member, session)
    privacy.erase_user(session, user=member.user, by=member.user.id, at=now())
    assert session.scalars(select(EmailChange)).all() == []


def test_the_own_copy_tells_of_it(member, session):
    old = member.user.email
    change(member, session)
    facts = json.loads(member.get("/account/export").text)
    assert [each["old_email"] for each in facts["earlier_addresses"]] == [old]
    assert facts["passkeys"] == []
