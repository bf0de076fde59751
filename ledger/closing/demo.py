"""The demo's closed periods: everybody says what its books are, and closes the last quarter; one opens it again."""

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from cwb.kernel.policy import Actor, Role
from ledger.closing.rules import BooksKind
from ledger.closing.services import close_period, reopen_period, say_what_books_are


def story(agenda: Agenda) -> None:
    """Anchors keep their statutory books elsewhere; of the cooperatives every second one keeps them here."""
    for number, facts in enumerate(agenda.facts["anchors"]):
        _keep(agenda, facts["key"], "purchaser1", Role.PURCHASER, BooksKind.SUBLEDGER, number)
    for number, facts in enumerate(each for each in agenda.facts["cooperatives"] if each["verified"]):
        kind = BooksKind.STATUTORY if number % 2 else BooksKind.SUBLEDGER
        _keep(agenda, facts["key"], "board", Role.BOARD, kind, number)


def _keep(agenda: Agenda, key: str, who: str, role: Role, kind: BooksKind, number: int) -> None:
    agenda.at(agenda.day(290 - 0.1 * number, 13), partial(_say, agenda, key, who, role, kind))
    agenda.at(agenda.day(6 - 0.01 * number, 13), partial(_close, agenda, key, who, role, number == 0))


def _say(
    agenda: Agenda, key: str, who: str, role: Role, kind: BooksKind, session: Session, at: datetime
) -> None:
    actor = agenda.actor(key, who, role)
    say_what_books_are(
        session, party_id=agenda.cast[key], kind=kind.value, since=local_date(at), actor=actor, at=at
    )


def _close(
    agenda: Agenda, key: str, who: str, role: Role, and_back: bool, session: Session, at: datetime
) -> None:
    actor: Actor = agenda.actor(key, who, role)
    last = Period.quarter_of(local_date(at)).previous_quarter()
    made = close_period(session, party_id=agenda.cast[key], period=last, actor=actor, at=at)
    if and_back:
        reopen_period(
            session,
            close=made,
            reason="Een bonnetje van september ontbrak nog (voorbeeld).",
            actor=actor,
            at=at,
        )
        close_period(session, party_id=agenda.cast[key], period=last, actor=actor, at=at)
