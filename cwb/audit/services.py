"""Writing the audit log: records inside the act's own transaction, links afterwards by one sealer.

Linking inside the act would make every writer wait for the one before; the sealer links committed records in
order, so the chain costs the act nothing. `cwb audit verify` shows what is not linked yet.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from cwb.audit import queries
from cwb.audit.models import AuditRecord, AuditSeal, AuditWaiting
from cwb.kernel.canonical import GENESIS, canonical_json, link

_ONE_SEALER = 7_301_001


def record(
    session: Session,
    *,
    action: str,
    subject: str,
    actor_id: int | None,
    facts: Mapping[str, object] | None = None,
    at: datetime,
) -> None:
    """Write down an act. `subject` is "kind:number"; `facts` are JSON values without personal data.

    Raises:
        rfc8785.CanonicalizationError: a fact that is no JSON value.
    """
    what = dict(facts or {})
    canonical_json(what)
    session.execute(
        insert(AuditRecord).values(at=at, actor_id=actor_id, action=action, subject=subject, facts=what)
    )


def seal(session: Session, *, most: int = 5000) -> int:
    """Link up to `most` committed records; returns how many. One sealer at a time."""
    session.execute(select(func.pg_advisory_xact_lock(_ONE_SEALER)))
    last = session.execute(
        select(AuditSeal.seq, AuditSeal.hash).order_by(AuditSeal.seq.desc()).limit(1)
    ).first()
    seq, head = (last.seq, last.hash) if last else (0, GENESIS)
    waiting = session.scalars(
        select(AuditRecord)
        .join(AuditWaiting, AuditWaiting.record_id == AuditRecord.id)
        .order_by(AuditRecord.id)
        .limit(most)
    ).all()
    links = []
    for each in waiting:
        seq += 1
        head = link(head, queries.content_of(each))
        links.append({"seq": seq, "record_id": each.id, "hash": head})
    if links:
        session.execute(insert(AuditSeal), links)
        session.execute(delete(AuditWaiting).where(AuditWaiting.record_id.in_([each.id for each in waiting])))
    return len(links)
