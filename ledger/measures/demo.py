"""The demo's measures of the local money, up to this morning, and two lines of what it cost."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from ledger.instruments.rules import Code
from ledger.measures.queries import MEASURED
from ledger.measures.services import measure, note_cost

COSTS = ((40, 4_500, 0, "Drukwerk voor kassa’s (voorbeeld)"), (12, 0, 240, "Uitleg bij winkels (voorbeeld)"))
"""How many days ago, cents, minutes and for what."""


def story(agenda: Agenda) -> None:
    """At the end, when the local money has gone round."""
    agenda.at(agenda.ends_at - timedelta(minutes=2), partial(_measured, agenda))


def _measured(agenda: Agenda, session: Session, at: datetime) -> None:
    actor = agenda.actor("programma", "programme", Role.PROGRAMME)
    for ago, cents, minutes, what in COSTS:
        note_cost(
            session, code=Code.NWE, on=local_date(at) - timedelta(days=ago), amount=Money(cents), minutes=minutes,
            what=what, actor=actor, at=at,
        )  # fmt: skip
    for code in MEASURED:
        measure(session, code=code, at=at)
