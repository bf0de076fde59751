"""Reading counts: the organisation itself, the programme, auditors, and the buyer after the opening."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import DateTime, cast, func, literal, select
from sqlalchemy.orm import Session

from coops.register.models import Cooperative
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, TODAY, Tasks, Waiting, rows
from procurement.reserved.queries import counting, in_force, unchecked
from procurement.reserved.rules import FITS, Standing
from procurement.workplaces.models import WorkplaceCount
from procurement.workplaces.rules import WARNED


def counts(session: Session, organisation_id: int) -> Sequence[WorkplaceCount]:
    """All that an organisation stated, the newest first."""
    return session.scalars(
        select(WorkplaceCount)
        .where(WorkplaceCount.organisation_id == organisation_id)
        .order_by(WorkplaceCount.id.desc())
    ).all()


def standing_of(
    session: Session, organisation_id: int | None, at: datetime, *, on: date, percent: int
) -> Standing:
    """How an organisation stands for a reserved contract."""
    found = (
        in_force(session, WorkplaceCount, [organisation_id], at).get(organisation_id)
        if organisation_id
        else None
    )
    return found.standing(on, percent) if found else Standing.MISSING


def able(session: Session, sector: str | None, at: datetime, *, on: date, percent: int) -> tuple[int, int]:
    """How many registered cooperatives of a kind of work may compete if it is reserved, and how many were checked."""
    ids = session.scalars(
        select(Cooperative.organisation_id).where(
            *([Cooperative.sectors.contains([sector])] if sector else [])
        )
    ).all()
    found = [each.standing(on, percent) for each in in_force(session, WorkplaceCount, ids, at).values()]
    return sum(each in FITS for each in found), sum(each is Standing.CHECKED for each in found)


tasks = Tasks(
    unchecked(WorkplaceCount, N_("Controleer de telling van %(title)s")),
    Waiting(
        N_("Vernieuw uw telling voor voorbehouden opdrachten"), "workplaces.index", frozenset({Role.BOARD}),
        rows(due_at=func.timezone("Europe/Amsterdam", cast(WorkplaceCount.valid_until + literal(1), DateTime)))
        .where(
            WorkplaceCount.organisation_id == ORGANISATION, counting(WorkplaceCount),
            WorkplaceCount.valid_until <= TODAY + literal(WARNED.days),
            WorkplaceCount.valid_until >= TODAY - literal(WARNED.days),
        ),
    ),
)  # fmt: skip
"""Counts that nobody checked, and those that end."""
