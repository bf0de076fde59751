"""The demo's money: what anchors buy elsewhere, and invoices under a contract from draft to payment."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.identity.models import Mandate, Organisation, User
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import Cpv, KvkNumber
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from ledger.agreements.queries import agreement_by_id
from ledger.appreciation import demo as appreciation
from ledger.approval.services import approve_invoice
from ledger.bankdesk import demo as bank
from ledger.chains import demo as chains
from ledger.charges import demo as charges
from ledger.clearing import demo as clearing
from ledger.closing import demo as closing
from ledger.deliveries import demo as deliveries
from ledger.experiment import demo as experiment
from ledger.extracts.rules import Branch, Extract
from ledger.incoming import demo as incoming
from ledger.invoicing.queries import invoice_by_id
from ledger.invoicing.services import draft_invoice, send_invoice
from ledger.jointly import demo as jointly
from ledger.landing import demo as landing
from ledger.lookups.services import take_extracts
from ledger.measures import demo as measures
from ledger.payments import demo as freehand
from ledger.payments.queries import accounts
from ledger.payments.services import record_payment
from ledger.receipts import demo as receipts
from ledger.recurring import demo as recurring
from ledger.reminders import demo as reminders
from ledger.samples import demo as publishing
from ledger.shops import demo as shops
from ledger.spend.rules import LineFacts
from ledger.spend.services import record_spend
from ledger.suppliers.rules import SupplierFacts
from ledger.suppliers.services import add_evidence, party_supplier
from ledger.timesheets import demo as timesheets
from ledger.topups import demo as topups
from ledger.vouchers import demo as vouchers
from ledger.wallets import demo as wallets

SIZE = {"gemeente": 9, "corporatie": 7, "ziekenhuis": 6, "school": 4, "bedrijf": 3, "welzijn": 1}
"""How much an anchor of the example buys, against the smallest."""

NOT_PURCHASES = (("Belastingdienst (voorbeeld)", "X2", 900), ("Bank Voorbeeld (voorbeeld)", "X3", 500))
"""Payments that are no purchases, with their exclusion code and whole euros a month."""


def story(agenda: Agenda) -> None:
    """Every month each anchor hands in its purchase ledger; the programme checks where cooperatives are."""
    for number, anchor in enumerate(agenda.facts["anchors"]):
        for month in range(12):
            ready = agenda.day(335 - 30 * month, 16, number)
            agenda.at(
                deliveries.handed_in(agenda, anchor["key"], ready),
                partial(_ledger_of_month, agenda, anchor["key"], month, local_date(ready)),
            )
    for number, facts in enumerate(agenda.facts["cooperatives"]):
        if facts["verified"]:
            agenda.at(agenda.day(326 - 0.2 * number, 15), partial(_check_seat, agenda, facts))
    for number, facts in enumerate(agenda.facts["suppliers"]):
        if facts["kvk"]:
            agenda.at(agenda.day(240 - 0.1 * number, 15), partial(_look_up, agenda, facts))
    deliveries.story(agenda)
    landing.story(agenda)
    publishing.story(agenda)
    experiment.story(agenda)
    closing.story(agenda)
    reminders.story(agenda)
    receipts.story(agenda)
    incoming.story(agenda)
    bank.story(agenda)
    timesheets.story(agenda)
    clearing.story(agenda)
    wallets.story(agenda)
    charges.story(agenda)
    shops.story(agenda)
    vouchers.story(agenda)
    topups.story(agenda)
    measures.story(agenda)
    appreciation.story(agenda)
    freehand.story(agenda)
    recurring.story(agenda)
    jointly.story(agenda)


def deliver(agenda: Agenda, *, agreement_id: int, buyer: str, seller: str, starts: datetime) -> None:
    """Invoice an agreement month by month from `starts`, approve and pay; what lies ahead stays undone."""
    agenda.at(starts + timedelta(days=9), partial(chains.agree, agenda, agreement_id, buyer, seller))
    for month in range(24):
        moment = starts + timedelta(days=30 * month + 28)
        agenda.at(moment, partial(_invoice, agenda, agreement_id, buyer, seller, month))


def actor_of(agenda: Agenda, session: Session, place: str) -> Actor:
    """Somebody of the cast, acting for the organisation in front of the slash."""
    organisation_id = agenda.cast[place.partition("/")[0]]
    user = session.get_one(User, agenda.cast[place])
    roles = session.scalars(
        select(Mandate.role).where(
            Mandate.user_id == user.id, Mandate.organisation_id == organisation_id, Mandate.ended_at.is_(None)
        )
    )
    return Actor(user.id, user.name, organisation_id, "", frozenset(Role(role) for role in roles))


def _chance(*parts: object) -> int:
    return int.from_bytes(sha256("/".join(map(str, parts)).encode()).digest()[:4])


def _ledger_of_month(
    agenda: Agenda, anchor: str, month: int, day: date, session: Session, at: datetime
) -> None:
    lines = []
    for number, facts in enumerate(agenda.facts["suppliers"]):
        luck = _chance(anchor, number, month)
        if luck % 4 == 0:
            continue
        cents = facts["weight"] * SIZE[anchor] * (4000 + luck % 5000)
        if luck % 29 == 0:
            cents = -cents // 4
        lines.append(
            LineFacts(
                supplier=_supplier(facts),
                document_number=f"{anchor[:3].upper()}-{month + 1:02}-{number:03}",
                invoice_on=day - timedelta(days=luck % 25),
                amount=Money(cents),
                description="Inkoop volgens het voorbeeld",
                cpv=Cpv(facts["cpv"]),
            )
        )
    for name, code, euros in NOT_PURCHASES:
        lines.append(
            LineFacts(
                supplier=SupplierFacts(name=name),
                document_number=f"{code}-{month + 1:02}",
                invoice_on=day,
                amount=Money(euros * 100 * SIZE[anchor]),
                exclusion=code,
            )
        )
    record_spend(
        session,
        anchor=session.get_one(Organisation, agenda.cast[anchor]),
        lines=lines,
        actor_id=agenda.cast[f"{anchor}/purchaser1"],
        at=at,
    )


def _supplier(facts: Mapping[str, Any]) -> SupplierFacts:
    return SupplierFacts(
        name=facts["name"],
        kvk_number=KvkNumber.parse(facts["kvk"]) if facts["kvk"] else None,
        street="Voorbeeldweg",
        house_number=facts["house_number"],
        postcode=facts["postcode"],
        natural_person=False,
    )


def _check_seat(agenda: Agenda, facts: Mapping[str, Any], session: Session, at: datetime) -> None:
    organisation = session.get_one(Organisation, agenda.cast[facts["key"]])
    supplier = party_supplier(session, organisation=organisation, at=at)
    add_evidence(
        session,
        supplier=supplier,
        grade=2,
        postcode=facts["postcode"],
        house_number=facts["house_number"],
        street=facts["street"],
        valid_from=local_date(agenda.day(365)),
        obtained_on=local_date(at),
        source="Handelsregister (voorbeeld)",
        actor_id=agenda.cast["programma/programme"],
        at=at,
    )


def _look_up(agenda: Agenda, facts: Mapping[str, Any], session: Session, at: datetime) -> None:
    """The programme looks a number up in the register; without a number a supplier stays unproven."""
    known = local_date(agenda.day(365))
    take_extracts(
        session,
        extracts=[
            Extract(
                kvk_number=KvkNumber.parse(facts["kvk"]),
                name=facts["name"],
                branches=(
                    Branch(
                        number=None,
                        main=True,
                        started_on=known if facts.get("new") else date(2020, 1, 1),
                        from_on=known,
                        street="Voorbeeldweg",
                        house_number=facts["house_number"],
                        postcode=facts["postcode"],
                    ),
                ),
            )
        ],
        looked_up_on=local_date(at),
        via="api",
        source="Handelsregister (voorbeeld)",
        actor_id=agenda.cast["programma/programme"],
        at=at,
    )


def _invoice(
    agenda: Agenda, agreement_id: int, buyer: str, seller: str, month: int, session: Session, at: datetime
) -> None:
    agreement = agreement_by_id(session, agreement_id)
    lines = agreement.lines_of(agenda.cast[seller])
    if month >= len(lines):
        return
    actor, day = actor_of(agenda, session, f"{seller}/board"), local_date(at)
    invoice = draft_invoice(
        session,
        agreement=agreement,
        seller_id=agenda.cast[seller],
        quantities={lines[month].id: Decimal(lines[month].quantity)},
        delivered_from=day - timedelta(days=28),
        delivered_until=day,
        order_reference=agreement.reference,
        actor=actor,
        at=at,
    )
    send_invoice(session, invoice=invoice, agreement=agreement, actor=actor, at=at)
    ahead = timedelta(days=3 + _chance(agreement.reference, month) % 9)
    agenda.at(
        at + ahead, partial(_approve, agenda, invoice.id, agreement_id, buyer, ("purchaser1", "purchaser2"))
    )


def _approve(
    agenda: Agenda,
    invoice_id: int,
    agreement_id: int,
    buyer: str,
    people: tuple[str, ...],
    session: Session,
    at: datetime,
) -> None:
    invoice = approve_invoice(
        session,
        invoice=invoice_by_id(session, invoice_id),
        agreement=agreement_by_id(session, agreement_id),
        delivered=True,
        actor=actor_of(agenda, session, f"{buyer}/{people[0]}"),
        at=at,
    )
    if invoice.approved_at is None and len(people) > 1:
        later = at + timedelta(hours=20)
        agenda.at(later, partial(_approve, agenda, invoice_id, agreement_id, buyer, people[1:]))
    else:
        luck = _chance("pay", invoice_id, buyer) % 17
        late = 32 <= (agenda.ends_at - at).days <= 52 and luck % 4  # not paid yet when the year ends
        if not late:
            agenda.at(at + timedelta(days=4 + luck), partial(_pay, agenda, invoice_id, buyer))


def _pay(agenda: Agenda, invoice_id: int, buyer: str, session: Session, at: datetime) -> None:
    invoice = invoice_by_id(session, invoice_id)
    parts = [(each.blocked, each.left) for each in accounts(session, invoice)] or [(False, invoice.open)]
    for blocked, amount in parts:
        record_payment(
            session,
            invoice=invoice,
            amount=amount,
            paid_on=local_date(at),
            reference=invoice.payment_reference or "",
            key=f"demo:{invoice.public_id}:{'blocked' if blocked else 'paid'}",
            actor=actor_of(agenda, session, f"{buyer}/purchaser1"),
            at=at,
            blocked=blocked,
        )
