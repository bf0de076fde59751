"""Reading the member register of one cooperative."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from coops.members.errors import MemberNotFound, NoMembership
from coops.members.models import Member
from coops.members.rules import MemberKind
from cwb.identity.models import Mandate, Organisation, User
from cwb.kernel.period import Period
from cwb.kernel.policy import Actor, Role
from cwb.kernel.waiting import USER


def register(organisation_id: int, *, with_left: bool = False) -> Select[Member]:
    """The members of a cooperative by number."""
    statement = select(Member).where(Member.organisation_id == organisation_id).order_by(Member.number)
    return statement if with_left else statement.where(Member.left_on.is_(None))


def members(session: Session, organisation_id: int, *, with_left: bool = False) -> Sequence[Member]:
    """All of them, by number."""
    return session.scalars(register(organisation_id, with_left=with_left)).all()


def members_on(session: Session, organisation_id: int, day: date) -> Sequence[Member]:
    """Who were members on a day: joined by then and not left by then."""
    return session.scalars(
        select(Member)
        .where(
            Member.organisation_id == organisation_id, Member.joined_on <= day,
            or_(Member.left_on.is_(None), Member.left_on > day),
        )
        .order_by(Member.number)
    ).all()  # fmt: skip


def members_during(session: Session, organisation_id: int, period: Period) -> Sequence[Member]:
    """Who was a member on some day of a period, by number; also who left since."""
    return session.scalars(
        register(organisation_id, with_left=True).where(
            Member.joined_on < period.end, or_(Member.left_on.is_(None), Member.left_on > period.start)
        )
    ).all()


def member(session: Session, public_id: UUID, organisation_id: int | None) -> Member:
    """A member of this cooperative.

    Raises:
        MemberNotFound: none, or another cooperative's.
    """
    found = session.scalars(
        select(Member).where(Member.public_id == public_id, Member.organisation_id == organisation_id)
    ).one_or_none()
    if found is None:
        raise MemberNotFound
    return found


def locked(session: Session, found: Member) -> Member:
    """The member as it is now, held until the transaction ends."""
    return session.scalars(
        select(Member)
        .where(Member.id == found.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def by_contact(session: Session, organisation_id: int, contact: str) -> Member | None:
    """The running member with this contact."""
    return session.scalars(
        select(Member).where(
            Member.organisation_id == organisation_id, Member.contact == contact, Member.left_on.is_(None)
        )
    ).one_or_none()


def is_of(user_id: Any) -> ColumnElement[bool]:
    """SQL: whether a running member is this account: linked, or not yet linked and reached at its mail address."""
    address = (
        select(func.lower(User.email)).where(User.id == user_id, User.erased_at.is_(None)).scalar_subquery()
    )
    return and_(
        Member.left_on.is_(None),
        or_(Member.user_id == user_id, and_(Member.user_id.is_(None), Member.contact == address)),
    )  # fmt: skip


IS_READER = is_of(USER)
"""Of the reader of a page (`cwb.kernel.waiting`)."""


def find_own(session: Session, actor: Actor) -> Member | None:
    """The reader's own row in the cooperative acted for; a linked account goes before a mail address."""
    return session.scalars(
        select(Member)
        .where(Member.organisation_id == actor.organisation_id, is_of(actor.user_id))
        .order_by(Member.user_id.is_(None))
        .limit(1)
    ).first()


def roles_as_member(session: Session, found: Member) -> Sequence[Mandate]:
    """The running roles of a running member's account as a member of this cooperative, not those it has besides."""
    return session.scalars(
        select(Mandate)
        .join(Member, Member.organisation_id == Mandate.organisation_id)
        .where(
            Member.id == found.id,
            is_of(Mandate.user_id),
            Mandate.role == Role.MEMBER,
            Mandate.ended_at.is_(None),
        )
    ).all()


def own(session: Session, actor: Actor) -> Member:
    """The reader's own row.

    Raises:
        NoMembership: there is none.
    """
    found = find_own(session, actor)
    if found is None:
        raise NoMembership
    return found


def languages(session: Session, found: Sequence[Member]) -> dict[int, str]:
    """Member → the language of the account that is linked, else of the one with this mail address, if there is any."""
    accounts = session.execute(
        select(Member.id.label("member_id"), User.locale)
        .join(User, or_(User.id == Member.user_id, func.lower(User.email) == Member.contact))
        .where(Member.id.in_([each.id for each in found]), User.erased_at.is_(None))
        .order_by((User.id == Member.user_id).is_not(True).desc())
    )
    return {row.member_id: row.locale for row in accounts}


def counts(session: Session, organisation_id: int) -> dict[str, int]:
    """How many running members of each kind there are; every kind is there."""
    rows = session.execute(
        select(Member.kind, func.count().label("count_"))
        .where(Member.organisation_id == organisation_id, Member.left_on.is_(None))
        .group_by(Member.kind)
    )
    found = {row.kind: row.count_ for row in rows}
    return {kind.value: found.get(kind.value, 0) for kind in MemberKind}


def own_data(session: Session, user_id: int) -> object:
    """For the copy of one's own data: every membership of this account, in whichever cooperative."""
    rows = session.execute(
        select(Member, Organisation.name)
        .join(Organisation, Organisation.id == Member.organisation_id)
        .where(or_(Member.user_id == user_id, is_of(user_id)))
        .order_by(Member.id)
    )
    return [
        {
            "cooperative": name, "number": each.number, "name": each.name, "contact": each.contact,
            "kind": each.kind, "joined_on": each.joined_on.isoformat(),
            "left_on": each.left_on.isoformat() if each.left_on else None,
        }
        for each, name in rows
    ]  # fmt: skip
