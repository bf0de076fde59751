"""The demo's recurring invoices: windows of a shop every month as a draft, and a house that stands still."""

from datetime import date, datetime
from decimal import Decimal
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from ledger.customers.models import Customer
from ledger.freehand.rules import Typed
from ledger.recurring.models import RecurringPlan
from ledger.recurring.rules import Every, months_on
from ledger.recurring.services import change_plan, make_due, make_plan, pause_plan
from ledger.timesheets.demo import SELLER

SHOP, HOUSE = "Ramen van de winkel, elke maand", "Schoonmaak in huis, per kwartaal"


def story(agenda: Agenda) -> None:
    """Two plans; the price of one goes up, the other stands still; the month that is over lies ready as a draft."""
    agenda.at(agenda.day(47, 9), partial(_plan, agenda, "Bakkerij", SHOP, Every.MONTH, Decimal("145.00")))
    agenda.at(agenda.day(46, 9), partial(_plan, agenda, "Mevrouw", HOUSE, Every.QUARTER, Decimal("288.00")))
    agenda.at(agenda.day(40, 9), partial(_dearer, agenda))
    agenda.at(agenda.day(39, 9), partial(_still, agenda))
    agenda.at(agenda.day(1, 6), _make)


def _plan(
    agenda: Agenda, name: str, title: str, every: Every, price: Decimal, session: Session, at: datetime
) -> None:
    named = Customer.name.startswith(name)
    buyer = session.scalars(select(Customer).where(Customer.owner_id == agenda.cast[SELLER], named)).one()
    make_plan(
        session, seller_id=agenda.cast[SELLER], buyer=buyer, agreement=None, title=title, every=every, day=1,
        begins_on=months_on(local_date(at), 0), ends_on=None, sends_itself=False, payment_days=14,
        lines=[_line(price)], note="Over {van} tot en met {tot}.", actor=agenda.actor(SELLER, "board", Role.BOARD),
        at=at,
    )  # fmt: skip


def _line(price: Decimal) -> Typed:
    return Typed("Schoonmaak {maand} {jaar}", "LS", Decimal(1), price, "standard")


def _dearer(agenda: Agenda, session: Session, at: datetime) -> None:
    next_year = date(local_date(at).year + 1, 1, 1)
    change_plan(
        session, plan=_found(session, SHOP), since=next_year, lines=[_line(Decimal("149.50"))], payment_days=14,
        note="Over {van} tot en met {tot}.", actor=agenda.actor(SELLER, "board", Role.BOARD), at=at,
    )  # fmt: skip


def _still(agenda: Agenda, session: Session, at: datetime) -> None:
    pause_plan(session, plan=_found(session, HOUSE), actor=agenda.actor(SELLER, "board", Role.BOARD), at=at)


def _make(session: Session, at: datetime) -> None:
    make_due(session, plan_id=_found(session, SHOP).id, at=at)


def _found(session: Session, title: str) -> RecurringPlan:
    return session.scalars(select(RecurringPlan).where(RecurringPlan.title == title)).one()
