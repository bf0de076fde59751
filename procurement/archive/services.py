"""Noting that somebody took the whole file."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.audit import services as audit
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor
from procurement.archive import policy
from procurement.opening.models import BidAccess
from procurement.tenders.models import Tender


def note_taking(
    session: Session, *, tender: Tender, digest: str, files: int, actor: Actor, at: datetime
) -> str:
    """Put in the audit log who took the file, with the hash of what they got. Returns that hash.

    The bids in it count as read.

    Raises:
        Forbidden: neither a purchaser of the buyer nor an auditor.
    """
    if not policy.may(actor, tender):
        raise Forbidden
    if tender.scores_frozen_at is not None:
        session.add(BidAccess(tender_id=tender.id, user_id=actor.user_id, purpose="archive", at=at))
    audit.record(
        session, action="tender.archived", subject=f"tender:{tender.number}", actor_id=actor.user_id,
        facts={"sha256": digest, "files": files}, at=at,
    )  # fmt: skip
    return digest
