"""Reading changes: of one contract, the value and end they make, and what waits."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Select,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, TODAY, USER, Tasks, Waiting, rows
from procurement.changes import rules
from procurement.changes.errors import ChangeNotFound
from procurement.changes.models import ChangeSignature, ContractChange
from procurement.changes.rules import Ground, Kind, Past
from procurement.contracts.models import Contract, ContractMember
from procurement.terms.models import TenderExtension

AHEAD = timedelta(days=60)
"""How long before the last day to say so an extension stands on the dashboard."""


def changes(session: Session, contract_id: int) -> Sequence[ContractChange]:
    """Every change of a contract with its people and agreement, oldest first."""
    return (
        session.scalars(
            select(ContractChange)
            .where(ContractChange.contract_id == contract_id)
            .options(
                joinedload(ContractChange.proposed_by),
                joinedload(ContractChange.decided_by),
                joinedload(ContractChange.supplier_by),
                joinedload(ContractChange.agreement),
                joinedload(ContractChange.signatures),
            )
            .order_by(ContractChange.number)
            .execution_options(populate_existing=True)
        )
        .unique()
        .all()
    )


def change(session: Session, contract_id: int, number: int) -> ContractChange:
    """One change of a contract.

    Raises:
        ChangeNotFound: there is none.
    """
    found = next((each for each in changes(session, contract_id) if each.number == number), None)
    if found is None:
        raise ChangeNotFound
    return found


def is_changing(session: Session, contract_id: int) -> bool:
    """Whether a change of a contract waits for somebody."""
    return any(each.state in rules.WAITING for each in changes(session, contract_id))


def in_force(session: Session, contract_ids: Sequence[int]) -> Sequence[ContractChange]:
    """The changes in force of contracts, in their order."""
    return session.scalars(
        select(ContractChange)
        .where(ContractChange.contract_id.in_(contract_ids), ContractChange.effective_at.is_not(None))
        .order_by(ContractChange.contract_id, ContractChange.effective_at, ContractChange.number)
    ).all()


def past(session: Session, contract_id: int) -> list[Past]:
    """The changes in force of a contract, as the rules take them."""
    return [Past(each.ground, each.delta_minor, each.ends_on) for each in in_force(session, [contract_id])]


def present(session: Session, contract: Contract) -> tuple[Money, date]:
    """The value and the last day of a contract now."""
    return rules.present(contract.price, contract.ends_on, past(session, contract.id))


def extended(session: Session, contract_id: int) -> int:
    """How often a contract was extended."""
    return sum(each.kind is Kind.EXTENSION for each in in_force(session, [contract_id]))


def of_agreement(session: Session, agreement_id: int) -> int | None:
    """The tender behind the agreement of a change, if it is one."""
    return session.scalar(
        select(Contract.tender_id)
        .join(ContractChange, ContractChange.contract_id == Contract.id)
        .where(ContractChange.agreement_id == agreement_id)
    )


def present_end() -> ColumnElement[date]:
    """SQL: the last day of a contract now, beside a `Contract` in the statement."""
    last = (
        select(ContractChange.ends_on)
        .where(ContractChange.contract_id == Contract.id, ContractChange.effective_at.is_not(None))
        .order_by(ContractChange.effective_at.desc(), ContractChange.number.desc())
        .limit(1)
        .correlate(Contract)
        .scalar_subquery()
    )
    return func.coalesce(last, Contract.ends_on)


_USED = (
    select(func.count())
    .where(
        ContractChange.contract_id == Contract.id, ContractChange.kind == Kind.EXTENSION,
        ContractChange.effective_at.is_not(None),
    )
    .correlate(Contract)
    .scalar_subquery()
)  # fmt: skip
_UNTIL = cast(present_end() - cast(TenderExtension.notice_days, Integer), Date)
_SUPPLIES_ALONE = (Contract.supplier_id == ORGANISATION) & ~exists().where(
    ContractMember.contract_id == Contract.id
)
_IS_MEMBER = exists().where(
    ContractMember.contract_id == Contract.id, ContractMember.organisation_id == ORGANISATION
)
_SIGNED = exists().where(
    ChangeSignature.change_id == ContractChange.id,
    ChangeSignature.organisation_id == ORGANISATION,
    ChangeSignature.taken_back_at.is_(None),
)
_ADDRESS = {"number": "number", "change": "num"}


def _rows() -> Select[Any]:
    return (
        rows(number=Contract.number, title=Contract.title, num=ContractChange.number)
        .select_from(ContractChange)
        .join(Contract, Contract.id == ContractChange.contract_id)
        .order_by(ContractChange.id)
    )


tasks = Tasks(
    Waiting(
        N_("Beslis over wijziging %(num)s van %(number)s: %(title)s"), "changes.decide", frozenset({Role.PURCHASER}),
        _rows().where(
            Contract.buyer_id == ORGANISATION, ContractChange.approved.is_(None),
            ContractChange.proposed_by_id != USER,
        ),
        _ADDRESS,
    ),
    Waiting(
        N_("Teken wijziging %(num)s van %(number)s: %(title)s"), "changes.answer", frozenset({Role.BOARD}),
        _rows().where(
            or_(_SUPPLIES_ALONE, _IS_MEMBER & ~_SIGNED), ContractChange.approved.is_(True),
            ContractChange.accepted.is_(None), ContractChange.effective_at.is_(None), present_end() >= TODAY,
        ),
        _ADDRESS,
    ),
    Waiting(
        N_("Publiceer de wijziging van %(number)s op TenderNed: %(title)s"), "changes.notice",
        frozenset({Role.PURCHASER}),
        _rows().where(
            Contract.buyer_id == ORGANISATION, ContractChange.effective_at.is_not(None),
            ContractChange.ground.in_([Ground.ADDITIONAL, Ground.UNFORESEEN]),
            ContractChange.notice_reference == "",
            ContractChange.arithmetic["is_european"].as_boolean(),
        ),
        _ADDRESS,
    ),
    Waiting(
        N_("Verlengt u %(number)s? %(title)s"), "changes.extend", frozenset({Role.PURCHASER}),
        rows(
            number=Contract.number, title=Contract.title,
            due_at=func.timezone("Europe/Amsterdam", cast(_UNTIL + literal(1), DateTime)),
        )
        .select_from(Contract)
        .join(TenderExtension, TenderExtension.tender_id == Contract.tender_id)
        .where(
            Contract.buyer_id == ORGANISATION, Contract.agreement_id.is_not(None), TenderExtension.times > _USED,
            _UNTIL >= TODAY, _UNTIL <= TODAY + AHEAD,
            ~exists().where(
                ContractChange.contract_id == Contract.id, ContractChange.effective_at.is_(None),
                ContractChange.approved.is_not(False), ContractChange.accepted.is_not(False),
            ),
        )
        .order_by(_UNTIL),
        {"number": "number"},
    ),
)  # fmt: skip
"""What changes wait for: a second person, the supplier's signature, a notice, an extension in time."""
