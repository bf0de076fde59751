"""Looking after online payments: what a payer asks back, and what a person did about a point of the work list."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.words import words
from ledger.checkout import queries as checkout
from ledger.checkout.models import PaymentIssue, PaymentOrder
from ledger.checkout.rules import Reason
from ledger.checkout.services import note_issue
from ledger.tills import queries, rules


def solve_issue(session: Session, *, issue: PaymentIssue, note: str, actor: Actor, at: datetime) -> None:
    """Take something off the work list, with a word on what was done."""
    session.refresh(issue, ["solved_at"], with_for_update=True)
    if issue.solved_at is None:
        issue.solved_at, issue.solved_by_id, issue.note = at, actor.user_id, note
        session.flush()
        record(
            session, action="checkout.solved", subject=f"payment_issue:{issue.public_id}", actor_id=actor.user_id,
            facts={"reason": issue.reason.value}, at=at,
        )  # fmt: skip


def ask_back(session: Session, *, order: PaymentOrder, why: str, actor: Actor, at: datetime) -> None:
    """Let a payer ask an own payment back, once, with a reason; it stands on the board's work list.

    Raises:
        AskedBefore, NotToAsk, TextMissing: refused.
    """
    held = checkout.locked(session, order.id)
    rest = Money(held.amount - held.refunded - checkout.on_its_way(session, held.id))
    allowed = held.payer_id == actor.user_id and rules.may_ask(
        held.state, held.kind, rest, held.paid_at, at, debit=held.debit
    )
    rules.check_ask(allowed, queries.asked_back(session, held.id) is not None)
    facts = {"seen": rest.minor, "words": words(why, "why", least=3)}
    note_issue(
        session, held.organisation_id, Reason.ASKED_BACK, str(held.public_id), at, order=held, facts=facts
    )
    record(
        session, action="checkout.asked_back", subject=f"payment_order:{held.public_id}", actor_id=actor.user_id,
        facts={"minor": rest.minor}, at=at,
    )  # fmt: skip
