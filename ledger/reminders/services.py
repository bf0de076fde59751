"""Sending a reminder, and asking interest of who paid late: always a person's act."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from cwb.kernel.policy import Actor
from ledger.freehand.rules import Typed
from ledger.freehand.services import draft_free
from ledger.invoicing import queries as invoicing
from ledger.invoicing.models import Invoice
from ledger.reminders import queries, rules
from ledger.reminders.errors import AlreadyClaimed, NoAddress, NothingToClaim, NothingToRemind, StageSent
from ledger.reminders.events import ReminderSent
from ledger.reminders.models import InvoiceClaim, InvoiceReminder
from ledger.reminders.rules import Claim, Stage
from ledger.vat.rules import VatCode


def send_reminder(
    session: Session, *, invoice: Invoice, stage: Stage, actor: Actor, at: datetime
) -> InvoiceReminder:
    """Send the reminder that the person saw and approved: a row with what was claimed, and `ReminderSent` for the mail.

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
    facts = {
            **queries.where_to_pay(session, held),
            "number": held.number, "seller": held.seller.name, "open": found.open, "due": held.due_on,
            "days": found.days, "interest": found.interest, "collection": found.collection, "total": found.total,
        }  # fmt: skip
    emit(
        session,
        ReminderSent(
            held.id, rules.SUBJECTS[stage], rules.text_of(stage, outside=held.outside), facts,
            f"invoice:{held.public_id}:reminder:{int(stage)}", at,
        ),
    )  # fmt: skip
    return made


def claim_interest(session: Session, *, invoice: Invoice, actor: Actor, at: datetime) -> Invoice:
    """Make the draft that asks interest and collection costs of a buyer that paid late, outside VAT.

    It is sent, booked, mailed and paid as every invoice. An invoice is asked about once.

    Raises:
        NothingToClaim: see the rule.
        AlreadyClaimed: a colleague was first.
    """
    held = invoicing.locked(session, invoice.id)
    found = queries.claim(session, held)
    if held.due_on is None:
        raise NothingToClaim
    if queries.find_claim(session, held.id) is not None:
        raise AlreadyClaimed
    draft = draft_free(
        session, seller_id=held.seller_id, buyer=held.buyer, lines=_claimed(held, found),
        delivered_from=held.due_on + timedelta(days=1), delivered_until=found.until, payment_days=held.payment_days,
        actor=actor, at=at, buyer_reference=held.buyer_reference or held.number or "",
        order_reference=held.order_reference,
        note=f"Rente en incassokosten bij factuur {held.number}: {found.days} dagen te laat betaald. Buiten de btw.",
    )  # fmt: skip
    session.add(
        InvoiceClaim(
            invoice_id=held.id, claim_id=draft.id, until=found.until, interest_amount=found.interest.minor,
            collection_amount=found.collection.minor, made_by_id=actor.user_id, made_at=at,
        )
    )  # fmt: skip
    session.flush()
    record(
        session, action="invoice.claimed", subject=f"invoice:{held.public_id}", actor_id=actor.user_id,
        facts={"number": held.number or "", "days": found.days, "amount": found.total.minor}, at=at,
    )  # fmt: skip
    return draft


def _claimed(held: Invoice, found: Claim) -> list[Typed]:
    """The lines of a claim, in the language of an invoice."""
    named = (
        (f"Wettelijke rente over factuur {held.number} tot en met {found.until:%d-%m-%Y}", found.interest),
        (f"Incassokosten bij factuur {held.number}", found.collection),
    )
    return [
        Typed(text, "LS", Decimal(1), Decimal(money.minor) / 100, VatCode.OUTSIDE)
        for text, money in named
        if money.minor
    ]
