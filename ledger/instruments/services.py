"""Setting an instrument up, its switch from simulation to real, and counting its backing."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.queries import find_organisation_by_kvk
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.words import words
from ledger.accounts.services import open_currency
from ledger.instruments import queries, rules
from ledger.instruments.errors import (
    AlreadyLive,
    AlreadySetUp,
    KeeperIsProgramme,
    KeeperUnknown,
    NoReview,
    NotBacked,
)
from ledger.instruments.models import BackingCount, Instrument, IssuingStop
from ledger.instruments.rules import INSTRUMENTS, Cause, Code


def set_up(session: Session, *, code: Code, keeper_kvk: KvkNumber, actor: Actor, at: datetime) -> Instrument:
    """Give an instrument the separate legal person that keeps its books. It begins as a simulation.

    Raises:
        AlreadySetUp, KeeperUnknown, KeeperIsProgramme: refused.
    """
    if queries.find_instrument(session, code) is not None:
        raise AlreadySetUp
    keeper = find_organisation_by_kvk(session, keeper_kvk)
    if keeper is None:
        raise KeeperUnknown(field="keeper_kvk")
    if keeper.is_programme or keeper.id == actor.organisation_id:
        raise KeeperIsProgramme(field="keeper_kvk")
    rule = INSTRUMENTS[code]
    open_currency(session, code="EURX", name="Euro (simulatie)", scale=2, kind="fiat")
    for live in (False, True):
        name = rule.name if live else f"{rule.name} (simulatie)"
        open_currency(session, code=rules.currency(code, live=live), name=name, scale=2, kind=rule.kind)
    made = Instrument(code=code, keeper_id=keeper.id, opened_at=at, stopped=False)
    session.add(made)
    session.flush()
    _note(session, "set_up", made, actor, at)
    return made


def propose_review(
    session: Session, *, code: Code, document: str, reviewer: str, reviewed_on: date, actor: Actor, at: datetime
) -> None:  # fmt: skip
    """Write down who did the legal review, when, and in which document; a second person confirms it.

    Raises:
        AlreadyLive, ReviewInFuture, TextMissing: refused.
    """
    found = queries.instrument(session, code, lock=True)
    if found.live:
        raise AlreadyLive
    rules.check_reviewed(reviewed_on, local_date(at))
    found.document, found.reviewer = (
        words(document, "document", least=3),
        words(reviewer, "reviewer", least=3),
    )
    found.reviewed_on, found.proposed_by_id = reviewed_on, actor.user_id
    session.flush()
    _note(session, "review_proposed", found, actor, at)


def confirm_review(session: Session, *, code: Code, actor: Actor, at: datetime) -> None:
    """Confirm the review: from now on the instrument is real. What the simulation held stays there.

    Raises:
        AlreadyLive, NoReview, SecondPersonNeeded: refused.
    """
    found = queries.instrument(session, code, lock=True)
    if found.live:
        raise AlreadyLive
    if found.proposed_by_id is None:
        raise NoReview
    rules.check_second(found.proposed_by_id, actor.user_id)
    found.confirmed_by_id, found.confirmed_at, found.stopped = actor.user_id, at, False
    session.flush()
    _note(session, "review_confirmed", found, actor, at)


def count_backing(
    session: Session, *, code: Code, counted: Money, actor: Actor, at: datetime
) -> BackingCount:  # fmt: skip
    """Hold what stands on the account of the backing against what is out; a cent too little stops issuing.

    A whole count lets nothing go on by itself: a person decides that (`ledger.issuing`).

    Raises:
        NotBacked: nothing stands against this instrument.
    """
    found = queries.instrument(session, code, lock=True)
    if not found.rule.backed:
        raise NotBacked
    made = BackingCount(
        instrument_code=code, live=found.live, counted=counted.minor, supply=queries.supply(session, found).minor,
        counted_at=at, counted_by_id=actor.user_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "backing_counted", found, actor, at, counted=made.counted, supply=made.supply)
    if made.short:
        stop(session, found=found, cause=Cause.SHORT, at=at)
    return made


def stop(session: Session, *, found: Instrument, cause: Cause, at: datetime) -> bool:
    """Stop issuing for a cause, until a person lets it go on. The caller locked the instrument.

    Whether it is new: of a cause one stop is open at a time.
    """
    last = queries.find_stop(session, found, cause)
    if last is not None and last.lifted_at is None:
        return False
    made = IssuingStop(
        public_id=uuid7(), instrument_code=found.code, live=found.live, cause=cause, stopped_at=at
    )
    session.add(made)
    found.stopped = True
    session.flush()
    record(
        session, action="instrument.issuing_stopped", subject=f"instrument:{found.code}", actor_id=None,
        facts={"live": found.live, "cause": cause.value}, at=at,
    )  # fmt: skip
    return True


def _note(session: Session, act: str, found: Instrument, actor: Actor, at: datetime, **facts: int) -> None:
    record(
        session, action=f"instrument.{act}", subject=f"instrument:{found.code}", actor_id=actor.user_id,
        facts={"live": found.live, **facts}, at=at,
    )  # fmt: skip
