"""Reading votes. Counts are for nobody while a vote is open."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Exists, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from coops.meetings.models import Attendance, Meeting, Motion
from coops.meetings.queries import attendance
from coops.members.models import Member
from coops.members.queries import IS_READER
from coops.members.rules import VOTING
from coops.votes.models import Turnout, VoteTally
from coops.votes.rules import Hindrance, Tally
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows


def tallies(session: Session, motion_ids: Sequence[int]) -> dict[int, Tally]:
    """Motion id → the counts, of votes that are closed."""
    found: dict[int, dict[str, int]] = {}
    for motion_id, choice, votes in session.execute(
        select(VoteTally.motion_id, VoteTally.choice, VoteTally.votes)
        .join(Motion, Motion.id == VoteTally.motion_id)
        .where(VoteTally.motion_id.in_(motion_ids), Motion.closed_at.is_not(None))
    ):
        found.setdefault(motion_id, {})[choice] = votes
    return {key: Tally.of(counted) for key, counted in found.items()}


def turnout(session: Session, motion_ids: Sequence[int]) -> dict[int, int]:
    """Motion id → how many voted."""
    rows = session.execute(
        select(Turnout.motion_id, func.count())
        .where(Turnout.motion_id.in_(motion_ids))
        .group_by(Turnout.motion_id)
    )
    return {motion_id: count for motion_id, count in rows}  # noqa: C416 (rows are no pairs to the checker)


def here(session: Session, meeting_id: int) -> list[Member]:
    """Who is there, and who is represented by somebody who is; by number."""
    found = attendance(session, meeting_id)
    present = {each.member_id for each in found if each.holder_id is None}
    return [each.member for each in found if each.holder_id is None or each.holder_id in present]


def still_to_vote(session: Session, motion: Motion) -> list[Member]:
    """Who is there or represented and has not voted on this motion, by number."""
    voted = set(session.scalars(select(Turnout.member_id).where(Turnout.motion_id == motion.id)))
    return [each for each in here(session, motion.meeting_id) if each.id not in voted]


def may_cast(session: Session, motion: Motion, member: Member) -> list[Member]:
    """For whom a member can still vote: for oneself, and for who gave a proxy; nobody unless one is there."""
    found = attendance(session, motion.meeting_id)
    if not any(each.member_id == member.id and each.holder_id is None for each in found):
        return []
    voted = set(session.scalars(select(Turnout.member_id).where(Turnout.motion_id == motion.id)))
    mine = [each.member for each in found if member.id in {each.holder_id, each.member_id}]
    return [each for each in mine if each.id not in voted]


def may_come(session: Session, motion: Motion, member: Member) -> bool:
    """Whether a member only has to say that it is there, to vote on a motion that is open."""
    is_open = motion.opened_at is not None and motion.closed_at is None
    found = {each.id for each in here(session, motion.meeting_id)} if is_open else set()
    return is_open and member.kind in VOTING and member.id not in found


def hindrance(session: Session, motion: Motion, member: Member) -> Hindrance | None:
    """Why a member cannot vote now, neither for oneself nor for another; None: it can, or only has to come."""
    if motion.opened_at is None or motion.closed_at is not None:
        return Hindrance.NOT_OPEN
    if member.kind not in VOTING:
        return Hindrance.NO_VOTE
    if may_cast(session, motion, member):
        return None
    if session.get(Turnout, (motion.id, member.id)) is not None:
        return Hindrance.VOTED
    return None if may_come(session, motion, member) else Hindrance.REPRESENTED


def open_votes(session: Session, motion_id: int) -> Sequence[tuple[Member, str]]:
    """Who voted what, in an open vote cast online: member and choice. Of who was counted in the room nobody knows."""
    rows = session.execute(
        select(Member, Turnout.choice)
        .join(Turnout, Turnout.member_id == Member.id)
        .join(Motion, Motion.id == Turnout.motion_id)
        .where(Turnout.motion_id == motion_id, Motion.closed_at.is_not(None), Motion.secret.is_(False))
        .order_by(Member.number)
    )
    return [(member, choice) for member, choice in rows if choice is not None]


# each correlated by name: inside another EXISTS a table of the outermost SELECT would else be joined anew, whole
def _voted(member_id: ColumnElement[int] | InstrumentedAttribute[int]) -> Exists:
    """Whether there is a vote for a member on this motion."""
    return (
        exists()
        .where(Turnout.motion_id == Motion.id, Turnout.member_id == member_id)
        .correlate_except(Turnout)
    )


_GAVE_PROXY = (
    exists()
    .where(
        Attendance.meeting_id == Meeting.id, Attendance.member_id == Member.id,
        Attendance.holder_id.is_not(None),
    )
    .correlate_except(Attendance)
)  # fmt: skip
_HOLDS_ONE = (
    exists()
    .where(
        Attendance.meeting_id == Meeting.id, Attendance.holder_id == Member.id, ~_voted(Attendance.member_id)
    )
    .correlate_except(Attendance)
)

tasks = Tasks(
    Waiting(
        N_("Stem nu: %(title)s"), "votes.cast", frozenset({Role.BOARD, Role.MEMBER, Role.FELLOW}),
        rows(title=Motion.title, key=Motion.public_id)
        .join(Meeting, Meeting.id == Motion.meeting_id)
        .where(
            Meeting.organisation_id == ORGANISATION, Motion.opened_at.is_not(None), Motion.closed_at.is_(None),
            exists().where(
                Member.organisation_id == Meeting.organisation_id, IS_READER, Member.kind.in_(sorted(VOTING)),
                ~_GAVE_PROXY, or_(~_voted(Member.id), _HOLDS_ONE),
            ),
        )
        .order_by(Motion.id),
        {"public_id": "key"}, at_once=True,
    ),
)  # fmt: skip
"""What votes wait for: every member with a vote, until it is cast, for oneself and for who gave a proxy.

Who is not noted as there is asked too: the page of the vote takes that in one press. Who gave a proxy is not.
"""
