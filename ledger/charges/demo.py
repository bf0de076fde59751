"""The demo's rules of local money: adopted ones that hold since last month, and a proposal that waits for its vote."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from ledger.charges.services import work_out
from ledger.conditions import queries
from ledger.conditions.models import ConditionVersion
from ledger.conditions.rules import BEGUN, Every
from ledger.conditions.services import adopt, propose, record_vote
from ledger.instruments.rules import Code

HOLDS = (
    "U mag alles met dit geld betalen. Wie langer dan een kwartaal veel laat stilstaan, betaalt 2%. "
    "Bewoners betalen niets. (voorbeeld)"
)
COMES = "Wie langer dan een kwartaal veel laat stilstaan, betaalt 3% in plaats van 2%. (voorbeeld)"


def story(agenda: Agenda) -> None:
    """After the local money began."""
    agenda.at(agenda.day(58, 11), partial(_adopted, agenda))
    agenda.at(agenda.day(8, 11), partial(_proposed, agenda))


def _people(agenda: Agenda) -> list[Actor]:
    return [agenda.actor("programma", who, Role.PROGRAMME) for who in ("programme", "programme2")]


def _propose(
    session: Session, words: str, rate: int, days: int, actor: Actor, at: datetime
) -> ConditionVersion:
    terms = replace(BEGUN[Code.NWE], demurrage_every=Every.QUARTER, demurrage_rate=rate, lapse_months=24)
    made = propose(
        session, code=Code.NWE, words=words, terms=terms, starts_on=local_date(at) + timedelta(days=days), actor=actor,
        at=at,
    )  # fmt: skip
    work_out(session, version=made, at=at)
    return queries.version(session, made.public_id, lock=True)


def _adopted(agenda: Agenda, session: Session, at: datetime) -> None:
    one, other = _people(agenda)
    made = _propose(session, HOLDS, 200, 32, one, at)
    record_vote(
        session, version=made, document="Notulen ledenvergadering (voorbeeld)", decided_on=local_date(at), votes_for=31,
        votes_against=6, actor=one, at=at,
    )  # fmt: skip
    adopt(session, version=made, actor=other, at=at)


def _proposed(agenda: Agenda, session: Session, at: datetime) -> None:
    _propose(session, COMES, 300, 90, _people(agenda)[0], at)
