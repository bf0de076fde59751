"""Who may invite and end, also where a page would not let one come."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from cwb.identity import queries as identity
from cwb.identity.errors import MayNotGrant, RoleNotHere
from cwb.identity.rules import Side
from cwb.kernel.policy import Actor, Role
from cwb.people import services


def actor_of(user, organisation, *roles):
    return Actor(user.id, user.name, organisation.id, organisation.name, frozenset(roles))


@pytest.fixture
def home(make_organisation):
    return make_organisation()


@pytest.fixture
def board(make_user, home):
    return actor_of(make_user((Role.BOARD, home)), home, Role.BOARD)


@pytest.fixture
def stranger(make_user, make_organisation):
    other = make_organisation()
    return actor_of(make_user((Role.BOARD, other)), other, Role.BOARD)


def invite(session, at, organisation, actor, role, email="a@voorbeeld.example"):
    return services.invite(
        session, organisation=organisation, email=email, role=role, actor=actor, locale="nl", at=at
    )


def test_a_role_of_another_side(session, at, home, board):
    with pytest.raises(RoleNotHere):
        invite(session, at, home, board, Role.PURCHASER)


def test_strangers_neither_invite_nor_end_nor_withdraw(session, at, home, board, stranger, make_organisation):
    with pytest.raises(MayNotGrant):
        invite(session, at, home, stranger, Role.MEMBER)
    made = invite(session, at, home, board, Role.MEMBER)
    for act in (services.resend, services.withdraw):
        with pytest.raises(MayNotGrant):
            act(session, invitation=made, organisation=home, actor=stranger, at=at)
    mandate = identity.mandates_of_organisation(session, home.id)[0][0]
    with pytest.raises(MayNotGrant):
        services.end_mandate(session, mandate=mandate, organisation=home, actor=stranger, at=at)


def test_a_board_gives_no_role_that_oversees(session, at, home, board):
    with pytest.raises(MayNotGrant):
        invite(session, at, home, board, Role.AUDITOR)


def test_a_fault_of_the_database_is_not_taken_for_a_second_invitation(session, at, home, board):
    session.execute(text("ALTER TABLE invitation ADD CHECK (email <> 'a@voorbeeld.example')"))
    with pytest.raises(IntegrityError):
        invite(session, at, home, board, Role.MEMBER)


def test_an_erased_colleague_gets_no_letter(session, at, home, board, make_user, make_organisation):
    anchor = make_organisation(Side.ANCHOR)
    assert anchor.id != home.id
    user = make_user((Role.MEMBER, home))
    user.erased_at = at
    session.flush()
    mandate = next(m for m, u in identity.mandates_of_organisation(session, home.id) if u is user)
    services.end_mandate(session, mandate=mandate, organisation=home, actor=board, at=at)
    assert session.scalar(text("SELECT count(*) FROM mail")) == 0
