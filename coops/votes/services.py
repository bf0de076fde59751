"""Voting and counting."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from coops.meetings import queries as meetings
from coops.meetings.errors import MotionNotFound
from coops.meetings.models import Motion
from coops.meetings.rules import Majority, State, check_text
from coops.members.models import Member
from coops.members.services import hold_register
from coops.votes import errors, queries, rules
from coops.votes.models import Turnout, VoteTally
from coops.votes.rules import Choice, Tally
from cwb.audit.services import record
from cwb.kernel.policy import Actor


def open_vote(session: Session, *, motion: Motion, actor: Actor, at: datetime) -> Motion:
    """Let members vote on a motion of a meeting that is open.

    Raises:
        Forbidden, MotionNotFound: not the board of this cooperative.
        VoteNotOpen: the meeting is not open.
        VoteOpenedBefore: opened before.
    """
    motion = _hold(session, motion, actor)
    if motion.meeting.state is not State.OPEN:
        raise errors.VoteNotOpen
    if motion.opened_at is not None or motion.closed_at is not None:
        raise errors.VoteOpenedBefore
    motion.opened_at = at
    session.flush()
    session.execute(
        insert(VoteTally), [{"motion_id": motion.id, "choice": each.value, "votes": 0} for each in Choice]
    )
    _note(session, "vote.opened", motion, actor, {"secret": motion.secret}, at)
    return motion


def cast_vote(session: Session, *, motion: Motion, voter: Member, member: Member, choice: Choice) -> None:
    """Vote: `member` is the reader's own row, `voter` the same or who gave the reader a proxy.

    Nothing else is written down: no time, and of a secret vote no choice beside a name.

    Raises:
        VoteNotOpen: not opened, or closed.
        VotedBefore: there is a vote for this member.
        RuleBroken: NotHere, NotYours.
    """
    motion = meetings.held(session, motion)  # votes on it come one after another
    _check_open(motion)
    able = queries.may_cast(session, motion, member)
    if voter.id not in {each.id for each in able}:
        _refuse(session, motion, voter, member)
    _count(session, motion, [voter], Tally.of({choice.value: 1}), None if motion.secret else choice)


def count_room(
    session: Session, *, motion: Motion, members: Sequence[Member], tally: Tally, actor: Actor, at: datetime
) -> None:
    """Count hands or papers in the room, of members who are there and did not vote online.

    Raises:
        Forbidden, MotionNotFound: not the board of this cooperative.
        VoteNotOpen: not opened, or closed.
        VotedBefore: there is a vote for one of them.
        RuleBroken: CountDiffers, NotHere.
    """
    motion = _hold(session, motion, actor)
    _check_open(motion)
    rules.check_room(tally, len(members))
    here = {each.id for each in queries.here(session, motion.meeting_id)}
    if not here.issuperset(each.id for each in members):
        raise errors.NotHere(field="members")
    _count(session, motion, members, tally, None)
    _note(session, "vote.room", motion, actor, {"people": len(members)}, at)


def close_vote(session: Session, *, motion: Motion, actor: Actor, at: datetime) -> Motion:
    """End a vote: the outcome is computed, and nothing of it changes afterwards.

    Raises:
        Forbidden, MotionNotFound: not the board of this cooperative.
        VoteNotOpen: not opened, or closed before.
    """
    motion = _hold(session, motion, actor)
    _check_open(motion)
    counted = session.execute(
        select(VoteTally.choice, VoteTally.votes).where(VoteTally.motion_id == motion.id)
    )
    tally = Tally.of({row.choice: row.votes for row in counted})
    motion.outcome = rules.outcome(
        tally, Majority(motion.majority), here=len(queries.here(session, motion.meeting_id)),
        voters=motion.meeting.voters or 0, quorum_percent=motion.meeting.quorum_percent,
    ).value  # fmt: skip
    motion.closed_at = at
    session.flush()
    facts = {**tally._asdict(), "outcome": motion.outcome}
    _note(session, "vote.closed", motion, actor, facts, at)
    return motion


def withdraw(session: Session, *, motion: Motion, why: str, actor: Actor, at: datetime) -> Motion:
    """Take a motion off the agenda of a meeting that is open, before its vote opens; members read why.

    Raises:
        Forbidden, MotionNotFound: not the board of this cooperative.
        VoteNotOpen: the meeting is not open.
        VoteOpenedBefore: its vote was opened; that is counted to its end.
        TextMissing: no reason.
    """
    motion = _hold(session, motion, actor)
    if motion.meeting.state is not State.OPEN:
        raise errors.VoteNotOpen
    if motion.opened_at is not None or motion.closed_at is not None:
        raise errors.VoteOpenedBefore
    motion.withdrawn_why = check_text(why, "why")
    motion.outcome, motion.closed_at = rules.Outcome.WITHDRAWN.value, at
    session.flush()
    _note(session, "vote.withdrawn", motion, actor, {}, at)
    return motion


def _check_open(motion: Motion) -> None:
    if motion.opened_at is None or motion.closed_at is not None:
        raise errors.VoteNotOpen


def _refuse(session: Session, motion: Motion, voter: Member, member: Member) -> None:
    """Say why somebody cannot vote."""
    if session.get(Turnout, (motion.id, voter.id)) is not None:
        raise errors.VotedBefore
    if voter.id != member.id:
        raise errors.NotYours(field="voter")
    raise errors.NotHere


def _count(
    session: Session, motion: Motion, members: Sequence[Member], tally: Tally, choice: Choice | None
) -> None:
    """Write who voted, and all three counts anew, so that no row tells which one grew."""
    made = session.scalars(
        postgresql.insert(Turnout)
        .values(
            [
                {"motion_id": motion.id, "member_id": each.id, "choice": choice.value if choice else None}
                for each in members
            ]
        )
        .on_conflict_do_nothing()
        .returning(Turnout.member_id)
    ).all()
    if len(made) != len(members):
        raise errors.VotedBefore
    more = case(
        dict(zip((each.value for each in Choice), tally, strict=True)), value=VoteTally.choice, else_=0
    )
    session.execute(
        update(VoteTally)
        .where(VoteTally.motion_id == motion.id)
        .values(votes=VoteTally.votes + more)
        .execution_options(synchronize_session=False)
    )


def _hold(session: Session, motion: Motion, actor: Actor) -> Motion:
    """A motion of the board's own cooperative as it is now, held with its meeting until the transaction ends."""
    home = hold_register(session, actor)
    if motion.meeting.organisation_id != home:
        raise MotionNotFound
    meetings.held(session, motion.meeting)
    return meetings.held(session, motion)


def _note(
    session: Session, action: str, motion: Motion, actor: Actor, facts: dict[str, object], at: datetime
) -> None:
    record(
        session,
        action=action,
        subject=f"motion:{motion.public_id}",
        actor_id=actor.user_id,
        facts=facts,
        at=at,
    )
