"""Reading the inbox and the daily checks."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.webhooks.models import ClearingCheck, Webhook


def due(session: Session, at: datetime) -> Sequence[int]:
    """Messages that are not worked on yet and may be now, oldest first."""
    return session.scalars(
        select(Webhook.id)
        .where(Webhook.processed_at.is_(None), Webhook.next_at <= at)
        .order_by(Webhook.id)
        .limit(1000)
    ).all()


def free(session: Session, webhook_id: int) -> Webhook | None:
    """A message that waits, held; None when it is done, or in another worker's hands."""
    return session.scalar(
        select(Webhook)
        .where(Webhook.id == webhook_id, Webhook.processed_at.is_(None))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def latest_check(session: Session, organisation_id: int | None) -> ClearingCheck | None:
    """The last daily check of an organisation."""
    return session.scalar(
        select(ClearingCheck)
        .where(ClearingCheck.organisation_id == organisation_id)
        .order_by(ClearingCheck.day.desc())
        .limit(1)
    )
