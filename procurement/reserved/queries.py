"""Reading statements of one kind: the table says which."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased, joinedload

from coops.register.models import Cooperative
from cwb.identity.models import Organisation, Party
from cwb.kernel.policy import Role
from cwb.kernel.waiting import TODAY, USER, Waiting, rows
from procurement.reserved.models import Stated

Table = TypeVar("Table", bound=Stated)


def every(table: type[Table]) -> Select[Table]:
    """What counts now and what waits for a check, for the programme and auditors."""
    return (
        select(table)
        .where(table.withdrawn_at.is_(None))
        .options(joinedload(table.organisation))
        .order_by(table.checked_at.is_not(None), table.id.desc())
    )


def one(session: Session, table: type[Table], public_id: UUID) -> Table:
    """One of them, locked, with its organisation.

    Raises:
        NotFound: there is none; as the kind says it.
    """
    found = session.scalars(
        select(table)
        .where(table.public_id == public_id)
        .options(joinedload(table.organisation), joinedload(table.stated_by))
        .with_for_update(of=table)
    ).one_or_none()
    if found is None:
        raise table.kind.missing
    return found


def in_force(
    session: Session, table: type[Table], organisation_ids: Collection[int], at: datetime
) -> Mapping[int, Table]:
    """The latest of each organisation that stood at an instant, by the organisation's key."""
    found = session.scalars(
        select(table)
        .where(
            table.organisation_id.in_(organisation_ids), table.stated_at <= at,
            table.withdrawn_at.is_(None) | (table.withdrawn_at > at),
        )
        .ext(distinct_on(table.organisation_id))
        .order_by(table.organisation_id, table.id.desc())
        .options(joinedload(table.organisation))
    )  # fmt: skip
    return {each.organisation_id: each for each in found}


def counting(table: type[Stated]) -> ColumnElement[bool]:
    """Whether a statement stands now: not withdrawn, and none came after it."""
    later = aliased(table)
    return and_(
        table.withdrawn_at.is_(None),
        ~exists().where(
            later.organisation_id == table.organisation_id, later.id > table.id, later.withdrawn_at.is_(None)
        ),
    )


def unchecked(table: type[Stated], text: str) -> Waiting:
    """Statements nobody checked, for the programme; not what somebody stated or coaches."""
    return Waiting(
        text, f"{table.kind.name}.check", frozenset({Role.PROGRAMME}),
        rows(title=Party.name, key=cast(table.public_id, Text))
        .select_from(table)
        .join(Organisation, Organisation.id == table.organisation_id)
        .join(Cooperative, Cooperative.organisation_id == table.organisation_id, isouter=True)
        .where(
            counting(table), table.checked_at.is_(None), table.valid_until >= TODAY, table.stated_by_id != USER,
            Cooperative.coach_id.is_distinct_from(USER),
        )
        .order_by(table.id), {"public_id": "key"},
    )  # fmt: skip
