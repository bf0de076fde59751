"""Reading files of purchase lines."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.spend.models import SpendImport
from ledger.uploads.errors import UploadUnknown
from ledger.uploads.models import SpendUpload


def upload(session: Session, public_id: UUID | str, *, anchor_id: int | None) -> SpendUpload:
    """A waiting file of this anchor.

    Raises:
        UploadUnknown: none, another anchor's, or the text is no id.
    """
    try:
        wanted = UUID(str(public_id))
    except ValueError:
        raise UploadUnknown from None
    found = session.scalar(
        select(SpendUpload).where(SpendUpload.public_id == wanted, SpendUpload.anchor_id == anchor_id)
    )
    if found is None:
        raise UploadUnknown
    return found


def imports(session: Session, anchor_id: int) -> Sequence[SpendImport]:
    """Files booked for an anchor, latest first."""
    return session.scalars(
        select(SpendImport)
        .where(SpendImport.anchor_id == anchor_id)
        .order_by(SpendImport.id.desc())
        .limit(50)
    ).all()
