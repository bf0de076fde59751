"""The demo's joint contract: two cleaners, one lets the other send; the first term was sent together."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from ledger.agreements.models import Agreement
from ledger.agreements.queries import find_by_reference
from ledger.agreements.rules import AgreementLine, split_lines
from ledger.agreements.services import make_agreement
from ledger.jointly.services import give_mandate, send_together
from ledger.timesheets.demo import BUYER, SELLER

PARTNER, REFERENCE, TERMS = "cleaning1", "SAMEN-0001", 4


def story(agenda: Agenda) -> None:
    """An agreement over four terms of a month, a mandate, and the first term."""
    agenda.at(agenda.day(44, 9), partial(_agree, agenda))
    agenda.at(agenda.day(42, 9), partial(_mandate, agenda))
    agenda.at(agenda.day(8, 9), partial(_send, agenda))


def _agree(agenda: Agenda, session: Session, at: datetime) -> None:
    first = local_date(at)
    suppliers = [(agenda.cast[SELLER], 6_000), (agenda.cast[PARTNER], 4_000)]
    lines = [AgreementLine("Schoonmaak wijkgebouwen, termijn", "LS", Decimal(1), Decimal("1850.00"))] * TERMS
    make_agreement(
        session, reference=REFERENCE, title="Samen de wijkgebouwen schoon (voorbeeld)", buyer_id=agenda.cast[BUYER],
        suppliers=suppliers, cpv="90910000", lines=split_lines(lines, suppliers), starts_on=first,
        ends_on=first + timedelta(days=120), payment_days=30, at=at,
    )  # fmt: skip


def _found(session: Session) -> Agreement:
    found = find_by_reference(session, REFERENCE)
    if found is None:
        raise LookupError(REFERENCE)
    return found


def _mandate(agenda: Agenda, session: Session, at: datetime) -> None:
    give_mandate(
        session, agreement=_found(session), party_id=agenda.cast[PARTNER], agent_id=agenda.cast[SELLER],
        words="Onze partner maakt en verstuurt onze facturen voor de wijkgebouwen, op onze naam en met ons nummer.",
        actor=agenda.actor(PARTNER, "board", Role.BOARD), at=at,
    )  # fmt: skip


def _send(agenda: Agenda, session: Session, at: datetime) -> None:
    found = _found(session)
    send_together(
        session, agreement=found, place=1, agent_id=agenda.cast[SELLER], delivered_from=found.starts_on,
        delivered_until=found.starts_on + timedelta(days=29), actor=agenda.actor(SELLER, "board", Role.BOARD), at=at,
    )  # fmt: skip
