"""Reading invitations."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.people import errors
from cwb.people.models import Invitation
from cwb.sign_in.rules import token_hash


def open_invitations(session: Session, organisation_id: int) -> Sequence[Invitation]:
    """Invitations neither accepted nor withdrawn (expired ones too), the latest first."""
    statement = (
        select(Invitation)
        .where(
            Invitation.organisation_id == organisation_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .order_by(Invitation.id.desc())
    )
    return session.scalars(statement).all()


def invitation(session: Session, organisation_id: int, public_id: UUID) -> Invitation:
    """An invitation of this organisation, locked.

    Raises:
        InvitationUnknown: none, or another organisation's.
    """
    found = session.scalar(
        select(Invitation)
        .where(Invitation.public_id == public_id, Invitation.organisation_id == organisation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise errors.InvitationUnknown
    return found


def invitation_by_token(session: Session, token: str, *, lock: bool = False) -> Invitation:
    """The invitation a link belongs to.

    Raises:
        InvitationUnknown: none, or a newer letter replaced it.
    """
    statement = select(Invitation).where(Invitation.token_hash == token_hash(token))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(statement)
    if found is None:
        raise errors.InvitationUnknown
    return found
