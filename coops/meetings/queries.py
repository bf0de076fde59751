"""Reading meetings of one cooperative."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, and_, exists, inspect, or_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from coops.meetings.errors import MeetingNotFound, MotionNotFound
from coops.meetings.models import Attendance, Meeting, MeetingSetting, Motion
from coops.meetings.rules import MeetingTerms
from coops.members import queries as registers
from coops.members.models import Member
from coops.members.queries import IS_READER
from coops.members.rules import VOTING, is_mail
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, Tasks, Waiting, rows

Kind = TypeVar("Kind", Meeting, Motion)


def find_setting(session: Session, organisation_id: int) -> MeetingSetting | None:
    """What the statutes of a cooperative say about meetings, None before its board wrote it down."""
    return session.get(MeetingSetting, organisation_id)


def terms(session: Session, organisation_id: int) -> MeetingTerms:
    """What counts for a new meeting."""
    found = find_setting(session, organisation_id)
    return found.terms if found else MeetingTerms()


def meetings(organisation_id: int, *, with_drafts: bool) -> Select[Meeting]:
    """The meetings of a cooperative, the latest first; drafts only for its board."""
    statement = (
        select(Meeting)
        .where(Meeting.organisation_id == organisation_id)
        .order_by(Meeting.meets_at.desc(), Meeting.id.desc())
    )
    return statement if with_drafts else statement.where(Meeting.convened_at.is_not(None))


def meeting(
    session: Session, public_id: UUID, organisation_id: int | None, *, with_drafts: bool = True
) -> Meeting:
    """A meeting of this cooperative, with its motions.

    Raises:
        MeetingNotFound: none, another cooperative's, or still in preparation.
    """
    found = session.scalars(
        select(Meeting)
        .where(Meeting.public_id == public_id, Meeting.organisation_id == organisation_id)
        .options(selectinload(Meeting.motions))
    ).one_or_none()
    if found is None or (found.convened_at is None and not with_drafts):
        raise MeetingNotFound
    return found


def motion(session: Session, public_id: UUID, organisation_id: int | None) -> Motion:
    """A motion of this cooperative, with its meeting.

    Raises:
        MotionNotFound: none, another cooperative's, or of a meeting still in preparation.
    """
    found = session.scalars(
        select(Motion)
        .join(Motion.meeting)
        .where(
            Motion.public_id == public_id, Meeting.organisation_id == organisation_id,
            Meeting.convened_at.is_not(None),
        )
        .options(contains_eager(Motion.meeting))
    ).one_or_none()  # fmt: skip
    if found is None:
        raise MotionNotFound
    return found


def held(session: Session, found: Kind, *, shared: bool = False) -> Kind:
    """A meeting or motion as it is now, held until the transaction ends; `shared`: others may hold it so too."""
    columns = [each.key for each in inspect(type(found)).column_attrs]
    session.refresh(found, columns, with_for_update={"read": True} if shared else {"key_share": True})
    return found


def attendance(session: Session, meeting_id: int) -> Sequence[Attendance]:
    """Who is there or represented, by member number, with both."""
    return session.scalars(
        select(Attendance)
        .join(Attendance.member)
        .where(Attendance.meeting_id == meeting_id)
        .options(contains_eager(Attendance.member), selectinload(Attendance.holder))
        .order_by(Member.number)
    ).all()


def find_attendance(session: Session, meeting_id: int, member_id: int) -> Attendance | None:
    """Whether a member is there or represented."""
    return session.get(Attendance, (meeting_id, member_id), populate_existing=True)


def voters(session: Session, organisation_id: int) -> list[Member]:
    """Who has a vote now: every running member but the supporting ones, one vote each."""
    return [each for each in registers.members(session, organisation_id) if each.kind in VOTING]


def unreached(session: Session, organisation_id: int) -> list[Member]:
    """The running members whom no letter reaches: they have a telephone number alone."""
    return [each for each in registers.members(session, organisation_id) if not is_mail(each.contact)]


_OPEN_MOTION = (
    select(Motion.id)
    .where(Motion.meeting_id == Meeting.id, Motion.opened_at.is_not(None), Motion.closed_at.is_(None))
    .exists()
)
_HAS_VOTE = exists().where(
    Member.organisation_id == Meeting.organisation_id, IS_READER, Member.kind.in_(sorted(VOTING))
)

tasks = Tasks(
    Waiting(
        N_("Roep de leden bijeen. Uw laatste vergadering is bijna een jaar geleden."), "meetings.plan",
        frozenset({Role.BOARD}),
        rows().where(
            exists().where(
                Member.organisation_id == ORGANISATION, Member.left_on.is_(None),
                Member.saved_at < AT - timedelta(days=300),
            ),
            ~exists().where(
                Meeting.organisation_id == ORGANISATION,
                Meeting.called_off_at.is_(None),
                or_(Meeting.closed_at.is_(None), Meeting.meets_at > AT - timedelta(days=300)),
            ),
        ),
    ),
    Waiting(
        N_("Kom naar de vergadering of geef een volmacht: %(title)s"), "votes.meeting",
        frozenset({Role.BOARD, Role.MEMBER, Role.FELLOW}),
        rows(title=Meeting.title, key=Meeting.public_id, due_at=Meeting.meets_at)
        .where(
            Meeting.organisation_id == ORGANISATION, Meeting.convened_at.is_not(None), Meeting.closed_at.is_(None),
            Meeting.called_off_at.is_(None),
            or_(Meeting.opened_at.is_not(None), Meeting.meets_at > AT - timedelta(days=1)),
            _HAS_VOTE, ~_OPEN_MOTION,
            ~exists().where(
                Attendance.meeting_id == Meeting.id, Attendance.member_id == Member.id,
                and_(Member.organisation_id == Meeting.organisation_id, IS_READER),
            ),
        )
        .order_by(Meeting.meets_at),
        {"public_id": "key"},
    ),
)  # fmt: skip
"""What meetings wait for: the board to call one, a member to come."""
