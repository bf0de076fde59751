"""The demo's public tasks: one that was checked, one that waits for it."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.identity.models import User
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from procurement.missions.services import state_mission
from procurement.reserved.services import check

AIM = "Wij geven jongeren uit de buurt een plek en begeleiding. Dat staat in artikel 2 van onze statuten."
STATED = (("catering9", "participants", True), ("cleaning6", "workers", False))


def story(agenda: Agenda) -> None:
    """A month before the end of the year: in time for the service that is reserved for them."""
    agenda.at(agenda.day(30, 10), partial(_state, agenda))


def _state(agenda: Agenda, session: Session, at: datetime) -> None:
    checker = Actor(
        agenda.cast["programma/programme"], "", agenda.cast["programma"], "", frozenset({Role.PROGRAMME})
    )
    for key, control, is_checked in STATED:
        board = session.get_one(User, agenda.cast[f"{key}/board"])
        made = state_mission(
            session, aim=AIM, profit="reinvested", control=control, basis="Statuten, artikel 2 en 9 (voorbeeld).",
            valid_until=local_date(at) + timedelta(days=300), at=at,
            actor=Actor(board.id, board.name, agenda.cast[key], "", frozenset({Role.BOARD})),
        )  # fmt: skip
        if is_checked:
            check(
                session, statement=made, accepted=True, note="Statuten gelezen (voorbeeld).", actor=checker, at=at
            )  # fmt: skip
