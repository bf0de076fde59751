"""Wiping what is due, and writing down how much that was."""

from datetime import datetime

from sqlalchemy import delete, literal, update
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from ledger.wiping import queries


def wipe_numbers(session: Session, *, at: datetime) -> dict[str, int]:
    """Wipe names and account numbers that are kept no longer: table → in how many rows. Amounts and marks stay.

    What was wiped stands in the audit chain as numbers of rows. A second time wipes nothing.
    """
    done = {}
    for each in queries.wipes(local_date(at)):
        act = update(each.table).values(each.values) if each.values else delete(each.table)
        done[each.name] = len(session.scalars(act.where(each.where).returning(literal(1))).all())
    session.expire_all()
    if any(done.values()):
        record(
            session,
            action="retention.wiped",
            subject="retention:account_numbers",
            actor_id=None,
            facts=done,
            at=at,
        )
    return done
