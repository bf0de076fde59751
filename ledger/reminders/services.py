"""Sending a reminder: always a person's act."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from ledger.invoicing import queries as invoicing
from ledger.invoicing.models import Invoice
from ledger.invoicing.services import tell
from ledger.reminders import queries, rules
from ledger.reminders.errors import NoAddress, NothingToRemind, StageSent
from ledger.reminders.models import InvoiceReminder
from ledger.reminders.rules import Stage

_BUYERS = (Role.PURCHASER, Role.BOARD)


def send_reminder(
    session: Session, *, invoice: Invoice, stage: Stage, actor: Actor, at: datetime
) -> InvoiceReminder:
    """Send the reminder that the person saw and approved: mail to the buyer, and a row with what was claimed.

    Raises:
        NothingToRemind, AllSent, TooSoon: see the rule.
        StageSent: a colleague was first; what comes next is another text.
        NoAddress: the buyer is outside and gave no e-mail address.
    """
    held, today = invoicing.locked(session, invoice.id), local_date(at)
    found = queries.late(session, [held], today)[held.id]
    if found is None or held.due_on is None:
        raise NothingToRemind
    days = [local_date(each.sent_at) for each in queries.sent(session, [held.id]).get(held.id, ())]
    if len(days) >= stage:
        raise StageSent
    if held.outside and not held.buyer.email:
        raise NoAddress
    rules.next_stage(days, found, due_on=held.due_on, today=today)
    made = InvoiceReminder(
        invoice_id=held.id, stage=stage, sent_by_id=actor.user_id, sent_at=at, open_amount=found.open.minor,
        interest_amount=found.interest.minor, collection_amount=found.collection.minor,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, action="invoice.reminded", subject=f"invoice:{held.public_id}", actor_id=actor.user_id,
        facts={"number": held.number or "", "stage": int(stage), "open": found.open.minor}, at=at,
    )  # fmt: skip
    tell(
        session, held.buyer, _BUYERS, key=f"invoice:{held.public_id}:reminder:{int(stage)}", at=at,
        link=f"/invoices/{held.public_id}", subject=rules.SUBJECTS[stage],
        text=rules.text_of(stage, outside=held.outside),
        facts={
            **rules.where_to_pay(held.seller_facts, held.payment_reference),
            "number": held.number, "seller": held.seller.name, "open": found.open, "due": held.due_on,
            "days": found.days, "interest": found.interest, "collection": found.collection, "total": found.total,
        },
    )  # fmt: skip
    return made
