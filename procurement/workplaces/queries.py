"""Reading counts: the organisation itself, the programme, auditors, and the buyer after the opening."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, Select, Text, and_, cast, exists, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased, joinedload

from coops.register.models import Cooperative
from cwb.identity.models import Organisation, Party
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, TODAY, USER, Tasks, Waiting, rows
from procurement.workplaces.errors import CountNotFound
from procurement.workplaces.models import WorkplaceCount
from procurement.workplaces.rules import FITS, WARNED, Standing


def counts(session: Session, organisation_id: int) -> Sequence[WorkplaceCount]:
    """All that an organisation stated, the newest first, with who stated and checked it."""
    return session.scalars(
        select(WorkplaceCount)
        .where(WorkplaceCount.organisation_id == organisation_id)
        .options(joinedload(WorkplaceCount.stated_by), joinedload(WorkplaceCount.checked_by))
        .order_by(WorkplaceCount.id.desc())
    ).all()


def every() -> Select[WorkplaceCount]:
    """What counts now of each organisation and what waits for a check, for the programme and auditors."""
    return (
        select(WorkplaceCount)
        .where(WorkplaceCount.withdrawn_at.is_(None))
        .options(joinedload(WorkplaceCount.organisation))
        .order_by(WorkplaceCount.checked_at.is_not(None), WorkplaceCount.id.desc())
    )


def count(session: Session, public_id: UUID) -> WorkplaceCount:
    """One of them, locked, with its organisation.

    Raises:
        CountNotFound: there is none.
    """
    found = session.scalars(
        select(WorkplaceCount)
        .where(WorkplaceCount.public_id == public_id)
        .options(joinedload(WorkplaceCount.organisation), joinedload(WorkplaceCount.stated_by))
        .with_for_update(of=WorkplaceCount)
    ).one_or_none()
    if found is None:
        raise CountNotFound
    return found


def in_force(
    session: Session, organisation_ids: Collection[int], at: datetime
) -> Mapping[int, WorkplaceCount]:
    """The latest count of each organisation that stood at an instant, by the organisation's key."""
    found = session.scalars(
        select(WorkplaceCount)
        .where(
            WorkplaceCount.organisation_id.in_(organisation_ids), WorkplaceCount.stated_at <= at,
            WorkplaceCount.withdrawn_at.is_(None) | (WorkplaceCount.withdrawn_at > at),
        )
        .ext(distinct_on(WorkplaceCount.organisation_id))
        .order_by(WorkplaceCount.organisation_id, WorkplaceCount.id.desc())
        .options(joinedload(WorkplaceCount.organisation))
    )  # fmt: skip
    return {each.organisation_id: each for each in found}


def standing_of(
    session: Session, organisation_id: int | None, at: datetime, *, on: date, percent: int
) -> Standing:
    """How an organisation stands for a reserved contract."""
    found = in_force(session, [organisation_id], at).get(organisation_id) if organisation_id else None
    return found.standing(on, percent) if found else Standing.MISSING


def able(session: Session, sector: str | None, at: datetime, *, on: date, percent: int) -> tuple[int, int]:
    """How many registered cooperatives of a kind of work may compete if it is reserved, and how many were checked."""
    ids = session.scalars(
        select(Cooperative.organisation_id).where(
            *([Cooperative.sectors.contains([sector])] if sector else [])
        )
    ).all()
    found = [each.standing(on, percent) for each in in_force(session, ids, at).values()]
    return sum(each in FITS for each in found), sum(each is Standing.CHECKED for each in found)


_LATER = aliased(WorkplaceCount)
_COUNTS = and_(
    WorkplaceCount.withdrawn_at.is_(None),
    ~exists().where(
        _LATER.organisation_id == WorkplaceCount.organisation_id, _LATER.id > WorkplaceCount.id,
        _LATER.withdrawn_at.is_(None),
    ),
)  # fmt: skip
_KEY = cast(WorkplaceCount.public_id, Text)

tasks = Tasks(
    Waiting(
        N_("Controleer de telling van %(title)s"), "workplaces.check", frozenset({Role.PROGRAMME}),
        rows(title=Party.name, key=_KEY)
        .select_from(WorkplaceCount)
        .join(Organisation, Organisation.id == WorkplaceCount.organisation_id)
        .join(Cooperative, Cooperative.organisation_id == WorkplaceCount.organisation_id, isouter=True)
        .where(
            _COUNTS, WorkplaceCount.checked_at.is_(None), WorkplaceCount.valid_until >= TODAY,
            WorkplaceCount.stated_by_id != USER, Cooperative.coach_id.is_distinct_from(USER),
        )
        .order_by(WorkplaceCount.id), {"public_id": "key"},
    ),
    Waiting(
        N_("Vernieuw uw telling voor voorbehouden opdrachten"), "workplaces.index", frozenset({Role.BOARD}),
        rows(due_at=func.timezone("Europe/Amsterdam", cast(WorkplaceCount.valid_until + literal(1), DateTime)))
        .where(
            WorkplaceCount.organisation_id == ORGANISATION, _COUNTS,
            WorkplaceCount.valid_until <= TODAY + literal(WARNED.days),
            WorkplaceCount.valid_until >= TODAY - literal(WARNED.days),
        ),
    ),
)  # fmt: skip
"""Counts that nobody checked, and those that end."""
