"""Reading aid from elsewhere."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from coops.aid.errors import AidNotFound
from coops.aid.models import OtherAid


def declared(session: Session, organisation_id: int) -> Sequence[OtherAid]:
    """What an organisation declared, also what it took back, the newest first."""
    return session.scalars(
        select(OtherAid).where(OtherAid.organisation_id == organisation_id).order_by(OtherAid.id.desc())
    ).all()


def own(session: Session, public_id: UUID, organisation_id: int | None) -> OtherAid:
    """What one's own organisation declared and did not take back, held until the transaction ends.

    Raises:
        AidNotFound: none, another's, or taken back.
    """
    found = session.scalars(
        select(OtherAid)
        .where(
            OtherAid.public_id == public_id, OtherAid.organisation_id == organisation_id,
            OtherAid.taken_back_at.is_(None),
        )
        .with_for_update()
    ).one_or_none()  # fmt: skip
    if found is None:
        raise AidNotFound
    return found
