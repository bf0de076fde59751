"""Reading take-over lists, and which contract waits for one."""

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from procurement.contracts.models import Contract
from procurement.renewals.models import Renewal
from procurement.take_overs.models import TakeOver
from procurement.tenders.models import Tender


def find_of_tender(session: Session, tender_id: int) -> TakeOver | None:
    """The list of a tender."""
    return session.scalars(select(TakeOver).where(TakeOver.tender_id == tender_id)).one_or_none()


def find_of_contract(session: Session, contract_id: int) -> TakeOver | None:
    """The list of a contract that ends."""
    return session.scalars(select(TakeOver).where(TakeOver.contract_id == contract_id)).one_or_none()


def find_before(session: Session, need_id: int | None) -> TakeOver | None:
    """The list that the supplier of now delivered, where a need follows its contract; the latest one."""
    return session.scalars(
        select(TakeOver)
        .join(Renewal, Renewal.contract_id == TakeOver.contract_id)
        .where(Renewal.need_id == need_id)
        .order_by(TakeOver.id.desc())
        .limit(1)
    ).one_or_none()


def is_ending(session: Session, contract_id: int) -> bool:
    """Whether the end of a contract was told."""
    return bool(session.scalar(select(exists().where(Renewal.contract_id == contract_id))))


tasks = Tasks(
    Waiting(
        N_("Contract %(number)s loopt af: lever de overnamelijst. %(title)s"), "take_overs.of_contract",
        frozenset({Role.BOARD, Role.MEMBER}),
        rows(number=Contract.number, title=Contract.title)
        .select_from(Renewal)
        .join(Contract, Contract.id == Renewal.contract_id)
        .join(Tender, Tender.id == Contract.tender_id)
        .where(
            Contract.supplier_id == ORGANISATION, ~exists().where(TakeOver.contract_id == Contract.id),
            or_(Tender.cpv.startswith("909"), Tender.cpv.startswith("555")),
        )
        .order_by(Contract.id),
        {"number": "number"},
    ),
)  # fmt: skip
"""What an ending contract of cleaning or catering waits for (the sectors of `take_overs.toml`)."""
