"""The demo's invoices without an agreement, to a business, a person, one abroad and a member; and money asked ahead."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from ledger.agreements.models import Agreement
from ledger.agreements.queries import find_by_reference
from ledger.approval.services import approve_invoice
from ledger.customers.models import Customer
from ledger.customers.services import add_customer
from ledger.freehand.rules import Typed
from ledger.freehand.services import draft_free
from ledger.invoicing.models import Invoice
from ledger.invoicing.services import credit_invoice, draft_invoice, send_invoice
from ledger.payments.services import record_payment
from ledger.prepayments.services import ask_ahead, settle
from ledger.timesheets.demo import BUYER, REFERENCE, SELLER

MEMBER = "welzijn"
_NOTHING = {"kvk_number": "", "vat_id": "", "iban": ""}
PEOPLE: tuple[dict[str, Any], ...] = (
    {
        "name": "Bakkerij Buitenveld (voorbeeld)", "private": False, **_NOTHING, "kvk_number": "90009001",
        "street": "Voorbeeldweg", "house_number": "12", "postcode": "1441 AA", "city": "Purmerend", "country": "NL",
        "email": "bakkerij@klant.example",
    },
    {
        "name": "Mevrouw De Voorbeeld", "private": True, **_NOTHING, "street": "Voorbeeldlaan", "house_number": "3",
        "postcode": "1069 AB", "city": "Amsterdam", "country": "NL", "email": "bewoner@klant.example",
    },
    {
        "name": "Beispiel Messebau (voorbeeld)", "private": False, **_NOTHING, "vat_id": "DE136695976",
        "street": "Beispielstraße", "house_number": "5", "postcode": "10115", "city": "Berlin", "country": "DE",
        "email": "messe@klant.example",
    },
)  # fmt: skip
WORK = (
    Typed("Ramen van de winkel", "HUR", Decimal("6.5"), Decimal("38.00"), "standard"),
    Typed("Schoonmaak in huis", "HUR", Decimal(3), Decimal("32.00"), "reduced"),
    Typed("Opbouw en schoonmaak beursstand", "LS", Decimal(1), Decimal("640.00"), "reverse_charge"),
)


COURSE = Typed("Cursus schoonmaak voor uw personeel, per dag", "DAY", Decimal(2), Decimal("180.00"), "exempt")
EXEMPT = "Beroepsonderwijs is vrijgesteld van btw (artikel 11 lid 1 onder o Wet OB)"


def story(agenda: Agenda) -> None:
    """An address book; an invoice that is paid, one that is late, one abroad, one for a member, and a draft.

    One without VAT, of which half is taken back.
    """
    agenda.at(agenda.day(52, 9), partial(_book, agenda))
    for place, days in ((0, 50), (1, 48), (2, 20)):
        agenda.at(agenda.day(days, 10), partial(_send, agenda, place))
    agenda.at(agenda.day(41, 10), partial(_pay, agenda))
    agenda.at(agenda.day(6, 10), partial(_for_member, agenda))
    agenda.at(agenda.day(1, 10), partial(_leave, agenda))
    agenda.at(agenda.day(38, 10), partial(_ask_ahead, agenda))
    agenda.at(agenda.day(12, 10), partial(_settle, agenda))
    agenda.at(agenda.day(3, 10), partial(_teach, agenda))


def _book(agenda: Agenda, session: Session, at: datetime) -> None:
    for facts in PEOPLE:
        add_customer(
            session,
            owner_id=agenda.cast[SELLER],
            actor=agenda.actor(SELLER, "board", Role.BOARD),
            at=at,
            **facts,
        )


def _draft(agenda: Agenda, place: int, session: Session, at: datetime) -> Invoice:
    return _typed(agenda, _customer(agenda, place, session), WORK[place], session, at)


def _customer(agenda: Agenda, place: int, session: Session) -> Customer:
    return session.scalars(
        select(Customer).where(
            Customer.owner_id == agenda.cast[SELLER], Customer.name == PEOPLE[place]["name"]
        )
    ).one()


def _teach(agenda: Agenda, session: Session, at: datetime) -> None:
    draft = _typed(
        agenda,
        _customer(agenda, 0, session),
        COURSE,
        session,
        at,
        exemption_reason=EXEMPT,
        buyer_reference="Cursus",
    )
    sent = _sent(agenda, draft, session, at)
    credit_invoice(
        session, invoice=sent, quantities={sent.lines[0].id: Decimal(1)}, reason="De tweede dag ging niet door",
        actor=agenda.actor(SELLER, "board", Role.BOARD), at=at,
    )  # fmt: skip


def _typed(
    agenda: Agenda, buyer: Organisation | Customer, line: Typed, session: Session, at: datetime, **facts: str
) -> Invoice:
    day = local_date(at)
    return draft_free(
        session, seller_id=agenda.cast[SELLER], buyer=buyer, lines=[line], delivered_from=day - timedelta(days=3),
        delivered_until=day, payment_days=14, actor=agenda.actor(SELLER, "board", Role.BOARD), at=at, **facts,
    )  # fmt: skip


def _ask_ahead(agenda: Agenda, session: Session, at: datetime) -> None:
    draft = ask_ahead(
        session, agreement=_by_the_hour(session), seller_id=agenda.cast[SELLER], percentage=Decimal(5), amount=None,
        actor=agenda.actor(SELLER, "board", Role.BOARD), at=at, note="Voor materiaal, zoals besproken",
    )  # fmt: skip
    paid = _approved(agenda, draft, session, at, "Materiaal moet vooraf besteld worden")
    record_payment(
        session, invoice=paid, amount=paid.open, paid_on=local_date(at), key=f"demo:{paid.public_id}:paid",
        reference=paid.payment_reference or "", actor=agenda.actor(BUYER, "purchaser1", Role.PURCHASER), at=at,
    )  # fmt: skip


def _settle(agenda: Agenda, session: Session, at: datetime) -> None:
    agreement, day = _by_the_hour(session), local_date(at)
    draft = draft_invoice(
        session, agreement=agreement, seller_id=agenda.cast[SELLER], quantities={agreement.lines[0].id: Decimal(24)},
        delivered_from=day - timedelta(days=7), delivered_until=day, actor=agenda.actor(SELLER, "board", Role.BOARD),
        at=at,
    )  # fmt: skip
    _approved(agenda, settle(session, invoice=draft), session, at, "")


def _by_the_hour(session: Session) -> Agreement:
    found = find_by_reference(session, REFERENCE)
    if found is None:
        raise LookupError(REFERENCE)
    return found


def _approved(agenda: Agenda, draft: Invoice, session: Session, at: datetime, note: str) -> Invoice:
    agreement = _by_the_hour(session)
    sent = send_invoice(
        session, invoice=draft, agreement=agreement, actor=agenda.actor(SELLER, "board", Role.BOARD), at=at
    )
    return approve_invoice(
        session, invoice=sent, agreement=agreement, delivered=True, note=note,
        actor=agenda.actor(BUYER, "purchaser1", Role.PURCHASER), at=at,
    )  # fmt: skip


def _leave(agenda: Agenda, session: Session, at: datetime) -> None:
    _draft(agenda, 0, session, at)


def _send(agenda: Agenda, place: int, session: Session, at: datetime) -> None:
    _sent(agenda, _draft(agenda, place, session, at), session, at)


def _sent(agenda: Agenda, draft: Invoice, session: Session, at: datetime) -> Invoice:
    return send_invoice(
        session, invoice=draft, agreement=None, actor=agenda.actor(SELLER, "board", Role.BOARD), at=at
    )


def _pay(agenda: Agenda, session: Session, at: datetime) -> None:
    invoice = session.scalars(
        select(Invoice).where(Invoice.outside, Invoice.sent_at.is_not(None)).order_by(Invoice.id).limit(1)
    ).one()
    record_payment(
        session, invoice=invoice, amount=invoice.open, paid_on=local_date(at), key=f"demo:{invoice.public_id}:paid",
        reference=invoice.payment_reference or "", actor=agenda.actor(SELLER, "board", Role.BOARD), at=at,
    )  # fmt: skip


def _for_member(agenda: Agenda, session: Session, at: datetime) -> None:
    buyer = session.get_one(Organisation, agenda.cast[MEMBER])
    line = Typed("Vloer in de hal, na het buurtfeest", "LS", Decimal(1), Decimal("185.00"), "standard")
    _sent(agenda, _typed(agenda, buyer, line, session, at, buyer_reference="Beheer"), session, at)
