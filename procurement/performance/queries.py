"""Reading reviews, payment of a contract, and averages for the programme."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, func, select, type_coerce
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceKind, InvoiceState
from procurement.contracts.models import Contract
from procurement.performance.errors import ReviewNotFound
from procurement.performance.models import ContractReview
from procurement.performance.rules import MARKS, PaidDays, Side

_PEOPLE = (joinedload(ContractReview.written_by), joinedload(ContractReview.answered_by))


def reviews(session: Session, contract_id: int) -> Sequence[ContractReview]:
    """The reviews of a contract, newest first."""
    return session.scalars(
        select(ContractReview)
        .where(ContractReview.contract_id == contract_id)
        .options(*_PEOPLE)
        .order_by(ContractReview.id.desc())
    ).all()


def review(session: Session, contract_id: int, public_id: UUID) -> ContractReview:
    """One review of a contract, held until the transaction ends.

    Raises:
        ReviewNotFound: there is none.
    """
    found = session.scalars(
        select(ContractReview)
        .where(ContractReview.public_id == public_id, ContractReview.contract_id == contract_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise ReviewNotFound
    return found


def last_at(session: Session, contract_id: int, side: Side) -> datetime | None:
    """When a side last looked back."""
    return session.scalar(
        select(func.max(ContractReview.written_at)).where(
            ContractReview.contract_id == contract_id, ContractReview.side == side
        )
    )


def paid_days(session: Session, agreement_ids: Sequence[int], promised: int) -> PaidDays:
    """How fast the invoices under agreements were paid; late is later than the promised days."""
    days = type_coerce(Invoice.paid_on - Invoice.issued_on, Integer)
    count, total, longest, late = session.execute(
        select(
            func.count(), func.coalesce(func.sum(days), 0), func.coalesce(func.max(days), 0),
            func.count().filter(days > promised),
        ).where(
            Invoice.agreement_id.in_(agreement_ids), Invoice.kind == InvoiceKind.INVOICE,
            Invoice.state == InvoiceState.PAID, Invoice.paid_on.is_not(None),
        )
    ).one()  # fmt: skip
    return PaidDays(count, total, longest, late)


def marks(session: Session) -> dict[Side, dict[str, list[int]]]:
    """Every mark by side and name; without contract or party."""
    found: dict[Side, dict[str, list[int]]] = {side: {name: [] for name in MARKS} for side in Side}
    for side, *given in session.execute(
        select(ContractReview.side, ContractReview.work, ContractReview.promises, ContractReview.together)
    ):
        for name, mark in zip(MARKS, given, strict=True):
            found[side][name].append(mark)
    return found


def _rows(side: Any, by: Side) -> Select[Any]:
    return (
        rows(number=Contract.number, title=Contract.title, key=ContractReview.public_id)
        .select_from(ContractReview)
        .join(Contract, Contract.id == ContractReview.contract_id)
        .where(side == ORGANISATION, ContractReview.side == by, ContractReview.answered_at.is_(None))
        .order_by(ContractReview.id)
    )


_ADDRESS = {"number": "number", "public_id": "key"}
_TEXT = N_("De ander keek terug op %(number)s. Geef antwoord: %(title)s")

tasks = Tasks(
    Waiting(
        _TEXT,
        "performance.answer",
        frozenset({Role.PURCHASER}),
        _rows(Contract.buyer_id, Side.SUPPLIER),
        _ADDRESS,
    ),
    Waiting(
        _TEXT,
        "performance.answer",
        frozenset({Role.BOARD}),
        _rows(Contract.supplier_id, Side.BUYER),
        _ADDRESS,
    ),
)
"""What reviews wait for: the answer of the other side."""
