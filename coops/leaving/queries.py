"""Reading who leaves a cooperative."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from coops.capital import queries as capital
from coops.capital.rules import CHARGED, PAID_OUT, Pot, book_year, over_year
from coops.leaving import rules
from coops.leaving.errors import LeavingNotFound
from coops.leaving.models import Leaving
from coops.meetings.models import Attendance, Meeting
from coops.members import queries as registers
from coops.members.models import Member
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, TODAY, Tasks, Waiting, rows
from ledger.books.queries import midnight


def leavings(session: Session, organisation_id: int) -> Sequence[Leaving]:
    """Who leaves or left, the latest first."""
    return session.scalars(
        select(Leaving)
        .join(Leaving.member)
        .where(Member.organisation_id == organisation_id, Leaving.withdrawn_at.is_(None))
        .options(contains_eager(Leaving.member))
        .order_by(Leaving.id.desc())
    ).all()


def leaving(session: Session, public_id: UUID, organisation_id: int | None) -> Leaving:
    """A leaving of this cooperative, with its member.

    Raises:
        LeavingNotFound: none, another cooperative's, or withdrawn.
    """
    found = session.scalars(
        select(Leaving)
        .join(Leaving.member)
        .where(
            Leaving.public_id == public_id, Member.organisation_id == organisation_id,
            Leaving.withdrawn_at.is_(None),
        )
        .options(contains_eager(Leaving.member))
    ).one_or_none()  # fmt: skip
    if found is None:
        raise LeavingNotFound
    return found


def find_leaving(session: Session, member_id: int) -> Leaving | None:
    """That this member leaves, None when not."""
    return session.scalars(
        select(Leaving).where(Leaving.member_id == member_id, Leaving.withdrawn_at.is_(None))
    ).one_or_none()


def own_leaving(session: Session, member_id: int) -> Leaving:
    """That this member leaves.

    Raises:
        LeavingNotFound: it does not.
    """
    found = find_leaving(session, member_id)
    if found is None:
        raise LeavingNotFound
    return found


def room(session: Session, organisation_id: int, year: int, percent: int) -> int | None:
    """How much capital this cooperative can still repay in a book year, from its books; None: no limit."""
    period = book_year(year)
    members = registers.members(session, organisation_id, with_left=True)
    start = repaid = 0
    for lines in capital.lines(session, members, before=period.end).values():
        start += over_year(lines, period)[Pot.CAPITAL].opening
        repaid -= sum(
            line.minor
            for line in lines
            if line.kind == PAID_OUT[Pot.REPAY] and line.day >= period.start and not line.undone
        )
    return rules.room(start, repaid, percent)


def acted_on(session: Session, found: Leaving) -> date | None:
    """The last day, from the end of the notice on, on which a member was at a meeting or was asked dues, if any."""
    meetings = session.scalars(
        select(Meeting.meets_at)
        .join(Attendance, Attendance.meeting_id == Meeting.id)
        .where(
            Attendance.member_id == found.member_id, Meeting.opened_at.is_not(None),
            Meeting.meets_at >= midnight(found.gone_on),
        )
    )  # fmt: skip
    asked = (
        line.day
        for line in capital.lines(session, [found.member])[found.member_id]
        if line.kind == CHARGED and line.day >= found.gone_on
    )
    return max([*(local_date(each) for each in meetings), *asked], default=None)


tasks = Tasks(
    Waiting(
        N_("Lid %(num)s zei op: kijk wanneer u afrekent"), "leaving.show", frozenset({Role.BOARD}),
        rows(num=Member.number, key=Leaving.public_id)
        .join(Member, Member.id == Leaving.member_id)
        .where(
            Member.organisation_id == ORGANISATION, Leaving.withdrawn_at.is_(None), Leaving.settled_at.is_(None),
            Leaving.kind == rules.LeavingKind.NOTICE, Leaving.gone_on >= TODAY,
        )
        .order_by(Leaving.gone_on),
        {"public_id": "key"},
    ),
    Waiting(
        N_("Reken het vertrek van lid %(num)s af"), "leaving.show", frozenset({Role.BOARD}),
        rows(num=Member.number, key=Leaving.public_id)
        .join(Member, Member.id == Leaving.member_id)
        .join(Organisation, Organisation.id == Member.organisation_id)
        .where(
            Member.organisation_id == ORGANISATION, Leaving.withdrawn_at.is_(None), Leaving.settled_at.is_(None),
            Leaving.gone_on < TODAY,
        )
        .order_by(Leaving.gone_on),
        {"public_id": "key"},
    ),
)  # fmt: skip
"""What leaving waits for: the board to settle."""
