"""Looking after online payments: what a person did about a point of the work list."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.policy import Actor
from ledger.checkout.models import PaymentIssue


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
