"""The daily watch over the backing, stopping by a rule, and a person who lets issuing go on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.queries import programme_people
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.kernel.words import ReasonTooShort, words
from cwb.notifications.services import mail_each
from ledger.instruments import queries as instruments
from ledger.instruments import services as instrument_services
from ledger.instruments.models import Instrument
from ledger.instruments.rules import Cause, Code
from ledger.issuing import queries, rules
from ledger.issuing.errors import OtherMoneyNow


def watch_count(session: Session, *, code: Code, at: datetime) -> bool:
    """Stop issuing when units are out and their backing was not counted in time. Whether it stopped now."""
    found = instruments.instrument(session, code, lock=True)
    if not found.rule.backed or not instruments.supply(session, found):
        return False
    last = instruments.last_count(session, found)
    if not rules.count_missing(last.counted_at if last else None, local_date(at), live=found.live):
        return False
    return stop(session, found=found, cause=Cause.MISSING, at=at)


def stop(session: Session, *, found: Instrument, cause: Cause, at: datetime) -> bool:
    """Stop for a cause and tell the programme, unless somebody decided on it lately. The caller locked the instrument.

    Whether it stopped now.
    """
    last = instruments.find_stop(session, found, cause)
    if cause not in rules.BY_COUNT and last is not None and rules.quiet(last.lifted_at, at):
        return False
    if not instrument_services.stop(session, found=found, cause=cause, at=at):
        return False
    made = instruments.find_stop(session, found, cause)
    mail_each(
        session, programme_people(session), subject=N_("Uitgeven van lokaal geld staat stil"),
        text=N_("Kijk waarom, en besluit of het weer mag. Tot dan wordt niets uitgegeven."),
        link="/currency/stops", at=at, key=f"issuing-stop-{made.public_id if made else found.code}",
    )  # fmt: skip
    return True


def lift(session: Session, *, public_id: UUID, why: str, actor: Actor, at: datetime) -> None:
    """Let issuing go on as far as this stop goes, for a reason that is kept.

    Raises:
        StopUnknown, StopLifted, CountFirst, CreditEnds, OtherMoneyNow, ReasonTooShort: refused.
    """
    code = queries.stop(session, public_id).instrument_code
    found = instruments.instrument(session, Code(code), lock=True)
    one = queries.stop(session, public_id, lock=True)
    if one.live != found.live:
        raise OtherMoneyNow
    last = instruments.last_count(session, found)
    rules.check_lift(
        Cause(one.cause), lifted_at=one.lifted_at, today=local_date(at), live=found.live,
        counted=(last.counted_at, last.short.minor) if last else None,
    )  # fmt: skip
    one.why = words(why, "why", short=ReasonTooShort)
    one.lifted_at, one.lifted_by_id = at, actor.user_id
    session.flush()
    found.stopped = bool(instruments.open_stops(session, found))
    session.flush()
    record(
        session, action="instrument.issuing_goes_on", subject=f"instrument:{found.code}", actor_id=actor.user_id,
        facts={"live": found.live, "cause": one.cause, "stop": str(one.public_id)}, at=at,
    )  # fmt: skip
