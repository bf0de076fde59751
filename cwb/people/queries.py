"""Reading invitations."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, cast, func, or_, select
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation, User
from cwb.kernel.policy import SIGNED_IN, Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, USER, Tasks, Waiting, rows
from cwb.people import errors, rules
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


def invitation_to(session: Session, public_id: UUID, email: str, *, lock: bool = False) -> Invitation:
    """An invitation to this address, whatever became of it.

    Raises:
        InvitationUnknown: none, or to somebody else.
    """
    statement = select(Invitation).where(Invitation.public_id == public_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(statement)
    if found is None or not rules.is_for(found.email, email):
        raise errors.InvitationUnknown
    return found


def _asked(role: Role, weight: int) -> Any:
    return weight * cast(
        or_(Invitation.role == role, func.jsonb_exists(Invitation.also, role.value)), Integer
    )


tasks = Tasks(
    Waiting(
        (
            N_("%(title)s nodigt u uit. Zeg ja of nee."),
            N_("%(title)s vraagt uw hulp bij inschrijvingen, tot en met %(number)s. Zeg ja of nee."),
            N_("%(title)s vraagt uw hulp bij facturen en boeken, tot en met %(number)s. Zeg ja of nee."),
            N_(
                "%(title)s vraagt uw hulp bij inschrijvingen, facturen en boeken, tot en met %(number)s. "
                "Zeg ja of nee."
            ),
            N_("%(title)s vraagt uw hulp bij het profiel, tot en met %(number)s. Zeg ja of nee."),
            N_("%(title)s vraagt uw hulp bij inschrijvingen en het profiel, tot en met %(number)s. Zeg ja of nee."),
            N_(
                "%(title)s vraagt uw hulp bij facturen, boeken en het profiel, tot en met %(number)s. "
                "Zeg ja of nee."
            ),
            N_(
                "%(title)s vraagt uw hulp bij inschrijvingen, facturen, boeken en het profiel, "
                "tot en met %(number)s. Zeg ja of nee."
            ),
        ),
        "people.answer", SIGNED_IN,
        rows(
            number=func.to_char(Invitation.ends_on, "DD-MM-YYYY"), title=Organisation.name,
            num=_asked(Role.BID_HELPER, 1) + _asked(Role.INVOICE_HELPER, 2) + _asked(Role.REGISTER_HELPER, 4),
            key=Invitation.public_id, due_at=Invitation.expires_at,
        )
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .join(User, func.lower(User.email) == func.lower(Invitation.email))
        .where(
            User.id == USER, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > AT,
        )
        .order_by(Invitation.id),
        {"public_id": "key"},
    ),
)  # fmt: skip
"""Who asks the actor to take part: for what, and until when."""
