from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from coops.members import errors, queries, services
from coops.members.rules import MemberFacts, MemberKind
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role


@pytest.fixture
def home(make_organisation):
    return make_organisation()


@pytest.fixture
def board(make_user, home):
    user = make_user((Role.BOARD, home))
    return Actor(user.id, "", home.id, "", frozenset({Role.BOARD}))


@pytest.fixture
def amina(at):
    return MemberFacts("Amina", "Amina@voorbeeld.example", MemberKind.WORKER, local_date(at))


def test_members_are_numbered_and_found_once(session, board, amina, at):
    one = services.add_member(session, facts=amina, actor=board, at=at)
    two = services.add_member(session, facts=replace(amina, contact="0612345678"), actor=board, at=at)
    assert [one.number, two.number] == [1, 2]
    assert one.contact == "amina@voorbeeld.example"
    with pytest.raises(errors.ContactTaken):
        services.add_member(session, facts=amina, actor=board, at=at)
    with pytest.raises(errors.ContactTaken):
        services.change_member(session, member=two, facts=amina, user_id=None, version=1, actor=board, at=at)


def test_the_same_list_twice_adds_nothing(session, board, amina, at):
    rows = [amina, replace(amina, name="Bo", contact="bo@voorbeeld.example"), replace(amina, name="Nog eens")]
    assert services.import_members(session, rows=rows, actor=board, at=at) == (2, 1)
    assert services.import_members(session, rows=rows, actor=board, at=at) == (0, 3)
    assert [each.name for each in queries.members(session, board.organisation_id)] == ["Amina", "Bo"]


def test_only_the_board_keeps_the_register(session, board, amina, make_organisation, make_user, home, at):
    member = Actor(make_user((Role.MEMBER, home)).id, "", home.id, "", frozenset({Role.MEMBER}))
    with pytest.raises(Forbidden):
        services.add_member(session, facts=amina, actor=member, at=at)
    made = services.add_member(session, facts=amina, actor=board, at=at)
    elsewhere = replace(board, organisation_id=make_organisation().id)
    with pytest.raises(errors.MemberNotFound):
        services.change_member(
            session, member=made, facts=amina, user_id=None, version=1, actor=elsewhere, at=at
        )
    with pytest.raises(errors.MemberNotFound):
        services.end_membership(session, member=made, actor=elsewhere, at=at)
    with pytest.raises(errors.NoMembership):
        services.mend_own(session, member=made, name="X", contact="x@y.nl", version=1, actor=member, at=at)


def test_a_member_finds_the_own_row_by_mail_and_is_linked_by_the_first_act(
    session, board, amina, make_user, home, at
):
    user = make_user((Role.MEMBER, home))
    reader = Actor(user.id, "", home.id, "", frozenset({Role.MEMBER}))
    assert queries.find_own(session, reader) is None
    linked = services.add_member(
        session, facts=replace(amina, contact=user.email.upper()), actor=board, at=at
    )
    assert linked.user_id == user.id
    session.execute(text("UPDATE member SET user_id = NULL"))
    session.expire_all()
    own = queries.own(session, reader)
    services.mend_own(session, member=own, name="Mina", contact="06 12345678", version=1, actor=reader, at=at)
    session.expire_all()
    assert (own.name, own.contact, own.user_id) == ("Mina", "0612345678", user.id)
    assert queries.own(session, reader).id == own.id
    with pytest.raises(errors.MemberChanged):
        services.mend_own(session, member=own, name="M", contact="0612345678", version=1, actor=reader, at=at)


def test_an_account_is_one_member_and_has_a_role_here(session, board, amina, make_user, home, at):
    user = make_user((Role.MEMBER, home))
    one = services.add_member(session, facts=amina, actor=board, at=at)
    two = services.add_member(session, facts=replace(amina, contact="0612345678"), actor=board, at=at)
    linking = {"facts": amina, "version": 1, "actor": board, "at": at}
    services.change_member(session, member=one, user_id=user.id, **linking)
    linking["facts"] = replace(amina, contact="0612345678")
    for account in (user.id, make_user().id):
        with pytest.raises(errors.AccountTaken):
            services.change_member(session, member=two, user_id=account, **linking)
        session.expire_all()


def test_who_left_stays_and_comes_back_as_a_new_row(session, board, amina, at):
    made = services.add_member(session, facts=amina, actor=board, at=at)
    services.end_membership(session, member=made, actor=board, at=at)
    with pytest.raises(errors.AlreadyLeft):
        services.end_membership(session, member=made, actor=board, at=at)
    with pytest.raises(errors.AlreadyLeft):
        services.change_member(session, member=made, facts=amina, user_id=None, version=2, actor=board, at=at)
    again = services.add_member(session, facts=amina, actor=board, at=at)
    assert again.number == 2
    assert services.forget_members(session, at=at + timedelta(days=365 * 7)) == 0
    assert services.forget_members(session, at=at + timedelta(days=365 * 8)) == 1
    session.expire_all()
    assert (made.name, made.contact, again.name) == ("–", "", "Amina")


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ("name = ''", "ck_member_name"), ("name = 'A 111222333'", "ck_member_name"),
        ("contact = '111222333'", "ck_member_contact"), ("contact = ''", "ck_member_contact"),
        ("kind = 'boss'", "ck_member_kind"), ("left_on = joined_on - 1", "ck_member_left_on"),
        ("version = 0", "ck_member_version"), ("number = 9", "leaves once"),
        ("forgotten_at = now(), contact = ''", "ck_member_forgotten_at"),
    ],
)  # fmt: skip
def test_the_database_holds_each_member(session, board, amina, at, change, check):
    services.add_member(session, facts=amina, actor=board, at=at)
    with pytest.raises(DatabaseError, match=check), session.begin_nested():
        session.execute(text(f"UPDATE member SET {change}"))
    with pytest.raises(DatabaseError, match="stays"), session.begin_nested():
        session.execute(text("DELETE FROM member"))


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (MemberKind.WORKER, Role.MEMBER), (MemberKind.RESIDENT, Role.FELLOW), (MemberKind.SUPPORTING, Role.FELLOW),
    ],
)  # fmt: skip
def test_only_a_working_member_is_invited_to_the_work(session, board, amina, at, kind, role):
    made = services.add_member(session, facts=replace(amina, kind=kind), actor=board, at=at)
    asked = services.invite_member(session, member=made, actor=board, locale="nl", at=at)
    assert asked.role is role


def test_a_member_who_does_not_work_takes_part_and_does_nothing_for_the_cooperative(sign_in, home):
    reader = sign_in(Role.FELLOW, home)
    assert "Uw lidmaatschap" in reader.get("/").text
    assert [reader.get(page).status_code for page in ("/membership", "/meetings", "/membership/leave")] == [
        200, 200, 404,
    ]  # fmt: skip
    assert [reader.get(page).status_code for page in ("/members", "/invoices")] == [403, 403]
