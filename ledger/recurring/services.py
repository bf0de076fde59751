"""Making, changing and stopping plans, and making the invoices whose day has come."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.identity.queries import organisation_by_id, people_with
from cwb.jobs.services import enqueue
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Refusal
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from ledger.agreements.models import Agreement
from ledger.agreements.rules import check_lines
from ledger.closing.queries import first_open
from ledger.customers.models import Customer
from ledger.freehand.errors import BuyerUnknown, OwnInvoice
from ledger.freehand.rules import Typed
from ledger.freehand.services import check_terms, draft_free
from ledger.invoicing import queries as invoicing
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import texts
from ledger.invoicing.services import draft_invoice, send_invoice, tell
from ledger.recurring import queries, rules
from ledger.recurring.errors import (
    AgreementOver,
    BooksClosed,
    CeilingReached,
    EndsTooEarly,
    NotWaiting,
    SenderGone,
)
from ledger.recurring.models import RecurringPlan, RecurringRun, RecurringTerms
from ledger.recurring.rules import Every, PlanPeriod, RunState

MAKE = "ledger.recurring_make"
_SENDERS = (Role.MEMBER, Role.BOARD)


def make_plan(
    session: Session, *, seller_id: int, buyer: Organisation | Customer, agreement: Agreement | None, title: str,
    every: Every, day: int, begins_on: date, ends_on: date | None, sends_itself: bool, lines: Sequence[Typed],
    payment_days: int, actor: Actor, at: datetime, **facts: str,
) -> RecurringPlan:  # fmt: skip
    """Let an invoice come back from a month on. It prepares drafts, unless `sends_itself` says otherwise.

    With an agreement its lines and term count, and `lines` and `payment_days` do not; `facts` are what
    `ledger.invoicing.rules.texts` takes.

    Raises:
        BuyerUnknown, OwnInvoice, NotASupplier, AgreementEnded, AgreementOnOrder, NothingComesBack: not so.
        DayWrong, BeginsTooFar, EndsTooEarly, MarkUnknown, LinesMissing; what is wrong with a term or a text.
    """
    rules.check_begin(begins_on, local_date(at), ends_on)
    if buyer.id == seller_id:
        raise OwnInvoice
    if isinstance(buyer, Customer) and (buyer.owner_id != seller_id or buyer.removed_at is not None):
        raise BuyerUnknown
    if agreement is not None:
        agreement.check_seller(seller_id)
        units = [line.unit for line in agreement.lines_of(seller_id)]
        rules.check_comes_back(units, every, in_instalments=agreement.in_instalments)
        lines, payment_days = (), agreement.payment_days
    else:
        check_lines(lines)
        check_terms(buyer, payment_days)
    plan = RecurringPlan(
        seller_id=seller_id, buyer_id=buyer.id, agreement_id=agreement.id if agreement else None, title=title,
        every=every, day=day, begins_on=begins_on, ends_on=ends_on, sender_id=actor.user_id if sends_itself else None,
        created_by_id=actor.user_id, created_at=at,
    )  # fmt: skip
    session.add(plan)
    session.flush()
    _add_terms(session, plan, begins_on, lines, payment_days, actor, at, facts)
    _note(session, "made", plan, actor, at, every=every.value, itself=sends_itself)
    return plan


def change_plan(
    session: Session, *, plan: RecurringPlan, since: date, lines: Sequence[Typed], payment_days: int, actor: Actor,
    at: datetime, **facts: str,
) -> RecurringPlan:  # fmt: skip
    """Give a plan other lines, prices or texts for the periods that begin on or after a day.

    Raises:
        ChangeTooLate: the invoice of such a period was made. PlanEnded. Others as for a new plan.
    """
    held = queries.locked(session, plan.id)
    held.check_running(local_date(at))
    rules.check_change(since, queries.last_made(held), queries.first_to_change(held))
    if held.agreement_id is None:
        check_lines(lines)
        check_terms(held.buyer, payment_days)
    else:
        lines, payment_days = (), held.terms[0].payment_days
    _add_terms(session, held, since, lines, payment_days, actor, at, facts)
    _note(session, "changed", held, actor, at, since=since.isoformat())
    return held


def let_send(session: Session, *, plan: RecurringPlan, itself: bool, actor: Actor, at: datetime) -> None:
    """Say that its invoices are sent without a look, in this person's name; or that they wait as drafts again."""
    held = queries.locked(session, plan.id)
    held.check_running(local_date(at))
    held.sender_id = actor.user_id if itself else None
    session.flush()
    _note(session, "sends_itself" if itself else "prepares", held, actor, at)


