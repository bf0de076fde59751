"""Reading statements for reserved services."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, Text, and_, cast, exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased, joinedload

from coops.register.models import Cooperative
from cwb.identity.models import Organisation, Party
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import TODAY, USER, Tasks, Waiting, rows
from procurement.missions.errors import MissionNotFound
from procurement.missions.models import Mission
from procurement.missions.rules import Standing, since


def every() -> Select[Mission]:
    """What counts now and what waits for a check, for the programme and auditors."""
    return (
        select(Mission)
        .where(Mission.withdrawn_at.is_(None))
        .options(joinedload(Mission.organisation))
        .order_by(Mission.checked_at.is_not(None), Mission.id.desc())
    )


def mission(session: Session, public_id: UUID) -> Mission:
    """One of them, locked, with its organisation.

    Raises:
        MissionNotFound: there is none.
    """
    found = session.scalars(
        select(Mission)
        .where(Mission.public_id == public_id)
        .options(joinedload(Mission.organisation), joinedload(Mission.stated_by))
        .with_for_update(of=Mission)
    ).one_or_none()
    if found is None:
        raise MissionNotFound
    return found


def in_force(session: Session, organisation_ids: Collection[int], at: datetime) -> Mapping[int, Mission]:
    """The latest statement of each organisation that stood at an instant, by the organisation's key."""
    found = session.scalars(
        select(Mission)
        .where(
            Mission.organisation_id.in_(organisation_ids), Mission.stated_at <= at,
            Mission.withdrawn_at.is_(None) | (Mission.withdrawn_at > at),
        )
        .ext(distinct_on(Mission.organisation_id))
        .order_by(Mission.organisation_id, Mission.id.desc())
        .options(joinedload(Mission.organisation))
    )  # fmt: skip
    return {each.organisation_id: each for each in found}


def standing_of(session: Session, organisation_id: int, at: datetime, *, on: date) -> Standing:
    """How an organisation stands for a contract so reserved."""
    found = in_force(session, [organisation_id], at).get(organisation_id)
    return found.standing(on) if found else Standing.MISSING


def won_before(session: Session, organisation_id: int, buyer_id: int, at: datetime) -> bool:
    """Whether a buyer gave an organisation a contract so reserved in the three years before (function of 0046)."""
    return bool(session.scalar(select(func.won_as_mission(organisation_id, buyer_id, since(at)))))


_LATER = aliased(Mission)

tasks = Tasks(
    Waiting(
        N_("Controleer de publieke taak van %(title)s"), "missions.check", frozenset({Role.PROGRAMME}),
        rows(title=Party.name, key=cast(Mission.public_id, Text))
        .select_from(Mission)
        .join(Organisation, Organisation.id == Mission.organisation_id)
        .join(Cooperative, Cooperative.organisation_id == Mission.organisation_id, isouter=True)
        .where(
            and_(
                Mission.withdrawn_at.is_(None), Mission.checked_at.is_(None), Mission.valid_until >= TODAY,
                Mission.stated_by_id != USER, Cooperative.coach_id.is_distinct_from(USER),
                ~exists().where(
                    _LATER.organisation_id == Mission.organisation_id, _LATER.id > Mission.id,
                    _LATER.withdrawn_at.is_(None),
                ),
            )
        )
        .order_by(Mission.id), {"public_id": "key"},
    ),
)  # fmt: skip
"""Statements that nobody checked."""
