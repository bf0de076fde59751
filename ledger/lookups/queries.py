"""Reading files that wait for a second person."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import USER, Tasks, Waiting, rows
from ledger.lookups.errors import RegisterFileUnknown
from ledger.lookups.models import RegisterUpload

tasks = Tasks(
    Waiting(
        N_("Kijk als tweede persoon een bestand van het register na: %(title)s"), "lookups.waiting",
        frozenset({Role.PROGRAMME, Role.AUDITOR}),
        rows(title=RegisterUpload.file_name, key=RegisterUpload.public_id)
        .where(RegisterUpload.actor_id != USER)
        .order_by(RegisterUpload.id),
        {"public_id": "key"}, awaited=True,
    )
)  # fmt: skip
"""What waits for a second person."""


def uploads(session: Session) -> Sequence[RegisterUpload]:
    """Files that wait, oldest first, without what is in them."""
    return session.scalars(
        select(RegisterUpload).options(joinedload(RegisterUpload.actor)).order_by(RegisterUpload.id)
    ).all()


def upload(session: Session, public_id: UUID, *, lock: bool = False) -> RegisterUpload:
    """The waiting file with this id; `lock`: held until the transaction ends.

    Raises:
        RegisterFileUnknown: none.
    """
    statement = (
        select(RegisterUpload)
        .where(RegisterUpload.public_id == public_id)
        .options(joinedload(RegisterUpload.actor), undefer(RegisterUpload.content))
        .execution_options(populate_existing=True)
    )
    found = session.scalar(statement.with_for_update(of=RegisterUpload) if lock else statement)
    if found is None:
        raise RegisterFileUnknown
    return found
