"""Proposing, opening, voting, counting, and doing what was decided."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, any_, case, insert, literal, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coops.ballots import errors, policy, queries, rules
from coops.ballots.models import Ballot, BallotCounter, BallotPayment, BallotTally, BallotVoter
from coops.ballots.rules import TERMS, Kind, State
from coops.residency.queries import lives_here
from coops.votes.rules import Choice, Outcome, Tally
from cwb.audit.services import record
from cwb.identity.models import Party
from cwb.identity.queries import user as user_by_id
from cwb.kernel.canonical import canonical_json, digest
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.words import ReasonTooShort, words
from ledger.conditions import queries as conditions
from ledger.conditions import services as versions
from ledger.conditions.events import VoteWritten
from ledger.conditions.models import ConditionVersion
from ledger.feefund import queries as funds
from ledger.feefund import services as fund
from ledger.instruments import queries as instruments
from ledger.instruments.models import Instrument
from ledger.instruments.rules import Code


def propose(
    session: Session, *, code: Code, title: str, text: str, amount: Money, payee: str, days: int, actor: Actor,
    at: datetime,
) -> Ballot:  # fmt: skip
    """A resident proposes what the fund pays for, to whom and how much; voting opens at once.

    Raises:
        NoFund, NotResident, OneAtATime, AmountWrong, TermWrong, TooFewVoters, TextTooShort: refused.
    """
    instrument = instruments.instrument(session, code, lock=True)
    if not instrument.rule.backed:
        raise errors.NoFund
    user = user_by_id(session, actor.user_id)
    if not lives_here(session, user.person_id, local_date(at)):
        raise errors.NotResident
    if queries.running_of(session, actor.user_id, at):
        raise errors.OneAtATime
    rules.check_proposal(amount.minor, funds.held(session, instrument).total, days)
    facts = {
        "title": title.strip(), "text": words(text, "text", least=20), "amount": amount.minor,
        "payee": words(payee, "payee", least=3),
    }  # fmt: skip
    return _open(session, Kind.FUND, instrument, facts, at + timedelta(days=days), actor, at)


def put_to_vote(session: Session, *, version: ConditionVersion, actor: Actor, at: datetime) -> Ballot:
    """Let those who use the money vote on proposed rules.

    Raises:
        DecidedAlready, StartsTooSoon, TooFewVoters: refused.
    """
    instrument = instruments.instrument(session, Code(version.instrument_code), lock=True)
    if version.adopted_at is not None or version.vote is not None:
        raise errors.DecidedAlready
    closes_at = at + timedelta(days=TERMS[Kind.RULES].days)
    rules.check_start(version.starts_on, local_date(closes_at))
    facts = {
        "title": f"{instrument.rule.name} {version.number}", "text": version.words,
        "version_id": version.id,
    }  # fmt: skip
    try:
        with session.begin_nested():
            return _open(session, Kind.RULES, instrument, facts, closes_at, actor, at)
    except IntegrityError as fault:
        if "uq_ballot_version_id" in str(fault.orig):
            raise errors.DecidedAlready from fault
        raise


def cast_vote(
    session: Session, *, ballot: Ballot, voter: UUID, choice: Choice, actor: Actor, at: datetime
) -> None:
    """Vote, for oneself or for the organisation whose board one is on. Nothing but that is written down.

    Raises:
        BallotClosed, NotOnRoll, VotedBefore: refused.
    """
    ballot = queries.locked(session, ballot.id)  # votes come one after another
    rules.check_open(ballot, at)
    able = queries.parties_of(session, ballot.id, actor.user_id, policy.votes_for(actor))
    if voter not in {public_id for public_id, _, _ in able}:
        raise errors.NotOnRoll
    made = session.scalar(
        update(BallotVoter)
        .where(
            BallotVoter.ballot_id == ballot.id, ~BallotVoter.voted,
            BallotVoter.party_id == select(Party.id).where(Party.public_id == voter).scalar_subquery(),
        )
        .values(voted=True)
        .returning(BallotVoter.party_id)
    )  # fmt: skip
    if made is None:
        raise errors.VotedBefore
    more = case({choice.value: 1}, value=BallotTally.choice, else_=0)
    session.execute(  # all three anew, so that no row tells which one grew
        update(BallotTally)
        .where(BallotTally.ballot_id == ballot.id)
        .values(votes=BallotTally.votes + more)
        .execution_options(synchronize_session=False)
    )


def count(session: Session, *, ballot_id: int, at: datetime) -> Ballot:
    """Count a vote that is over, once, and seal its result.

    Raises:
        BallotClosed: it is not over, or was counted.
    """
    ballot = queries.locked(session, ballot_id)
    if rules.state_of(ballot, at) is not State.COUNTING:
        raise errors.BallotClosed
    tally = queries.tally(session, ballot.id)
    facts = {
        "number": ballot.number, "instrument": ballot.instrument_code, "simulation": not ballot.live,
        "kind": ballot.kind, "title": ballot.title, "payee": ballot.payee,
        "amount": ballot.asked.plain() if ballot.amount else None,
        "opened_at": ballot.opened_at.isoformat(), "closes_at": ballot.closes_at.isoformat(),
    }  # fmt: skip
    result = rules.result_of(facts, ballot.text, tally, ballot.voters, ballot.terms)
    ballot.document, ballot.checksum = canonical_json(result).decode(), digest(result)
    ballot.outcome, ballot.closed_at = result["outcome"], at
    session.flush()
    _note(session, "counted", ballot, None, {"outcome": ballot.outcome, "sha256": ballot.checksum}, at)
    return ballot


def withdraw(session: Session, *, ballot: Ballot, why: str, actor: Actor, at: datetime) -> None:
    """Take a proposal back while people vote, with a reason that everybody reads.

    Raises:
        NotYours, BallotClosed, ReasonTooShort: refused.
    """
    ballot = queries.locked(session, ballot.id)
    if ballot.proposed_by_id != actor.user_id and not policy.may(actor, policy.RUN):
        raise errors.NotYours
    rules.check_open(ballot, at)
    ballot.why = words(why, "why", short=ReasonTooShort)
    ballot.withdrawn_at, ballot.withdrawn_by_id = at, actor.user_id
    session.flush()
    _note(session, "withdrawn", ballot, actor, {}, at)


def pay_out(session: Session, *, ballot: Ballot, reference: str, actor: Actor, at: datetime) -> BallotPayment:
    """Pay what carried out of the fund, once, as somebody else than who proposed it. The euros go by bank, outside.

    Raises:
        NotCarried, PaidBefore, AnotherPays, SimulationOver, TextTooShort: refused. FundTooSmall: not now.
    """
    instrument = instruments.instrument(session, Code(ballot.instrument_code), lock=True)
    ballot = queries.locked(session, ballot.id)
    rules.check_payment(
        carried=ballot.outcome == Outcome.CARRIED and ballot.amount is not None,
        paid=ballot.payment is not None, proposed_by_id=ballot.proposed_by_id, actor_id=actor.user_id,
    )  # fmt: skip
    if ballot.live != instrument.live:
        raise errors.SimulationOver
    said = words(reference, "reference", least=3)
    transfer_id = fund.pay_out(
        session, instrument=instrument, key=f"ballot:{ballot.public_id}:paid", amount=ballot.asked.minor, at=at
    )  # fmt: skip
    made = BallotPayment(
        ballot_id=ballot.id, amount=ballot.asked.minor, reference=said, transfer_id=transfer_id, paid_at=at,
        paid_by_id=actor.user_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "paid", ballot, actor, {"amount": made.amount}, at)
    return made


def take_over(session: Session, *, ballot: Ballot, actor: Actor, at: datetime) -> None:
    """Write the result of a vote on rules at the rules, by number, day and counts; adopting is another act.

    Raises:
        NotCarried: there is no yes. VoteThere: written down before.
    """
    result = ballot.result
    if ballot.version is None or result is None or ballot.outcome != Outcome.CARRIED:
        raise errors.NotCarried
    tally = Tally.of(result["votes"])
    versions.record_vote(
        session, version=conditions.version(session, ballot.version.public_id, lock=True), document=ballot.number,
        decided_on=local_date(ballot.closes_at), votes_for=tally.votes_for, votes_against=tally.against,
        actor=actor, at=at,
    )  # fmt: skip
    _note(session, "taken_over", ballot, actor, {}, at)


def hear_written(session: Session, event: VoteWritten) -> None:
    """A result was written down by hand: where the vote was held here it is that one, carried, or it is refused.

    Raises:
        VoteDiffers: the vote still runs, did not carry, or had other counts.
    """
    held = queries.find_of_version(session, event.version_id)
    if held is None:
        return
    tally = Tally.of(held.result["votes"]) if held.result and held.outcome == Outcome.CARRIED else None
    told = (event.document, event.votes_for, event.votes_against)
    if tally is None or told != (held.number, tally.votes_for, tally.against):
        raise errors.VoteDiffers(number=held.number)


def _open(
    session: Session, kind: Kind, instrument: Instrument, facts: Mapping[str, Any], closes_at: datetime,
    actor: Actor, at: datetime,
) -> Ballot:  # fmt: skip
    """Open a vote with its roll; who comes later does not vote on it."""
    terms, roll = TERMS[kind], queries.roll(session, kind, instrument, local_date(at))
    rules.check_roll(len(roll), terms)
    made = Ballot(
        number=_number(session, at), instrument_code=instrument.code, live=instrument.live, kind=kind,
        proposed_by_id=actor.user_id, opened_at=at, closes_at=closes_at, voters=len(roll),
        quorum_percent=terms.quorum_percent, over_percent=terms.over_percent, least=terms.least, **facts,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _enrol(session, made.id, roll)
    _note(session, "opened", made, actor, {"kind": kind, "voters": made.voters}, at)
    return made


def _enrol(session: Session, ballot_id: int, roll: Sequence[int]) -> None:
    """All who may vote in one statement: the database compares their number with what the vote says."""
    who = literal(list(roll), ARRAY(BigInteger))
    session.execute(
        insert(BallotVoter).from_select(
            ["ballot_id", "party_id", "voted"],
            select(literal(ballot_id, BigInteger), Party.id, literal(False)).where(Party.id == any_(who)),
        )
    )
    session.execute(
        insert(BallotTally), [{"ballot_id": ballot_id, "choice": each.value, "votes": 0} for each in Choice]
    )


def _number(session: Session, at: datetime) -> str:
    year = local_date(at).year
    upsert = postgresql.insert(BallotCounter).values(year=year, last=1)
    last = session.execute(
        upsert.on_conflict_do_update(
            index_elements=["year"], set_={"last": BallotCounter.last + 1}
        ).returning(BallotCounter.last)
    ).scalar_one()
    return f"S-{year}-{last:04}"


def _note(
    session: Session, act: str, ballot: Ballot, actor: Actor | None, facts: dict[str, Any], at: datetime
) -> None:
    record(
        session, action=f"ballot.{act}", subject=f"ballot:{ballot.number}",
        actor_id=actor.user_id if actor else None, facts=facts, at=at,
    )  # fmt: skip
