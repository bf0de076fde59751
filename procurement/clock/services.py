"""Running what is due. Twice, late, or by two workers at once: each act is done once, and the record is the same."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.identity.models import User
from cwb.identity.queries import people_with
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from procurement.clock import queries, rules
from procurement.clock.models import ClockMark
from procurement.clock.rules import Act, Standing
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender

LETTERS: dict[Act, tuple[str, str, str]] = {
    Act.QUESTIONS_CLOSED: (
        N_("%(number)s: vragen stellen is voorbij"),
        N_("Over “%(title)s” kan niemand meer vragen stellen. Publiceer de antwoorden uiterlijk %(until)s."),
        "/questions",
    ),
    Act.APPLYING_CLOSED: (
        N_("%(number)s: aanmelden is gesloten"),
        N_("Aanmelden voor “%(title)s” is voorbij. Lees de aanmeldingen en kies wie mag inschrijven."),
        "/applications",
    ),
    Act.REMIND_WEEK: (
        N_("%(number)s sluit over een week"),
        N_("Uw inschrijving op “%(title)s” is nog niet ingediend. Dat kan tot %(closes_at)s."),
        "/bid",
    ),
    Act.REMIND_DAY: (
        N_("%(number)s sluit binnen een dag"),
        N_(
            "Uw inschrijving op “%(title)s” is nog niet ingediend. Dat kan tot %(closes_at)s, geen minuut later."
        ),
        "/bid",
    ),
    Act.CLOSED: (
        N_("%(number)s is gesloten: u kunt openen"),
        N_("De inschrijving op “%(title)s” is gesloten. Open haar met zijn tweeën."),
        "/opening",
    ),
    Act.NOTHING_RECEIVED: (
        N_("%(number)s: niets ontvangen"),
        N_("Bij de opening van “%(title)s” was er geen leesbare inschrijving. Beëindig haar met de reden."),
        "/opening",
    ),
    Act.STANDSTILL_OVER: (
        N_("%(number)s: de wachttijd is voorbij"),
        N_(
            "De wachttijd van “%(title)s” is voorbij. Loopt er geen kort geding, maak de gunning dan definitief."
        ),
        "/decision",
    ),
}
"""Act → subject, text, and the page it leads to."""


def run_due(session: Session, *, at: datetime) -> Sequence[tuple[int, Act, datetime]]:
    """Do what is due at an instant; returns what this run did. Whoever marks an act first does it."""
    return [each for each in queries.due(session, at) if _do(session, *each, at)]


def _do(session: Session, tender_id: int, act: Act, due_at: datetime, at: datetime) -> bool:
    mine = session.execute(
        insert(ClockMark)
        .values(tender_id=tender_id, what=act.value, due_at=due_at)
        .on_conflict_do_nothing()
        .returning(ClockMark.tender_id)
    ).first()
    if mine is None:
        return False
    tender = tenders.tender_by_id(session, tender_id)
    if rules.is_of_use(act, _standing(tender), at):
        _write(session, tender, act, due_at, at)
    return True


def _standing(tender: Tender) -> Standing:
    return Standing(
        closes_at=tender.closes_at or tender.created_at,
        is_stopped=tender.cancelled_at is not None or tender.unsuccessful_at is not None,
        is_opened=tender.opened_at is not None, is_selected=tender.selected_at is not None,
        is_awarded=tender.awarded_at is not None, is_decided=tender.decided_at is not None,
    )  # fmt: skip


def _write(session: Session, tender: Tender, act: Act, due_at: datetime, at: datetime) -> None:
    subject, text, page = LETTERS[act]
    mail_each(
        session, _readers(session, tender, act), subject=subject, text=text,
        facts={
            "number": tender.number, "title": tender.title, "closes_at": tender.closes_at,
            "until": tender.answers_until,
        },
        link=f"/tenders/{tender.number}{page}", at=at, key=f"clock-{tender.id}-{act.value}-{due_at.isoformat()}",
    )  # fmt: skip


def _readers(session: Session, tender: Tender, act: Act) -> Sequence[User]:
    if act in rules.BEFORE_CLOSING:
        return queries.draft_keepers(session, tender.id)
    if act is Act.CLOSED:
        return queries.officers(session, tender.key_id)
    return people_with(session, tender.buyer_id, Role.PURCHASER)
