"""Beginning and ending the scheme; both stand in the audit log."""

from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from ledger.kor import queries, rules
from ledger.kor.errors import KorDoesNotRun, KorRuns
from ledger.kor.models import SmallBusiness

_BACK = 7
"""So many years back the turnover is looked at: as long as the books are kept (art. 52 AWR)."""


def begin(session: Session, *, party_id: int, day: date, actor: Actor, at: datetime) -> SmallBusiness:
    """Use the scheme from a day on: invoices for work from then bear no VAT and say why.

    Raises:
        KorRuns: it runs already. KorAboveLimit: the turnover of that year, or of one since, is too high.
        KorDaysWrong: before its last end.
    """
    before = queries.stretches(session, party_id)
    if before and before[0].until is None:
        raise KorRuns
    rules.check_begin(day, before[0].until if before else None)
    this_year = local_date(at).year
    for year in sorted({day.year, *range(max(day.year, this_year - _BACK), this_year + 1)}):
        rules.check_limit(queries.turnover(session, party_id, year), max(day, date(year, 1, 1)))
    made = SmallBusiness(party_id=party_id, since=day, by_id=actor.user_id, at=at)
    session.add(made)
    try:
        session.flush()
    except IntegrityError as fault:  # somebody else was first
        raise KorRuns from fault
    _note(session, "begun", made.party_id, day, actor, at)
    return made


def end(session: Session, *, party_id: int, day: date, actor: Actor, at: datetime) -> SmallBusiness:
    """Charge VAT again from a day on.

    Raises:
        KorDoesNotRun: there is nothing to end.
        KorDaysWrong: before it began.
    """
    held = queries.find_running_locked(session, party_id)
    if held is None:
        raise KorDoesNotRun
    held.end(day, actor.user_id, at)
    session.flush()
    _note(session, "ended", party_id, day, actor, at)
    return held


def reason_for(
    session: Session, *, party_id: int, supplied_on: date, net: Money, issued_on: date
) -> str | None:
    """What an invoice for work of a day says in the place of VAT; None when its seller is not under the scheme.

    Raises:
        KorLimitPassed: with it the turnover of the year passes the limit.
    """
    if not queries.is_small(session, party_id, supplied_on):
        return None
    rules.check_room(queries.turnover(session, party_id, issued_on.year), net, issued_on)
    return rules.REASON


def _note(session: Session, act: str, party_id: int, day: date, actor: Actor, at: datetime) -> None:
    record(
        session, action=f"kor.{act}", subject=f"organisation:{party_id}", actor_id=actor.user_id,
        facts={"day": day.isoformat()}, at=at,
    )  # fmt: skip
