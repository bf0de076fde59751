"""The demo's reminders: a few days before the end, sellers write to who is late."""

from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Refusal
from cwb.kernel.policy import Role
from ledger.invoicing.models import Invoice
from ledger.invoicing.queries import invoice_by_id, overdue
from ledger.reminders.queries import REMINDED, sent
from ledger.reminders.rules import Stage
from ledger.reminders.services import send_reminder


def story(agenda: Agenda) -> None:
    """Every ten days somebody looks at what is late, and sends what may be sent."""
    for days in (45, 35, 25, 15, 5):
        agenda.at(agenda.day(days, 12), partial(_remind, agenda))


def _remind(agenda: Agenda, session: Session, at: datetime) -> None:
    names = {value: key for key, value in agenda.cast.items() if "/" not in key}
    late = session.scalars(
        select(Invoice.id).where(Invoice.state.in_(REMINDED), overdue(local_date(at))).order_by(Invoice.id)
    ).all()
    for invoice_id in late:
        invoice = invoice_by_id(session, invoice_id)
        stage = Stage(min(len(sent(session, [invoice_id]).get(invoice_id, ())) + 1, 3))
        try:
            with session.begin_nested():
                send_reminder(
                    session, invoice=invoice, stage=stage,
                    actor=agenda.actor(names[invoice.seller_id], "board", Role.BOARD), at=at,
                )  # fmt: skip
        except Refusal:
            continue  # its day has not come, or all three were sent
