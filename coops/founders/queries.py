"""Reading who asks to found an initiative along, which statutes it made, and who founded a cooperative."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from coops.initiatives.models import InitiativeEvidence, InitiativeFounder, InitiativeRequest
from coops.initiatives.rules import Step
from coops.members.models import Member
from cwb.identity.models import Organisation, User
from cwb.kernel.policy import Actor


def asking(session: Session, initiative_id: int) -> Sequence[User]:
    """Who waits for an answer whether to found it along, for those who give it."""
    return session.scalars(
        select(User)
        .join(InitiativeRequest, InitiativeRequest.user_id == User.id)
        .where(InitiativeRequest.initiative_id == initiative_id, InitiativeRequest.answered_at.is_(None))
        .order_by(InitiativeRequest.asked_at, User.id)
    ).all()


def origins(kvk: Any, user_id: int) -> Select[int]:
    """Of the initiatives that told this KvK number and that somebody founds, the ids."""
    return (
        select(InitiativeEvidence.initiative_id)
        .join(InitiativeFounder, InitiativeFounder.initiative_id == InitiativeEvidence.initiative_id)
        .where(
            InitiativeEvidence.kvk == kvk, InitiativeFounder.user_id == user_id,
            InitiativeFounder.left_at.is_(None),
        )
    )  # fmt: skip


def find_statutes(session: Session, kvk: str | None, user_id: int) -> int | None:
    """The paper with the final statutes of the initiative that told this KvK number and that somebody founds."""
    return session.scalars(
        select(InitiativeEvidence.paper_id)
        .where(
            InitiativeEvidence.step == Step.STATUTES, ~InitiativeEvidence.draft,
            InitiativeEvidence.paper_id.is_not(None), InitiativeEvidence.initiative_id.in_(origins(kvk, user_id)),
        )
        .order_by(InitiativeEvidence.reached_on.desc(), InitiativeEvidence.id.desc())
        .limit(1)
    ).first()  # fmt: skip


def founders_with(session: Session, kvk: Any, user_id: int) -> Sequence[User]:
    """Who signed to found, with somebody, the initiative that told this KvK number; that one as well."""
    standing = select(InitiativeFounder.user_id).where(
        InitiativeFounder.initiative_id.in_(origins(kvk, user_id)), InitiativeFounder.left_at.is_(None)
    )
    return session.scalars(
        select(User).where(User.id.in_(standing), User.erased_at.is_(None)).order_by(User.name, User.id)
    ).all()


def founders_outside(session: Session, actor: Actor) -> Sequence[User]:
    """Who founded this cooperative with the reader and is no member yet: for a board that stands in that group."""
    kvk = session.scalar(select(Organisation.kvk_number).where(Organisation.id == actor.organisation_id))
    if kvk is None or not (found := founders_with(session, kvk, actor.user_id)):
        return []
    known = session.execute(
        select(Member.user_id, Member.contact).where(
            Member.organisation_id == actor.organisation_id, Member.left_on.is_(None),
            or_(Member.user_id.in_([each.id for each in found]),
                Member.contact.in_([each.email.lower() for each in found])),
        )
    ).all()  # fmt: skip
    taken = {one for row in known for one in row}
    return [each for each in found if each.id not in taken and each.email.lower() not in taken]
