"""The demo's members divide a surplus: proposed before their meeting, posted after it."""

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from coops.leaving.demo import CLUB
from coops.meetings import queries as meetings
from coops.members import queries as registers
from coops.members.rules import MemberKind
from coops.patronage.queries import distribution
from coops.patronage.rules import Basis
from coops.patronage.services import post_distribution, propose
from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Role


def story(agenda: Agenda) -> None:
    """The board proposes before members are called together; what they carried is posted the day after."""
    agenda.at(agenda.day(135, 20), partial(_propose, agenda))
    agenda.at(agenda.day(118, 20), partial(_divide, agenda))


def _propose(agenda: Agenda, session: Session, at: datetime) -> None:
    """The board proposes how to divide last year's surplus: a third stays, the rest goes by hours."""
    worked = [
        each for each in registers.members(session, agenda.cast[CLUB]) if each.kind == MemberKind.WORKER
    ]
    units = "\n".join(f"{each.number}; {40 + 25 * place}" for place, each in enumerate(worked))
    made = propose(
        session, year=local_date(at).year - 1, surplus=Money(90_000), reserve=Money(30_000), basis=Basis.HOURS,
        units=units, actor=agenda.actor(CLUB, "board", Role.BOARD), at=at,
    )  # fmt: skip
    agenda.cast["surplus"] = made.public_id


def _divide(agenda: Agenda, session: Session, at: datetime) -> None:
    """What members carried is posted, to each member's own account."""
    actor = agenda.actor(CLUB, "board", Role.BOARD)
    meeting = meetings.meeting(session, agenda.cast["meeting"], agenda.cast[CLUB])
    found = distribution(session, agenda.cast["surplus"], agenda.cast[CLUB])
    post_distribution(
        session, distribution=found, motion_id=meeting.motions[-1].public_id, actor=actor, at=at
    )
