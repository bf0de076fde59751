"""Reading an unfinished registration."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.account.models import OrganisationDraft


def answers(session: Session, user_id: int) -> dict[str, Any]:
    """What somebody typed of an organisation that is not registered yet; empty: nothing."""
    return session.scalar(select(OrganisationDraft.answers).where(OrganisationDraft.user_id == user_id)) or {}