def pause_plan(session: Session, *, plan: RecurringPlan, actor: Actor, at: datetime) -> None:
    """Let a plan stand still.

    Raises:
        PlanPaused: it does already. PlanEnded.
    """
    held = queries.locked(session, plan.id)
    held.check_running(local_date(at))
    held.check_pause(paused=False)
    held.paused_at = at
    session.flush()
    _note(session, "paused", held, actor, at)


def resume_plan(session: Session, *, plan: RecurringPlan, actor: Actor, at: datetime) -> None:
    """Go on; what would have been made meanwhile is left out, and that is written down.

    Raises:
        PlanPaused: it runs. PlanEnded.
    """
    held, today = queries.locked(session, plan.id), local_date(at)
    held.check_running(today)
    held.check_pause(paused=True)
    for period in queries.due(held, today):
        session.add(_run(held, period, RunState.SKIPPED, at))
    held.paused_at = None
    session.flush()
    _note(session, "resumed", held, actor, at)


def end_plan(session: Session, *, plan: RecurringPlan, on: date, actor: Actor, at: datetime) -> None:
    """Stop after the period in which a day falls.

    Raises:
        EndsTooEarly: before its first month. PlanEnded.
    """
    held = queries.locked(session, plan.id)
    held.check_running(local_date(at))
    if on < held.begins_on:
        raise EndsTooEarly(field="on")
    held.ends_on = on
    session.flush()
    _note(session, "ended", held, actor, at, on=on.isoformat())


def enqueue_due(session: Session, at: datetime) -> None:
    """Have every plan looked at, each in a transaction of its own: one that fails holds up no other."""
    for plan_id in queries.to_look_at(session, at):
        enqueue(session, MAKE, {"plan_id": plan_id}, key=f"{MAKE}:{plan_id}")


def make_due(session: Session, *, plan_id: int, at: datetime) -> int:
    """Make the invoices of a plan whose day has come, once per period, the oldest first; how many were made.

    What waited is tried again. Two workers: the second waits for the first, and finds nothing left.
    """
    plan, today, made = queries.locked(session, plan_id), local_date(at), 0
    if plan.paused_at is not None:
        return 0
    for run in queries.waiting_runs(plan):
        made += _try(session, plan, run, at)
    for period in queries.due(plan, today):
        run = _run(plan, period, RunState.WAITING, at)
        if _try(session, plan, run, at):
            made += 1
        else:
            _tell(session, plan, run, at)
    return made


def make_anyway(session: Session, *, plan: RecurringPlan, first: date, actor: Actor, at: datetime) -> Invoice:
    """Make what waits now as a draft, also where the books of its period are closed: it counts where they are open.

    Raises:
        NotWaiting: it does not wait any more. Else what is in the way.
    """
    held = queries.locked(session, plan.id)
    run = _waiting(held, first)
    invoice = _draft(session, held, _period_of(run), actor, at)
    run.because(None)
    run.state, run.invoice_id, run.at = RunState.MADE, invoice.id, at
    session.flush()
    _note(session, "made_invoice", held, actor, at, period=first.isoformat())
    return invoice


def skip(session: Session, *, plan: RecurringPlan, first: date, actor: Actor, at: datetime) -> None:
    """Leave a period out that waits.

    Raises:
        NotWaiting: it does not wait any more.
    """
    held = queries.locked(session, plan.id)
    run = _waiting(held, first)
    run.state, run.at = RunState.SKIPPED, at
    session.flush()
    _note(session, "skipped", held, actor, at, period=first.isoformat())


def _waiting(plan: RecurringPlan, first: date) -> RecurringRun:
    found = next((each for each in queries.waiting_runs(plan) if each.period_from == first), None)
    if found is None:
        raise NotWaiting
    return found


def _period_of(run: RecurringRun) -> PlanPeriod:
    return PlanPeriod(run.period_from, run.period_until, run.planned_on)


def _run(plan: RecurringPlan, period: PlanPeriod, state: RunState, at: datetime) -> RecurringRun:
    return RecurringRun(
        plan_id=plan.id, period_from=period.first, period_until=period.last, planned_on=period.on, state=state,
        reason="", facts={}, at=at,
    )  # fmt: skip


