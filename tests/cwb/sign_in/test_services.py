"""What the pages do not reach."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from cwb.account.services import change_profile
from cwb.identity import services as identity
from cwb.identity.errors import UserUnknown
from cwb.identity.gateway import password_matches
from cwb.identity.rules import Side
from cwb.kernel.clock import now
from cwb.kernel.policy import Role
from cwb.sign_in import errors, queries, services
from cwb.sign_in.models import MailCode, UserSession

GOOD = "vier losse woorden hier"


@pytest.fixture
def user(session, at):
    return identity.register_user(
        session, email="noor@voorbeeld.example", name="Noor", password=GOOD, locale="nl", at=at
    )


def test_a_weak_hash_is_made_anew_at_sign_in(session, at, user):
    user.password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    before = user.password_hash
    services.sign_in_with_password(session, email=user.email, password=GOOD, at=at)
    assert user.password_hash != before
    assert password_matches(user.password_hash, GOOD)


def test_who_has_no_password_gets_in_with_none(session, at, make_user):
    with pytest.raises(errors.SignInFailed):
        services.sign_in_with_password(session, email=make_user().email, password="nobody's password", at=at)


def test_the_database_gives_up_a_letter_to_nobody_once_the_account_is_gone(session, at, user):
    user.erased_at = at
    session.flush()
    with pytest.raises(errors.CodeWrong):
        services.sign_in_with_letter(session, letter=MailCode(user_id=user.id), at=at)


def test_a_letter_is_used_once_and_in_time(session, at, user):
    services.mail_code(
        session, purpose="sign_in", email=user.email, browser="b", locale="nl", link="/x/", at=at
    )
    late = at + timedelta(minutes=16)
    with pytest.raises(errors.CodeWrong):
        services.redeem_code(session, browser="b", code="000000", purpose="sign_in", at=late)
    with pytest.raises(errors.CodeWrong):
        services.redeem_code(session, browser="b", code="geen", purpose="sign_in", at=at)
    assert not services.count_try(session, browser="b", purpose="sign_in", at=late)


def test_one_acts_only_where_one_holds_a_mandate(session, user, make_organisation):
    opened = services.open_session(session, user=user, at=now())
    found = queries.find_signed_in(session, opened.token, now())
    with pytest.raises(UserUnknown):
        services.act_for(session, signed_in=found, organisation_id=make_organisation().id, at=now())
    services.act_for(session, signed_in=found, organisation_id=None, at=now())


def test_the_organisation_of_last_time_comes_back_while_the_mandate_runs(
    session, make_user, make_organisation
):
    one, two = make_organisation(), make_organisation()
    user = make_user((Role.BOARD, one), (Role.BOARD, two))
    services.open_session(session, user=user, at=now(), organisation_id=two.id)
    assert queries.usual_organisation(session, user.id) == two.id


def test_a_demo_user_needs_no_second_step_in_a_demo(session, at, make_user, make_organisation):
    user = make_user((Role.PURCHASER, make_organisation(Side.ANCHOR)))
    services.make_demo_user(session, user=user, role="purchaser", label="I", position=1, password="demo")
    assert password_matches(user.password_hash, "demo")

    def awake() -> bool:
        token = services.open_session(session, user=user, at=now()).token
        return queries.find_signed_in(session, token, now()).second_factor_given

    assert not awake()
    session.execute(text("ALTER TABLE database_clock DISABLE TRIGGER USER"))
    session.execute(text("UPDATE database_clock SET kind = 'demo'"))
    assert awake()


def test_the_database_keeps_demo_users_out_of_a_real_one(session, make_user):
    user = make_user()
    session.execute(text("ALTER TABLE database_clock DISABLE TRIGGER USER"))
    session.execute(text("UPDATE database_clock SET kind = 'production'"))
    with pytest.raises(DBAPIError, match="demo database only"):
        services.make_demo_user(session, user=user, role="x", label="x", position=1)


def test_a_fault_of_the_database_is_not_taken_for_a_double(session, at, make_user, make_organisation):
    session.execute(text("ALTER TABLE mandate ADD CHECK (role <> 'cooperative_member')"))
    with pytest.raises(IntegrityError):
        make_user((Role.MEMBER, make_organisation()))


def test_a_new_name_reaches_the_person_too(session, at, user):
    person = identity.person_of(session, user=user, at=at)
    change_profile(session, user=user, name="Nieuw", locale="nl")
    assert (person.name, person.search_name) == ("Nieuw", "nieuw")


def test_old_things_are_cleared(session, at, user):
    services.open_session(session, user=user, at=at)
    services.count_attempt(session, kind="mail", value="x", at=at)
    services.clear_old(session, at + timedelta(days=31))
    assert session.query(UserSession).count() == 0
    assert session.scalar(text("SELECT count(*) FROM sign_in_attempt")) == 0
