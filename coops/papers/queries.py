"""Reading papers."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from coops.papers.errors import PaperNotFound
from coops.papers.models import CooperativePaper


def papers(
    session: Session, *, organisation_id: int | None = None, draft_key: UUID | None = None
) -> Sequence[CooperativePaper]:
    """The papers of an organisation or of an unfinished registration, the newest first."""
    own = (
        CooperativePaper.organisation_id == organisation_id
        if organisation_id is not None
        else CooperativePaper.draft_key == draft_key
    )
    return session.scalars(
        select(CooperativePaper)
        .where(own)
        .order_by(CooperativePaper.added_at.desc(), CooperativePaper.id.desc())
    ).all()


def paper(session: Session, public_id: UUID) -> CooperativePaper:
    """The paper behind an address.

    Raises:
        PaperNotFound: none.
    """
    found = session.scalar(select(CooperativePaper).where(CooperativePaper.public_id == public_id))
    if found is None:
        raise PaperNotFound
    return found
