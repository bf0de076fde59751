"""The demo's hours: work on call, priced per hour, with hours in each state."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from ledger.agreements.models import Agreement
from ledger.agreements.queries import find_by_reference
from ledger.agreements.rules import AgreementLine
from ledger.agreements.services import make_agreement
from ledger.invoicing.services import send_invoice
from ledger.timesheets import services
from ledger.timesheets.models import WorkedHours

BUYER, SELLER, REFERENCE = "gemeente", "cleaning3", "UUR-0001"
WORK = (
    ("member1", Role.MEMBER, Decimal("3.5"), "Trappen en hal"),
    ("board", Role.BOARD, Decimal(2), "Overleg en nakijken"),
)


def story(agenda: Agenda) -> None:
    """An agreement per hour: a week that is invoiced, a week signed, a day sent back and a day that waits."""
    agenda.at(agenda.day(40, 9), partial(_agree, agenda))
    for days in (24, 23, 17, 16, 9, 2):
        agenda.at(agenda.day(days, 17), partial(_write, agenda))
    agenda.at(agenda.day(21, 10), partial(_sign, agenda))
    agenda.at(agenda.day(20, 10), partial(_invoice, agenda))
    agenda.at(agenda.day(14, 10), partial(_sign, agenda))
    agenda.at(agenda.day(7, 10), partial(_send_back, agenda))


def _agree(agenda: Agenda, session: Session, at: datetime) -> None:
    first = local_date(at)
    make_agreement(
        session, reference=REFERENCE, title="Extra schoonmaak op afroep (voorbeeld)", buyer_id=agenda.cast[BUYER],
        suppliers=[(agenda.cast[SELLER], 10_000)], cpv="90910000",
        lines=[AgreementLine("Extra schoonmaak, per uur", "HUR", Decimal(200), Decimal("34.50"))],
        starts_on=first, ends_on=first + timedelta(days=365), payment_days=30, at=at,
    )  # fmt: skip


def _agreement(session: Session) -> Agreement:
    found = find_by_reference(session, REFERENCE)
    if found is None:
        raise LookupError(REFERENCE)
    return found


def _write(agenda: Agenda, session: Session, at: datetime) -> None:
    found = _agreement(session)
    for who, role, hours, note in WORK:
        services.enter_hours(
            session, agreement=found, line=found.lines[0], seller_id=agenda.cast[SELLER], worked_on=local_date(at),
            hours=hours, note=note, actor=agenda.actor(SELLER, who, role), at=at,
        )  # fmt: skip


def _waiting(session: Session, agreement: Agreement) -> list[str]:
    return [
        row.seen for row in session.query(WorkedHours).filter_by(agreement_id=agreement.id, state="entered")
    ]


def _sign(agenda: Agenda, session: Session, at: datetime) -> None:
    found, who = _agreement(session), agenda.actor(BUYER, "purchaser1", Role.PURCHASER)
    services.sign_hours(session, agreement=found, chosen=_waiting(session, found), actor=who, at=at)


def _send_back(agenda: Agenda, session: Session, at: datetime) -> None:
    found, who = _agreement(session), agenda.actor(BUYER, "purchaser1", Role.PURCHASER)
    services.send_back(
        session, agreement=found, chosen=_waiting(session, found), actor=who, at=at,
        reason="Op deze dag was het gebouw dicht (voorbeeld).",
    )  # fmt: skip


def _invoice(agenda: Agenda, session: Session, at: datetime) -> None:
    found, who = _agreement(session), agenda.actor(SELLER, "board", Role.BOARD)
    draft = services.invoice_hours(session, agreement=found, seller_id=agenda.cast[SELLER], actor=who, at=at)
    send_invoice(session, invoice=draft, agreement=found, actor=who, at=at)