def _try(session: Session, plan: RecurringPlan, run: RecurringRun, at: datetime) -> bool:
    """Make the invoice of a period, or keep why not."""
    maker = Actor(plan.sender_id or plan.created_by_id, "", plan.seller_id, "", frozenset({Role.MEMBER}))
    period = _period_of(run)
    try:
        with session.begin_nested():
            _check_books(session, plan, period, at)
            invoice = _draft(session, plan, period, maker, at)
    except Refusal as fault:
        run.because(fault)
        session.add(run)
        session.flush()
        return False
    run.because(None)
    run.state, run.invoice_id, run.at = RunState.MADE, invoice.id, at
    session.add(run)
    session.flush()
    if plan.sender_id is not None:
        _send(session, plan, run, invoice, maker, at)
    return True


def _check_books(session: Session, plan: RecurringPlan, period: PlanPeriod, at: datetime) -> None:
    for day in (period.last, local_date(at)):
        if first_open(session, {plan.seller_id}, day) != day:
            raise BooksClosed


def _draft(session: Session, plan: RecurringPlan, period: PlanPeriod, actor: Actor, at: datetime) -> Invoice:
    terms = plan.terms_for(period.first)
    facts: dict[str, str] = {
        "order_reference": terms.order_reference, "buyer_reference": terms.buyer_reference,
        "exemption_reason": terms.exemption_reason, "note": rules.filled(terms.note, period),
    }  # fmt: skip
    agreement = queries.agreement_of(session, plan)
    if agreement is None:
        return draft_free(
            session, seller_id=plan.seller_id, buyer=plan.buyer, lines=queries.typed_for(terms, period),
            delivered_from=period.first, delivered_until=period.last, payment_days=terms.payment_days, actor=actor,
            at=at, **facts,
        )  # fmt: skip
    agreement.check_seller(plan.seller_id)
    first, last = queries.days_within(period, agreement)
    if first > last:
        raise AgreementOver(on=agreement.ends_on)
    left = invoicing.suggestion(session, agreement, plan.seller_id, local_date(at)).left
    quantities = queries.next_quantities(agreement, plan.every, left)
    if not quantities:
        raise CeilingReached
    return draft_invoice(
        session, agreement=agreement, seller_id=plan.seller_id, quantities=quantities, delivered_from=first,
        delivered_until=last, actor=actor, at=at, **facts,
    )  # fmt: skip


def _send(
    session: Session, plan: RecurringPlan, run: RecurringRun, invoice: Invoice, sender: Actor, at: datetime
) -> None:
    """Send what the seller lets be sent; what is in the way leaves a draft and the reason."""
    try:
        with session.begin_nested():
            if sender.user_id not in {each.id for each in people_with(session, plan.seller_id, *_SENDERS)}:
                raise SenderGone
            send_invoice(
                session, invoice=invoice, agreement=queries.agreement_of(session, plan), actor=sender, at=at
            )
    except Refusal as fault:
        session.expire(invoice)
        run.because(fault)
        session.flush()


def _add_terms(
    session: Session, plan: RecurringPlan, since: date, lines: Sequence[Typed], payment_days: int, actor: Actor,
    at: datetime, facts: dict[str, str],
) -> None:  # fmt: skip
    known: dict[str, Any] = texts(**facts)
    made = RecurringTerms(
        plan_id=plan.id,
        since=since,
        lines=lines,
        payment_days=payment_days,
        by_id=actor.user_id,
        at=at,
        **known,
    )
    session.add(made)
    session.flush()


def _tell(session: Session, plan: RecurringPlan, run: RecurringRun, at: datetime) -> None:
    tell(
        session, organisation_by_id(session, plan.seller_id), _SENDERS,
        key=f"recurring:{plan.public_id}:{run.period_from}", link=f"/invoices/recurring/{plan.public_id}", at=at,
        subject=N_("Een terugkerende factuur wacht op u: %(title)s"),
        text=N_("De factuur “%(title)s” kon niet worden gemaakt. Op de pagina leest u waarom. Er is niets verstuurd."),
        facts={"title": plan.title},
    )  # fmt: skip


def _note(
    session: Session, act: str, plan: RecurringPlan, actor: Actor, at: datetime, **facts: object
) -> None:
    record(
        session, action=f"recurring.{act}", subject=f"recurring:{plan.public_id}", actor_id=actor.user_id,
        facts=facts, at=at,
    )  # fmt: skip
