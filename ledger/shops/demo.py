"""The demo's till: a resident tops up, pays what a shop asks, and the shop gives a part back. All of it simulation."""

from datetime import datetime
from functools import partial
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.identity import queries as people
from cwb.identity.services import person_of
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from ledger.instruments.rules import Code
from ledger.pins.rules import Hand, How
from ledger.pins.services import put
from ledger.requests.rules import Lasting
from ledger.requests.services import ask, pay_request
from ledger.shops.services import give_back
from ledger.wallets.queries import find_wallet
from ledger.wallets.services import issue, open_wallet

SOLD = (
    (30, 12, 1_250, "Twee broden (voorbeeld)"),
    (2, 11, 850, "Lunch (voorbeeld)"),
    (1, 14, 3_000, "Fietsreparatie (voorbeeld)"),
)
"""Days ago, hour, cents, what for."""
PIN = "27182"


def story(agenda: Agenda) -> None:
    """From a month ago: after the local money began (`ledger.wallets.demo`)."""
    shop = next(each["key"] for each in agenda.facts["cooperatives"] if each["verified"])
    agenda.at(agenda.day(31, 10), partial(_begin, agenda))
    for days, hour, cents, note in SOLD:
        agenda.at(agenda.day(days, hour), partial(_sell, agenda, shop, cents, note))
    agenda.at(agenda.day(1, 16), partial(_ask, agenda, shop))


def _resident(agenda: Agenda) -> Actor:
    return Actor(agenda.cast["bewoners/resident"], "", None, "", frozenset({Role.RESIDENT}))


def _begin(agenda: Agenda, session: Session, at: datetime) -> None:
    who = _resident(agenda)
    person = person_of(session, user=people.user(session, who.user_id), at=at)
    wallet = open_wallet(session, code=Code.NWE, party=person, actor=who, at=at)
    issue(
        session, code=Code.NWE, wallet_code=wallet.code, amount=Money(10_000), reference="Oefening bewoner",
        actor=agenda.actor("programma", "programme", Role.PROGRAMME), at=at,
    )  # fmt: skip
    put(session, user_id=who.user_id, pin=PIN, by_id=who.user_id, at=at)


def _sell(agenda: Agenda, shop: str, cents: int, note: str, session: Session, at: datetime) -> None:
    till, who = find_wallet(session, Code.NWE, agenda.cast[shop], live=False), _resident(agenda)
    if till is None:
        return
    board = agenda.actor(shop, "board", Role.BOARD)
    asked = ask(
        session,
        payee=till,
        amount=Money(cents),
        note=note,
        lasting=Lasting.QUARTER,
        actor=board,
        at=at,
        at_till=True,
    )
    paid = pay_request(
        session, public_id=asked.public_id, party_id=people.user(session, who.user_id).person_id,
        hand=Hand(How.PIN, Money(0)), actor=who, at=at,
    )  # fmt: skip
    if cents == SOLD[-1][2]:
        give_back(
            session, public_id=paid.public_id, party_id=agenda.cast[shop], amount=Money(500),
            token=uuid5(NAMESPACE_URL, f"back:{cents}"), hand=Hand(How.PIN, Money(0)), actor=board, at=at,
        )  # fmt: skip


def _ask(agenda: Agenda, shop: str, session: Session, at: datetime) -> None:
    """A request that waits, for whoever looks at the demo."""
    till = find_wallet(session, Code.NWE, agenda.cast[shop], live=False)
    if till:
        ask(
            session, payee=till, amount=Money(1_500), note="Cursus naaien (voorbeeld)", lasting=Lasting.MONTH,
            actor=agenda.actor(shop, "board", Role.BOARD), at=at,
        )  # fmt: skip
