"""Stating what reserved services ask of an organisation."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor
from procurement.missions.models import Mission
from procurement.missions.rules import check_mission
from procurement.reserved.services import keep


def state_mission(
    session: Session,
    *,
    aim: str,
    profit: str,
    control: str,
    basis: str,
    valid_until: date,
    actor: Actor,
    at: datetime,
) -> Mission:
    """Write down the answers of the own organisation; from now on they stand in the place of earlier ones.

    Raises:
        Forbidden: no board of an organisation.
        TextTooShort, NotMet, DayInvalid: at the field.
    """
    told, written = check_mission(
        aim=aim, profit=profit, control=control, basis=basis, valid_until=valid_until, today=local_date(at)
    )
    made = Mission(aim=told, profit=profit, control=control, basis=written, valid_until=valid_until)
    return keep(session, made, actor=actor, at=at)
