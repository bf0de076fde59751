"""Reading files that wait."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.lookups.errors import RegisterFileUnknown
from ledger.lookups.models import RegisterUpload


def upload(session: Session, public_id: UUID) -> RegisterUpload:
    """The waiting file with this id.

    Raises:
        RegisterFileUnknown: none.
    """
    found = session.scalar(select(RegisterUpload).where(RegisterUpload.public_id == public_id))
    if found is None:
        raise RegisterFileUnknown
    return found
