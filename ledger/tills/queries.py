"""What online payments wait for, what a payer paid, and what was asked back."""

from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from ledger.checkout.models import PaymentIssue, PaymentOrder
from ledger.checkout.rules import Reason

tasks = Tasks(
    Waiting(
        N_("Online betalingen die uw aandacht vragen: %(num)s. Kijk ze na."), "tills.index", frozenset({Role.BOARD}),
        rows(num=func.count())
        .select_from(PaymentIssue)
        .where(PaymentIssue.organisation_id == ORGANISATION, PaymentIssue.solved_at.is_(None))
        .having(func.count() > 0),
    ),
)  # fmt: skip
"""The board looks at what does not go by itself."""


def paid_by(user_id: int) -> Select[PaymentOrder, str]:
    """What somebody paid online, and to whom, newest first."""
    return (
        select(PaymentOrder, Organisation.name)
        .join(Organisation, Organisation.id == PaymentOrder.organisation_id)
        .where(PaymentOrder.payer_id == user_id)
        .order_by(PaymentOrder.id.desc())
    )


def asked_back(session: Session, order_id: int) -> PaymentIssue | None:
    """That a payer asked a payment back, with the answer once it is there."""
    return session.scalars(
        select(PaymentIssue).where(
            PaymentIssue.order_id == order_id, PaymentIssue.reason == Reason.ASKED_BACK
        )
    ).one_or_none()


def answer_by(session: Session, order_id: int) -> date | None:
    """The last day on which an open dispute of a payment may be answered, if the provider told it."""
    told = session.scalar(
        select(func.max(PaymentIssue.facts["answer_by"].astext)).where(
            PaymentIssue.order_id == order_id, PaymentIssue.reason == Reason.DISPUTE_OPENED
        )
    )
    return date.fromisoformat(told) if told else None
