"""Reading online payments."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from ledger.accounts.models import Account
from ledger.accounts.rules import Role
from ledger.checkout.errors import OrderNotFound
from ledger.checkout.models import PaymentCall, PaymentIssue, PaymentOrder, PaymentPart, PaymentTill
from ledger.checkout.rules import PROVIDER, RUNNING, SWEEP_AFTER, Act, OrderState, Part


def find_till(session: Session, organisation_id: int | None) -> PaymentTill | None:
    """Whether and where an organisation takes online payments."""
    return session.scalar(select(PaymentTill).where(PaymentTill.organisation_id == organisation_id))


def tills(session: Session) -> Sequence[PaymentTill]:
    """All organisations that take online payments."""
    return session.scalars(select(PaymentTill).order_by(PaymentTill.organisation_id)).all()


def till_of(session: Session, account: str) -> PaymentTill | None:
    """Whose account at the provider this is."""
    return session.scalar(select(PaymentTill).where(PaymentTill.account == account))


def order(session: Session, public_id: UUID) -> PaymentOrder:
    """An order, with its payer.

    Raises:
        OrderNotFound: there is none.
    """
    found = session.scalar(
        select(PaymentOrder)
        .where(PaymentOrder.public_id == public_id)
        .options(joinedload(PaymentOrder.payer))
    )
    if found is None:
        raise OrderNotFound
    return found


def locked(session: Session, order_id: int) -> PaymentOrder:
    """The order as it is now, held until the end of the transaction."""
    return session.scalars(
        select(PaymentOrder)
        .where(PaymentOrder.id == order_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def running(session: Session, subject: str) -> PaymentOrder | None:
    """The order about this that is not done yet."""
    return session.scalar(
        select(PaymentOrder).where(PaymentOrder.subject == subject, PaymentOrder.state.in_(RUNNING))
    )


def under_way(session: Session, subjects: Collection[str]) -> Sequence[PaymentOrder]:
    """The orders about these of which the money is on its way: paying again would be paying twice."""
    return session.scalars(
        select(PaymentOrder)
        .where(PaymentOrder.subject.in_(subjects), PaymentOrder.state == OrderState.PROCESSING)
        .order_by(PaymentOrder.id)
    ).all()


def about(session: Session, *, account: str, session_id: str, intent: str) -> PaymentOrder | None:
    """The order that a message of the provider is about, in the account it came from."""
    at_provider = PaymentOrder.session == session_id if session_id else PaymentOrder.intent == intent
    return session.scalar(select(PaymentOrder).where(PaymentOrder.till == account, at_provider))


def orders(session: Session, organisation_id: int | None, most: int = 100) -> Sequence[PaymentOrder]:
    """The newest orders of an organisation, with their payers."""
    return session.scalars(
        select(PaymentOrder)
        .where(PaymentOrder.organisation_id == organisation_id)
        .options(joinedload(PaymentOrder.payer))
        .order_by(PaymentOrder.id.desc())
        .limit(most)
    ).all()


def waiting(session: Session, at: datetime) -> Sequence[int]:
    """Orders that nobody told about for an hour or more and that are not done, oldest first."""
    return session.scalars(
        select(PaymentOrder.id)
        .where(
            PaymentOrder.state.in_(RUNNING),
            or_(PaymentOrder.session.is_not(None), PaymentOrder.debit & PaymentOrder.intent.is_not(None)),
            PaymentOrder.created_at <= at - SWEEP_AFTER,
        )
        .order_by(PaymentOrder.id)
        .limit(500)
    ).all()


def is_booked(session: Session, provider_id: str) -> bool:
    """Whether this was booked."""
    statement = select(PaymentPart.id).where(
        PaymentPart.provider == PROVIDER, PaymentPart.provider_id == provider_id
    )
    return session.scalar(statement) is not None


def parts(session: Session, order_id: int) -> Sequence[PaymentPart]:
    """What of an order was booked, oldest first."""
    return session.scalars(
        select(PaymentPart).where(PaymentPart.order_id == order_id).order_by(PaymentPart.id)
    ).all()


def booked_parts(session: Session, organisation_id: int) -> Sequence[PaymentPart]:
    """All that was booked for an organisation, oldest first."""
    return session.scalars(
        select(PaymentPart).where(PaymentPart.organisation_id == organisation_id).order_by(PaymentPart.id)
    ).all()


def call_locked(session: Session, call_id: int) -> PaymentCall:
    """A call as it is now with its order, held until the end of the transaction."""
    return session.scalars(
        select(PaymentCall)
        .where(PaymentCall.id == call_id)
        .with_for_update(of=PaymentCall)
        .options(joinedload(PaymentCall.order))
        .execution_options(populate_existing=True)
    ).one()


def calls_due(session: Session, at: datetime) -> Sequence[int]:
    """Calls that were not answered and may be tried (again) now."""
    return session.scalars(
        select(PaymentCall.id)
        .where(PaymentCall.done_at.is_(None), PaymentCall.parked_at.is_(None), PaymentCall.next_at <= at)
        .order_by(PaymentCall.id)
    ).all()


def calls_of(session: Session, order_id: int) -> Sequence[PaymentCall]:
    """Our calls about an order, oldest first."""
    return session.scalars(
        select(PaymentCall).where(PaymentCall.order_id == order_id).order_by(PaymentCall.id)
    ).all()


def on_its_way(session: Session, order_id: int) -> int:
    """What was asked back and is not answered yet, in cents: it is not given back again meanwhile."""
    asked = select(func.coalesce(func.sum(PaymentCall.amount), 0)).where(
        PaymentCall.order_id == order_id,
        PaymentCall.act == Act.REFUND,
        PaymentCall.done_at.is_(None),
        PaymentCall.parked_at.is_(None),
    )
    return int(session.scalar(asked) or 0)


def issues(session: Session, organisation_id: int | None) -> Sequence[PaymentIssue]:
    """What a person of the organisation must still look at, oldest first."""
    return session.scalars(
        select(PaymentIssue)
        .where(PaymentIssue.organisation_id == organisation_id, PaymentIssue.solved_at.is_(None))
        .options(joinedload(PaymentIssue.order))
        .order_by(PaymentIssue.found_at, PaymentIssue.id)
    ).all()


def issue(session: Session, public_id: UUID, organisation_id: int | None) -> PaymentIssue:
    """One point of the work list of this organisation.

    Raises:
        OrderNotFound: it is none of its.
    """
    found = session.scalar(
        select(PaymentIssue)
        .where(PaymentIssue.public_id == public_id, PaymentIssue.organisation_id == organisation_id)
        .options(joinedload(PaymentIssue.order))
    )
    if found is None:
        raise OrderNotFound
    return found


def at_provider(session: Session, organisation_id: int | None) -> int:
    """What lies at the provider by our own books, in cents."""
    return int(
        session.scalar(
            select(func.coalesce(func.sum(Account.posted), 0)).where(
                Account.party_id == organisation_id,
                Account.role == Role.CLEARING.value,
                Account.subkey == PROVIDER,
            )
        )
        or 0
    )


def on_the_way_home(session: Session, organisation_id: int | None) -> int:
    """What the provider sent and the bank did not tell of, by our own books, in cents."""
    return int(
        session.scalar(
            select(func.coalesce(func.sum(Account.posted), 0)).where(
                Account.party_id == organisation_id, Account.role == Role.CLEARING.value,
                Account.subkey == f"{PROVIDER}:bank",
            )
        )
        or 0
    )  # fmt: skip


def disputed(session: Session, order_id: int) -> int:
    """What disputes took out of an order and did not put back, in cents."""
    return -int(
        session.scalar(
            select(func.coalesce(func.sum(PaymentPart.amount), 0)).where(
                PaymentPart.order_id == order_id, PaymentPart.part == Part.DISPUTE
            )
        )
        or 0
    )


UNDONE = frozenset({OrderState.CREATED, OrderState.PROCESSING, OrderState.QUARANTINED})
"""States in which nothing of an order is booked."""
