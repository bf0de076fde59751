"""The demo's counts: one that was checked, some that wait for a check, and one that is too low."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.identity.models import User
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from procurement.reserved.services import check
from procurement.workplaces.rules import CountFacts
from procurement.workplaces.services import state_count

AIM = "Mensen die lang thuis zaten, leren bij ons een vak en krijgen een vast contract. Dat staat in onze statuten."
COUNTED = (
    ("green5", 20, 9, "pso"),
    ("green6", 12, 4, "register"),
    ("green1", 24, 8, "municipality"),
    ("cleaning3", 31, 10, "accountant"),
    ("cleaning1", 31, 6, "accountant"),
)


def story(agenda: Agenda) -> None:
    """Two months before the end of the year: in time for a reserved contract."""
    for key, people, target, proof in COUNTED:
        agenda.at(agenda.day(60, 10), partial(_state, agenda, key, people, target, proof))


def _state(
    agenda: Agenda, key: str, people: int, target: int, proof: str, session: Session, at: datetime
) -> None:
    board, today = session.get_one(User, agenda.cast[f"{key}/board"]), local_date(at)
    made = state_count(
        session,
        facts=CountFacts(
            today - timedelta(days=10), people, target, 0, AIM, proof, "Stuk van dit voorjaar (voorbeeld)",
            today + timedelta(days=300),
        ),
        actor=Actor(board.id, board.name, agenda.cast[key], "", frozenset({Role.BOARD})), at=at,
    )  # fmt: skip
    if proof == "pso":
        checker = agenda.cast["programma/programme"]
        check(
            session, statement=made, accepted=True, note="Certificaat gezien (voorbeeld).", at=at,
            actor=Actor(checker, "", agenda.cast["programma"], "", frozenset({Role.PROGRAMME})),
        )  # fmt: skip
