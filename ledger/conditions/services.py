"""Proposing conditions, writing the vote down, keeping their effect, and adopting them."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from cwb.kernel.period import Period
from cwb.kernel.policy import Actor
from cwb.kernel.words import words as written
from ledger.conditions import queries, rules
from ledger.conditions.errors import AlreadyAdopted, VoteThere
from ledger.conditions.events import VoteWritten
from ledger.conditions.models import ConditionEffect, ConditionEffectPart, ConditionVersion, ConditionVote
from ledger.conditions.rules import Terms
from ledger.instruments import queries as instruments
from ledger.instruments.rules import Code


def propose(
    session: Session, *, code: Code, words: str, terms: Terms, starts_on: date, actor: Actor, at: datetime
) -> ConditionVersion:  # fmt: skip
    """Propose conditions, in plain words and as data, from a day that leaves everybody time to know.

    Raises:
        NobodyAccepts, GroupUnfit, OutOfBounds, NotForMutual, TooSoon, BeforeAnother, TextTooShort, InstrumentUnknown.
    """
    instruments.instrument(session, code, lock=True)
    rules.check_start(starts_on, local_date(at), queries.last_start(session, code))
    made = ConditionVersion(
        instrument_code=code, number=queries.last_number(session, code) + 1, words=written(words, "words"),
        terms=terms, starts_on=starts_on, proposed_at=at, proposed_by_id=actor.user_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "proposed", made, actor, at)
    return made


def record_vote(
    session: Session, *, version: ConditionVersion, document: str, decided_on: date, votes_for: int,
    votes_against: int, actor: Actor, at: datetime,
) -> None:  # fmt: skip
    """Write down what the members decided, once, and where it stands.

    Raises:
        VoteThere, VoteLost, VoteInFuture, TextTooShort: refused; or by who hears `VoteWritten`.
    """
    if version.vote is not None:
        raise VoteThere
    rules.check_vote(votes_for, votes_against, decided_on, local_date(at))
    stands = written(document, "document", least=3)
    emit(session, VoteWritten(version.id, stands, votes_for, votes_against, at))
    version.vote = ConditionVote(
        document=stands, decided_on=decided_on, votes_for=votes_for,
        votes_against=votes_against, recorded_at=at, recorded_by_id=actor.user_id,
    )  # fmt: skip
    session.flush()
    _note(session, "vote_recorded", version, actor, at, votes_for=votes_for, votes_against=votes_against)


def keep_effect(
    session: Session, *, version: ConditionVersion, quarter: Period, book_lines: int, stopped: tuple[int, int],
    parts: Iterable[ConditionEffectPart], at: datetime,
) -> ConditionEffect:  # fmt: skip
    """Keep what a version would have done at the end of a quarter.

    Raises:
        AlreadyAdopted: it is decided.
    """
    if version.adopted_at is not None:
        raise AlreadyAdopted
    found = list(parts)
    made = ConditionEffect(
        version_id=version.id, quarter=str(quarter), book_lines=book_lines, computed_at=at, parts=found,
        wallets=sum(each.wallets for each in found), stopped_count=stopped[0], stopped_amount=stopped[1],
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def adopt(session: Session, *, version: ConditionVersion, actor: Actor, at: datetime) -> None:
    """Adopt what was voted, on an effect that is still true, by somebody who wrote nothing of it.

    Raises:
        AlreadyAdopted, NoVote, NoEffect, BooksChanged, SecondAdopts, TooSoon, BeforeAnother: refused.
    """
    code = Code(version.instrument_code)
    instrument = instruments.instrument(session, code, lock=True)
    if version.adopted_at is not None:
        raise AlreadyAdopted
    effect, quarter = queries.find_effect(session, version.id), queries.last_quarter(at)
    rules.check_adoption(
        user_id=actor.user_id,
        wrote=[version.proposed_by_id] + ([version.vote.recorded_by_id] if version.vote else []),
        voted=version.vote is not None,
        effect=(effect.quarter, effect.book_lines) if effect else None,
        books=(str(quarter), queries.book_lines(session, instrument, quarter)),
    )
    rules.check_start(version.starts_on, local_date(at), queries.last_start(session, code))
    version.adopted_at, version.adopted_by_id = at, actor.user_id
    version.effect_id = effect.id if effect else None
    session.flush()
    _note(session, "adopted", version, actor, at)


def _note(
    session: Session, act: str, version: ConditionVersion, actor: Actor, at: datetime, **facts: int
) -> None:
    record(
        session, action=f"conditions.{act}", subject=f"conditions:{version.public_id}", actor_id=actor.user_id,
        facts={"instrument": version.instrument_code, "number": version.number, **facts}, at=at,
    )  # fmt: skip
