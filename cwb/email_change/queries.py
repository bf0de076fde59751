"""Reading what waits behind a link of a letter."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.email_change import errors
from cwb.email_change.models import EmailChange
from cwb.sign_in.rules import token_hash


def change_to_undo(session: Session, token: str, at: datetime) -> EmailChange:
    """The change behind the link that the old address got.

    Raises:
        UndoGone: no such link, too old, or used.
    """
    found = session.scalar(
        select(EmailChange).where(EmailChange.undo_hash == token_hash(token), EmailChange.expires_at > at)
    )
    if found is None:
        raise errors.UndoGone
    return found
