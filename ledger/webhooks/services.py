"""Keeping the provider's messages, working on them, and the daily check of what lies there."""

from datetime import datetime

import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.jobs.services import enqueue
from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account
from ledger.books.rules import Leg
from ledger.checkout import queries as checkout
from ledger.checkout import rules as payments
from ledger.checkout.errors import CallRefused, EventRefused, ProviderBusy
from ledger.checkout.events import PayoutSent
from ledger.checkout.gateway import Provider
from ledger.checkout.models import PaymentOrder, PaymentTill
from ledger.checkout.rules import PROVIDER, Moved, Part, Reason, Told
from ledger.checkout.services import book_part, clearing, note_issue, settle
from ledger.mandates import queries as mandates
from ledger.mandates.services import settle_mandate
from ledger.webhooks import queries, rules
from ledger.webhooks.models import ClearingCheck, Webhook

log = structlog.get_logger()

WORK, CALL = "ledger.payment_event", "ledger.payment_call"


def keep_event(session: Session, told: Told, at: datetime) -> bool:
    """Keep a message and have it worked on after the commit; whether it is new.

    Raises:
        EventRefused: of an account that nobody here has.
    """
    if checkout.till_of(session, told.account) is None:
        raise EventRefused
    row = {
        "provider": PROVIDER, "event_id": told.number, "account": told.account, "kind": told.kind, "error": "",
        "payload": {"session": told.session, "intent": told.intent, "mandate": told.mandate},
        "received_at": at, "next_at": at, "attempts": 0,
    }  # fmt: skip
    unique = ["provider", "event_id"]
    made = session.scalar(
        insert(Webhook).values(row).on_conflict_do_nothing(index_elements=unique).returning(Webhook.id)
    )
    if made is not None:
        enqueue(session, WORK, {"webhook_id": made}, key=f"{WORK}:{made}")
    return made is not None


def work_on(session: Session, *, webhook_id: int, provider: Provider, at: datetime) -> None:
    """Work on one message, once: its order or mandate is looked at anew; what is none of ours is noted."""
    kept = queries.free(session, webhook_id)
    if kept is None:
        return
    order = checkout.about(
        session, account=kept.account, session_id=kept.payload["session"], intent=kept.payload["intent"]
    )
    mandate = order or mandates.about(
        session,
        account=kept.account,
        session_id=kept.payload["session"],
        mandate=kept.payload.get("mandate", ""),
    )
    if mandate is None:
        kept.error = "nothing of ours"
        log.info("webhook", event_id=kept.event_id, kind=kept.kind, about=kept.error)
    else:
        try:
            if order is not None:
                settle(session, order_id=order.id, provider=provider, at=at)
            else:
                settle_mandate(session, mandate_id=mandate.id, door=provider, at=at)
        except (ProviderBusy, CallRefused) as fault:
            _again(session, kept, mandate.organisation_id, order, fault, at)
            return
    kept.processed_at = at
    session.flush()


def enqueue_due(session: Session, at: datetime) -> int:
    """Have all messages and calls that wait worked on, each in a transaction of its own; how many."""
    waiting = [(WORK, "webhook_id", each) for each in queries.due(session, at)]
    waiting += [(CALL, "call_id", each) for each in checkout.calls_due(session, at)]
    for name, field, number in waiting:
        enqueue(session, name, {field: number}, key=f"{name}:{number}")
    return len(waiting)


def check_clearing(session: Session, *, till: PaymentTill, provider: Provider, at: datetime) -> ClearingCheck:
    """Hold what lies at the provider against our books: the same, or every line of difference on the work list.

    What the provider sent on to the bank moves to what is on its way there, until the bank's file says it came.

    Raises:
        ProviderBusy, CallRefused: nothing changed.
    """
    home, since = till.organisation_id, at - rules.LOOK_BACK
    moves = provider.movements(till.account, since)
    for each in moves:
        if each.kind == "payout":
            _book_payout(session, home, each, at)
    rows = checkout.booked_parts(session, home)
    lines = [
        (each.provider_id.removesuffix(":failed"), each.amount, each.booked_at)
        for each in rows
        if each.booked_at > since
    ]
    if any(each.kind == "payout" for each in moves):
        emit(session, PayoutSent(home, at))
    for found in payments.differences(lines, moves, frozenset(each.provider_id for each in rows)):
        facts = {"seen": found.amount, "on": local_date(found.at).isoformat()}
        note_issue(session, home, found.reason, found.number, at, facts=facts)
    check = session.merge(
        ClearingCheck(
            organisation_id=home, day=local_date(at), booked=checkout.at_provider(session, home),
            there=provider.balance(till.account), checked_at=at,
        )
    )  # fmt: skip
    session.flush()
    return check


def underway(session: Session, organisation_id: int) -> int:
    """The account of what the provider sent and the bank did not tell of yet."""
    return open_account(
        session, party_id=organisation_id, role=Role.CLEARING, subkey=f"{PROVIDER}:bank",
        name="Van Stripe naar de bank",
    )  # fmt: skip


def _book_payout(session: Session, home: int, each: Moved, at: datetime) -> None:
    home_account = underway(session, home)
    book_part(
        session, organisation_id=home, part=Part.PAYOUT, number=each.number, at=at,
        key=f"{PROVIDER}:{each.number}:payout", kind="online_payout",
        legs=[Leg(clearing(session, home), each.net), Leg(home_account, -each.net)],
    )  # fmt: skip


def _again(
    session: Session, kept: Webhook, home: int, order: PaymentOrder | None, fault: Exception, at: datetime
) -> None:
    kept.attempts += 1
    kept.error, kept.next_at = type(fault).__name__, payments.next_try(kept.attempts, at)
    if kept.attempts >= rules.MOST_TRIES:
        kept.processed_at = at
        note_issue(session, home, Reason.EVENT_STUCK, kept.event_id, at, order=order)
    session.flush()
