"""The demo's post: a cooperative gets two invoices of a supplier, the second on another account; an anchor gets one."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from ledger.incoming.queries import by_id
from ledger.incoming.services import approve, receive
from ledger.ubl.gateway import codes, xml_of
from ledger.ubl.rules import Profile, read

COOPERATIVE = "green1"
IBANS = ("NL91ABNA0417164300", "NL69INGB0123456789")
_SELLER = {
    "name": "Papier en Druk (voorbeeld)", "kvk": "70000001", "vat_id": "NL000099998B57", "street": "Voorbeeldweg 9",
    "postcode": "1069 AB", "city": "Amsterdam", "country": "NL",
}  # fmt: skip


def story(agenda: Agenda) -> None:
    """In the last weeks, over the practice network."""
    anchor = agenda.facts["anchors"][0]["key"]
    agenda.at(agenda.day(20, 10), partial(_come, agenda, COOPERATIVE, 1, IBANS[0]))
    agenda.at(agenda.day(3, 10), partial(_come, agenda, COOPERATIVE, 2, IBANS[1]))
    agenda.at(agenda.day(3, 11), partial(_come, agenda, anchor, 3, IBANS[0]))


def _come(agenda: Agenda, key: str, number: int, iban: str, session: Session, at: datetime) -> None:
    """A document comes; the first is approved the day after."""
    buyer = session.get_one(Organisation, agenda.cast[key])
    day = local_date(at) - timedelta(days=2)
    facts = {
        "number": f"PD-{number:04}", "type": "invoice", "issued_on": day.isoformat(),
        "due_on": (day + timedelta(days=30)).isoformat(), "order_reference": f"Bestelling {number}",
        "seller": _SELLER | {"iban": iban},
        "buyer": {
            "name": buyer.name, "kvk": buyer.kvk_number or "", "street": f"{buyer.street} {buyer.house_number}",
            "postcode": buyer.postcode, "city": buyer.city, "country": "NL",
        },
        "lines": [
            {
                "description": "Folders voor de buurt", "quantity": "500", "unit": "C62", "unit_price": "0.32",
                "vat": "standard",
            }
        ],
    }  # fmt: skip
    document, faults = read(facts, Profile.EN16931, codes())
    if document is None:
        raise faults[0]
    made = receive(
        session,
        buyer=buyer,
        content=xml_of(document),
        actor=None,
        at=at,
        faults=[],
        provider_id=f"practice-{number}",
    )
    if number == 1:
        agenda.at(at + timedelta(days=1), partial(_approve, agenda, key, made.id))


def _approve(agenda: Agenda, key: str, incoming_id: int, session: Session, at: datetime) -> None:
    approve(
        session, incoming=by_id(session, incoming_id), cost="materials", delivered=True, checked=True, note="Gebeld",
        actor=agenda.actor(key, "board", Role.BOARD), at=at,
    )  # fmt: skip
