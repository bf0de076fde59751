"""Reading statements for reserved services."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cwb.kernel.text import N_
from cwb.kernel.waiting import Tasks
from procurement.missions.models import Mission
from procurement.missions.rules import since
from procurement.reserved.queries import in_force, unchecked
from procurement.reserved.rules import Standing


def standing_of(session: Session, organisation_id: int, at: datetime, *, on: date) -> Standing:
    """How an organisation stands for a contract so reserved."""
    found = in_force(session, Mission, [organisation_id], at).get(organisation_id)
    return found.standing(on) if found else Standing.MISSING


def won_before(session: Session, organisation_id: int, buyer_id: int, at: datetime) -> bool:
    """Whether a buyer gave an organisation a contract so reserved in the three years before (function of 0046)."""
    return bool(session.scalar(select(func.won_as_mission(organisation_id, buyer_id, since(at)))))


tasks = Tasks(unchecked(Mission, N_("Controleer de publieke taak van %(title)s")))
"""Statements that nobody checked."""
