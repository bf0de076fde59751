"""Reading the audit log."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cwb.audit import rules
from cwb.audit.models import AuditRecord, AuditSeal


def history(session: Session, subject: str, *, limit: int = 200) -> Sequence[AuditRecord]:
    """What was done to one subject ("tender:T-2026-0042"), newest first."""
    found = session.scalars(
        select(AuditRecord).where(AuditRecord.subject == subject).order_by(AuditRecord.id.desc()).limit(limit)
    )
    return found.all()


def verdict(session: Session) -> rules.Verdict:
    """The whole chain recomputed from the records, trusting no stored hash."""
    unsealed = session.scalar(
        select(func.count())
        .select_from(AuditRecord)
        .outerjoin(AuditSeal, AuditSeal.record_id == AuditRecord.id)
        .where(AuditSeal.seq.is_(None))
    )
    gone = session.scalar(
        select(AuditSeal.seq)
        .outerjoin(AuditRecord, AuditSeal.record_id == AuditRecord.id)
        .where(AuditRecord.id.is_(None))
        .order_by(AuditSeal.seq)
        .limit(1)
    )
    rows = session.execute(
        select(AuditSeal.seq, AuditSeal.hash, AuditRecord)
        .join(AuditRecord, AuditRecord.id == AuditSeal.record_id)
        .order_by(AuditSeal.seq)
        .execution_options(yield_per=5000)
    )
    found = rules.recompute(
        ((seq, record.id, stored, content_of(record)) for seq, stored, record in rows), unsealed or 0
    )
    if gone is not None and found.fault is None:
        return rules.Verdict(
            found.records, found.sealed, found.unsealed, found.head, f"link {gone} has no record"
        )
    return found


def content_of(record: AuditRecord) -> dict[str, object]:
    """The hashed content of a stored record."""
    return rules.content(
        record_id=record.id,
        at=record.at,
        actor_id=record.actor_id,
        action=record.action,
        subject=record.subject,
        facts=record.facts,
    )
