"""Reading passkeys."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cwb.identity.models import User
from cwb.identity.queries import running_roles
from cwb.passkeys import errors, rules
from cwb.passkeys.models import Passkey


def passkeys_of(session: Session, user_id: int) -> Sequence[Passkey]:
    """A user's passkeys, the oldest first."""
    return session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)).all()


def passkey(session: Session, user_id: int, public_id: UUID) -> Passkey:
    """One of a user's own passkeys.

    Raises:
        PasskeyUnknown: none, or somebody else's.
    """
    found = session.scalar(select(Passkey).where(Passkey.user_id == user_id, Passkey.public_id == public_id))
    if found is None:
        raise errors.PasskeyUnknown
    return found


def find_by_credential(session: Session, credential_id: bytes) -> Passkey | None:
    """The passkey with this id, locked, so that its counter moves once at a time."""
    return session.scalar(
        select(Passkey)
        .where(Passkey.credential_id == credential_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def count(session: Session, user_id: int) -> int:
    """How many passkeys a user has."""
    return session.scalar(select(func.count()).where(Passkey.user_id == user_id)) or 0


def is_protected(session: Session, user: User) -> bool:
    """Whether this account has a second step that must be given before anything about signing in changes."""
    return rules.protected(
        running_roles(session, user.id),
        has_app=user.totp_confirmed_at is not None,
        passkeys=count(session, user.id),
    )
