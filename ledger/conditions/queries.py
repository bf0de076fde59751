"""Reading conditions: what holds, all versions, and the state of the books that an effect was computed on."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Date, bindparam, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from cwb.kernel.prepared import Record
from ledger.accounts.rules import Role
from ledger.books.queries import midnight
from ledger.conditions import rules
from ledger.conditions.errors import VersionUnknown
from ledger.conditions.models import TERMS, ConditionEffect, ConditionVersion
from ledger.conditions.rules import BEGUN, Terms
from ledger.instruments.models import Instrument
from ledger.instruments.rules import Code
from ledger.lots import queries as lots

VERSION = Record(ConditionVersion, ConditionVersion.id, *(getattr(ConditionVersion, each) for each in TERMS))
"""A version with what it says as data."""


def holds() -> ColumnElement[bool]:
    """That a version holds for `code` on the day `today`: the latest that has begun (`rules.applying`)."""
    latest = (
        select(ConditionVersion.id)
        .where(
            ConditionVersion.instrument_code == bindparam("code"), ConditionVersion.adopted_at.is_not(None),
            ConditionVersion.starts_on <= bindparam("today", type_=Date),
        )
        .order_by(ConditionVersion.starts_on.desc())
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )  # fmt: skip
    return ConditionVersion.id == latest


def adopted(session: Session, code: Code) -> Sequence[ConditionVersion]:
    """The adopted versions of an instrument, the last to begin first."""
    return session.scalars(
        select(ConditionVersion)
        .where(ConditionVersion.instrument_code == code, ConditionVersion.adopted_at.is_not(None))
        .order_by(ConditionVersion.starts_on.desc())
    ).all()


def find_version_at(session: Session, code: Code, at: datetime) -> ConditionVersion | None:
    """The version that holds at an instant; None: what holds from the beginning."""
    found = adopted(session, code)
    return rules.applying([(each.starts_on, each) for each in found], local_date(at))


def terms_at(session: Session, code: Code, at: datetime) -> tuple[int | None, Terms]:
    """What holds at an instant, with the id of its version."""
    found = find_version_at(session, code, at)
    return (found.id, found.terms) if found else (None, BEGUN[code])


def versions(session: Session, code: Code) -> Sequence[ConditionVersion]:
    """All versions of an instrument with who proposed and adopted them, latest first."""
    return session.scalars(
        select(ConditionVersion)
        .where(ConditionVersion.instrument_code == code)
        .options(joinedload(ConditionVersion.proposed_by), joinedload(ConditionVersion.adopted_by))
        .order_by(ConditionVersion.number.desc())
    ).all()


def version(session: Session, public_id: UUID, *, lock: bool = False) -> ConditionVersion:
    """A version with its people and its vote. `lock`: nobody adopts it meanwhile.

    Raises:
        VersionUnknown: none.
    """
    statement = (
        select(ConditionVersion)
        .where(ConditionVersion.public_id == public_id)
        .options(
            joinedload(ConditionVersion.proposed_by),
            joinedload(ConditionVersion.adopted_by),
            selectinload(ConditionVersion.vote),
        )
        .execution_options(populate_existing=True)
    )
    if lock:
        statement = statement.with_for_update(of=ConditionVersion)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise VersionUnknown
    return found


def last_number(session: Session, code: Code) -> int:
    """The number of the latest version; 0: none."""
    return session.scalar(
        select(func.coalesce(func.max(ConditionVersion.number), 0)).where(
            ConditionVersion.instrument_code == code
        )
    ) or 0  # fmt: skip


def last_start(session: Session, code: Code) -> date | None:
    """The first day of the adopted version that begins last."""
    return session.scalar(
        select(func.max(ConditionVersion.starts_on)).where(
            ConditionVersion.instrument_code == code, ConditionVersion.adopted_at.is_not(None)
        )
    )


def find_effect(session: Session, version_id: int) -> ConditionEffect | None:
    """The last effect that was computed of a version."""
    return session.scalars(
        select(ConditionEffect)
        .where(ConditionEffect.version_id == version_id)
        .options(selectinload(ConditionEffect.parts))
        .order_by(ConditionEffect.id.desc())
        .limit(1)
    ).one_or_none()


def last_quarter(at: datetime) -> Period:
    """The quarter that an effect is computed on: the last that is over."""
    return Period.quarter_of(local_date(at)).previous_quarter()


def book_lines(session: Session, instrument: Instrument, quarter: Period) -> int:
    """How many lines all wallets of an instrument had at the end of a quarter. Lines are only ever added."""
    return lots.count_lines(
        session, party_id=instrument.keeper_id, role=Role.WALLET, currency=instrument.currency,
        until=midnight(quarter.end),
    )  # fmt: skip
