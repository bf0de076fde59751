"""The demo's set-off: six parties that buy from each other, a round that was carried out and one that asks."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from ledger.agreements.queries import find_by_reference
from ledger.agreements.rules import AgreementLine
from ledger.agreements.services import make_agreement
from ledger.approval.services import approve_invoice
from ledger.clearing import queries, services
from ledger.invoicing.queries import invoice_by_id
from ledger.invoicing.services import draft_invoice, send_invoice

ANCHOR = "gemeente"
TRADES = (
    (ANCHOR, "cleaning1", "Opruimen na feesten (voorbeeld)", "90910000", 1200),
    ("cleaning1", "ict2", "Beheer van computers (voorbeeld)", "72000000", 950),
    ("ict2", ANCHOR, "Huur van een werkplek (voorbeeld)", "70310000", 800),
    ("catering2", "green1", "Kruiden uit de buurttuin (voorbeeld)", "77310000", 500),
    ("green1", "cleaning3", "Schoonmaak van de loods (voorbeeld)", "90910000", 450),
    ("cleaning3", "catering2", "Lunch voor de leden (voorbeeld)", "55500000", 600),
    ("catering2", "ict2", "Website en kassa (voorbeeld)", "72000000", 300),
    ("ict2", "catering2", "Koffie en lunch (voorbeeld)", "55500000", 250),
)
"""Who buys from whom, what, its CPV code, and whole euros a month without VAT."""

PARTIES = tuple(sorted({name for trade in TRADES for name in trade[:2]}))


def story(agenda: Agenda) -> None:
    """They join, invoice for two months, set the first month off, and are asked about the second."""
    agenda.at(agenda.day(70, 9), partial(_join, agenda))
    for number, days in enumerate((64, 33), 1):
        agenda.at(agenda.day(days, 9), partial(_invoice, agenda, number))
    for days in (33, 2):
        agenda.at(agenda.day(days, 11), partial(_begin, agenda))
    agenda.at(agenda.day(32, 10), partial(_answer, agenda, PARTIES))
    agenda.at(agenda.day(31, 10), partial(_carry_out, agenda))
    agenda.at(agenda.day(1, 10), partial(_answer, agenda, ("green1", "ict2")))


def _decides(agenda: Agenda, party: str) -> Actor:
    if party == ANCHOR:
        return agenda.actor(party, "purchaser1", Role.PURCHASER)
    return agenda.actor(party, "board", Role.BOARD)


def _join(agenda: Agenda, session: Session, at: datetime) -> None:
    first = local_date(at)
    for party in PARTIES:
        services.join(session, party_id=agenda.cast[party], agreed=True, actor=_decides(agenda, party), at=at)
    for number, (buyer, seller, title, cpv, euros) in enumerate(TRADES, 1):
        make_agreement(
            session, reference=f"BUURT-{number:04}", title=title, buyer_id=agenda.cast[buyer],
            suppliers=[(agenda.cast[seller], 10_000)], cpv=cpv,
            lines=[AgreementLine(title, "MON", Decimal(12), Decimal(euros))], starts_on=first - timedelta(days=60),
            ends_on=first + timedelta(days=300), payment_days=30, at=at,
        )  # fmt: skip


def _invoice(agenda: Agenda, number: int, session: Session, at: datetime) -> None:
    day = local_date(at)
    for place, (buyer, seller, *_rest) in enumerate(TRADES, 1):
        agreement = find_by_reference(session, f"BUURT-{place:04}")
        if agreement is None:
            raise LookupError(place)
        actor = _decides(agenda, seller)
        made = draft_invoice(
            session, agreement=agreement, seller_id=agenda.cast[seller], quantities={agreement.lines[0].id: Decimal(1)},
            delivered_from=day - timedelta(days=28), delivered_until=day, order_reference=f"BUURT-{place}-{number}",
            actor=actor, at=at,
        )  # fmt: skip
        send_invoice(session, invoice=made, agreement=agreement, actor=actor, at=at)
        agenda.at(at + timedelta(days=2), partial(_approve, agenda, made.id, place, buyer))


def _approve(agenda: Agenda, invoice_id: int, place: int, buyer: str, session: Session, at: datetime) -> None:
    agreement = find_by_reference(session, f"BUURT-{place:04}")
    if agreement is None:
        raise LookupError(place)
    approve_invoice(
        session, invoice=invoice_by_id(session, invoice_id), agreement=agreement, delivered=True,
        actor=_decides(agenda, buyer), at=at,
    )  # fmt: skip


def _begin(agenda: Agenda, session: Session, at: datetime) -> None:
    programme = agenda.actor("programma", "programme", Role.PROGRAMME)
    services.begin_round(session, cut_off_at=at, days=7, actor=programme, at=at)


def _answer(agenda: Agenda, parties: tuple[str, ...], session: Session, at: datetime) -> None:
    held = queries.running(session)
    if held is None:
        raise LookupError("round")
    touched = {each.party_id for each in queries.answers(session, held.id)}
    for party in parties:
        if agenda.cast[party] in touched:
            services.answer_round(
                session, held=held, party_id=agenda.cast[party], accept=True, actor=_decides(agenda, party), at=at
            )  # fmt: skip


def _carry_out(agenda: Agenda, session: Session, at: datetime) -> None:
    held = queries.running(session)
    if held is None:
        raise LookupError("round")
    programme = agenda.actor("programma", "programme", Role.PROGRAMME)
    services.carry_out(session, held=held, actor=programme, at=at)
