"""Reading pay statements: of a contract, of all that wait, and the one everybody may read of each contract."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, DateTime, Select, Text, cast, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased, joinedload

from coops.register.models import Cooperative
from cwb.identity.models import Mandate
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, TODAY, USER, Tasks, Waiting, rows
from procurement.changes.queries import present_end
from procurement.contracts.models import Contract
from procurement.contracts.queries import is_member
from procurement.pay_statements.errors import StatementNotFound
from procurement.pay_statements.models import PayStatement
from procurement.pay_statements.rules import LASTS, TOLD, WARNED

_WHOLE = (joinedload(PayStatement.organisation), joinedload(PayStatement.paper))


def of_contract(session: Session, contract_id: int) -> Sequence[PayStatement]:
    """What was stated under a contract, the newest first."""
    return session.scalars(
        select(PayStatement)
        .where(PayStatement.contract_id == contract_id)
        .options(*_WHOLE)
        .order_by(PayStatement.id.desc())
    ).all()


def latest(tender_id: int) -> Select[PayStatement]:
    """The newest statement of each supplier of the signed contracts of a tender that was not refused."""
    return (
        select(PayStatement)
        .join(PayStatement.contract)
        .where(Contract.tender_id == tender_id, PayStatement.accepted.is_not(False))
        .ext(distinct_on(PayStatement.contract_id, PayStatement.organisation_id))
        .order_by(PayStatement.contract_id, PayStatement.organisation_id, PayStatement.id.desc())
        .options(joinedload(PayStatement.contract), joinedload(PayStatement.organisation))
    )


def every() -> Select[PayStatement]:
    """All of them, what waits for a look first."""
    return (
        select(PayStatement)
        .options(*_WHOLE, joinedload(PayStatement.contract))
        .order_by(PayStatement.checked_at.is_not(None), PayStatement.id.desc())
    )


def statement(session: Session, public_id: UUID) -> PayStatement:
    """One of them, held, with contract, supplier and paper.

    Raises:
        StatementNotFound: there is none.
    """
    found = session.scalars(
        select(PayStatement)
        .where(PayStatement.public_id == public_id)
        .options(
            *_WHOLE, joinedload(PayStatement.contract).joinedload(Contract.buyer), joinedload(PayStatement.stated_by)
        )
        .with_for_update(of=PayStatement)
    ).one_or_none()  # fmt: skip
    if found is None:
        raise StatementNotFound
    return found


def lapsing(session: Session, today: date) -> Sequence[PayStatement]:
    """The best statement of each supplier under a running contract that lapses within `WARNED`, or just lapsed."""
    newest = (
        select(PayStatement.id)
        .join(PayStatement.contract)
        .where(
            PayStatement.accepted.is_not(False), Contract.starts_on <= today, present_end() >= today,
        )
        .ext(distinct_on(PayStatement.contract_id, PayStatement.organisation_id))
        .order_by(
            PayStatement.contract_id, PayStatement.organisation_id, PayStatement.ends_on.desc(), PayStatement.id.desc()
        )
    )  # fmt: skip
    return session.scalars(
        select(PayStatement)
        .where(
            PayStatement.id.in_(newest), PayStatement.ends_on <= today + WARNED - LASTS,
            PayStatement.ends_on >= today - TOLD - LASTS,
        )
        .options(joinedload(PayStatement.contract), joinedload(PayStatement.organisation))
        .order_by(PayStatement.id)
    ).all()  # fmt: skip


def waits(session: Session, contract_id: int, organisation_id: int, starts_on: Any, ends_on: Any) -> bool:
    """Whether a statement about the very same days was made and not refused."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    PayStatement.contract_id == contract_id, PayStatement.organisation_id == organisation_id,
                    PayStatement.starts_on == starts_on, PayStatement.ends_on == ends_on,
                    PayStatement.accepted.is_not(False),
                )
            )
        )
    )  # fmt: skip


def is_of_a_side(session: Session, user_id: int, statement: PayStatement) -> bool:
    """Whether somebody holds a mandate of the buyer or the supplier, or coaches the supplier."""
    sides = (statement.contract.buyer_id, statement.organisation_id, statement.contract.supplier_id)
    return bool(
        session.scalar(
            select(
                or_(
                    exists().where(
                        Mandate.user_id == user_id, Mandate.organisation_id.in_(sides), Mandate.ended_at.is_(None)
                    ),
                    exists().where(Cooperative.organisation_id.in_(sides), Cooperative.coach_id == user_id),
                )
            )
        )
    )  # fmt: skip


_KEY = cast(PayStatement.public_id, Text)
_OTHER = aliased(PayStatement)
_LAST = (
    select(func.max(_OTHER.ends_on))
    .where(
        _OTHER.contract_id == Contract.id,
        _OTHER.organisation_id == ORGANISATION,
        _OTHER.accepted.is_not(False),
    )
    .scalar_subquery()
)
_DUE = func.coalesce(
    cast(_LAST + literal(LASTS.days), Date), cast(Contract.starts_on + literal(2 * WARNED.days), Date)
)

tasks = Tasks(
    Waiting(
        N_("Bekijk de loonverklaring bij %(number)s: %(title)s"), "pay_statements.check", frozenset({Role.PROGRAMME}),
        rows(number=Contract.number, title=Contract.title, key=_KEY)
        .select_from(PayStatement)
        .join(Contract, Contract.id == PayStatement.contract_id)
        .join(Cooperative, Cooperative.organisation_id == PayStatement.organisation_id, isouter=True)
        .where(
            PayStatement.checked_at.is_(None), PayStatement.stated_by_id != USER,
            Cooperative.coach_id.is_distinct_from(USER),
        )
        .order_by(PayStatement.id), {"public_id": "key"},
    ),
    Waiting(
        N_("Lever een loonverklaring bij %(number)s: %(title)s"), "pay_statements.state", frozenset({Role.BOARD}),
        rows(
            number=Contract.number, title=Contract.title,
            due_at=func.timezone("Europe/Amsterdam", cast(_DUE + literal(1), DateTime)),
        )
        .select_from(Contract)
        .where(
            Contract.agreement_id.is_not(None), or_(Contract.supplier_id == ORGANISATION, is_member(ORGANISATION)),
            Contract.starts_on <= TODAY, present_end() >= TODAY, TODAY + literal(WARNED.days) >= _DUE,
        )
        .order_by(Contract.id), {"number": "number"},
    ),
)  # fmt: skip
"""Statements nobody looked at; contracts without one, or with one that soon lapses."""
