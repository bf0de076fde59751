"""The demo's appreciation credits, as a simulation: a host with a budget, a resident's hours, something to spend on."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.policy import Actor, Role
from ledger.appreciation.queries import budgets, find_place, open_offers, open_tasks
from ledger.appreciation.services import (
    begin,
    confirm,
    give_budget,
    hand_in,
    make_offer,
    offer_task,
    recognise,
    spend,
)

DAYS = ((24, "2"), (17, "1.5"), (5, "3"))
"""How many days ago the resident helped, and how long; the last hours wait."""


def story(agenda: Agenda) -> None:
    """In the last month."""
    key = next(each["key"] for each in agenda.facts["cooperatives"] if each["verified"])
    agenda.at(agenda.day(32, 9), partial(_begin, agenda, key))
    for ago, hours in DAYS:
        agenda.at(agenda.day(ago - 1, 20), partial(_help, agenda, key, hours, ago == DAYS[-1][0]))
    agenda.at(agenda.day(2, 11), partial(_spend, agenda))


def _resident(agenda: Agenda) -> Actor:
    return agenda.actor("bewoners", "resident", Role.RESIDENT)


def _begin(agenda: Agenda, key: str, session: Session, at: datetime) -> None:
    programme, board = _people(agenda, key)
    kvk = session.get_one(Organisation, agenda.cast[key]).kvk_number
    place = recognise(
        session, kvk_number=KvkNumber.parse(kvk or ""), host=True, accepts=True, actor=programme, at=at
    )
    today = local_date(at)
    give_budget(
        session, place=place, begins_on=today, ends_on=today + timedelta(days=180), amount=Decimal(200),
        rate=Decimal(1), actor=programme, at=at,
    )  # fmt: skip
    budget, _given = budgets(session, place.id, live=False)[0]
    offer_task(
        session, place=place, budget_id=budget.id, title="Samen koken in de buurtkeuken (voorbeeld)",
        hours=Decimal(60), actor=board, at=at,
    )  # fmt: skip
    make_offer(
        session, place=place, title="Een kaartje voor de buurtmaaltijd (voorbeeld)", price=Decimal(2), actor=board,
        at=at,
    )  # fmt: skip
    begin(session, of_age=True, warned=True, actor=_resident(agenda), at=at)


def _help(agenda: Agenda, key: str, hours: str, waits: bool, session: Session, at: datetime) -> None:
    place = find_place(session, agenda.cast[key])
    task = session.scalars(open_tasks(local_date(at)).limit(1)).first()
    if place is None or task is None:
        return
    made = hand_in(
        session, task=task, worked_on=local_date(at), hours=Decimal(hours), unpaid=True, actor=_resident(agenda), at=at
    )  # fmt: skip
    if not waits:
        confirm(session, public_id=made.public_id, actor=_people(agenda, key)[1], at=at)


def _spend(agenda: Agenda, session: Session, at: datetime) -> None:
    for offer in open_offers(session, most=1):
        spend(
            session, offer_id=offer.public_id, token=uuid5(NAMESPACE_URL, "credits:example"),
            actor=_resident(agenda), at=at,
        )  # fmt: skip


def _people(agenda: Agenda, key: str) -> tuple[Actor, Actor]:
    """Who runs the programme, and who acts for the place."""
    return agenda.actor("programma", "programme", Role.PROGRAMME), agenda.actor(key, "board", Role.BOARD)
