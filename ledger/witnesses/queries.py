"""Reading what was seen."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import USER, Tasks, Waiting, rows
from ledger.witnesses.errors import SightingUnknown
from ledger.witnesses.models import Sighting

tasks = Tasks(
    Waiting(
        N_("Kijk als tweede persoon na waar %(title)s zit"), "witnesses.show",
        frozenset({Role.PROGRAMME, Role.AUDITOR}),
        rows(title=Sighting.title, key=Sighting.public_id)
        .where(Sighting.answered_at.is_(None), Sighting.said_by_id != USER)
        .order_by(Sighting.id),
        {"public_id": "key"}, awaited=True,
    )
)  # fmt: skip
"""What waits for a second person."""

_WHOLE = (joinedload(Sighting.said_by), joinedload(Sighting.answered_by), joinedload(Sighting.supplier))


def sightings(session: Session, most: int = 500) -> Sequence[Sighting]:
    """What was seen: what waits first, then the latest."""
    waits = Sighting.answered_at.is_not(None)
    return session.scalars(
        select(Sighting).options(*_WHOLE).order_by(waits, Sighting.id.desc()).limit(most)
    ).all()


def sighting(session: Session, public_id: UUID, *, lock: bool = False) -> Sighting:
    """One of them; `lock`: held until the transaction ends.

    Raises:
        SightingUnknown: none.
    """
    statement = select(Sighting).where(Sighting.public_id == public_id).options(*_WHOLE)
    if lock:
        statement = statement.with_for_update(of=Sighting).execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise SightingUnknown
    return found
