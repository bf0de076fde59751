"""Pages on which somebody looks at what is late, sends a reminder, and asks interest of who paid late."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from cwb.kernel.clock import local_date
from cwb.kernel.errors import Refusal
from cwb.web.forms import Button
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, day, plain_money, text_of
from cwb.web.pages import paged
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from ledger.invoicing import queries as invoicing
from ledger.invoicing.models import Invoice
from ledger.reminders import policy, queries, rules, services
from ledger.reminders.errors import AlreadyClaimed, NothingToRemind
from ledger.reminders.models import InvoiceReminder
from ledger.reminders.rules import Late, Stage

bp = Blueprint("reminders", __name__, url_prefix="/invoices")


def _next(invoice: Invoice, earlier: Any, found: Late | None) -> tuple[Stage | None, Refusal | None]:
    """The reminder that may go out now, or why none may."""
    days = [local_date(each.sent_at) for each in earlier]
    try:
        return rules.next_stage(
            days, found, due_on=invoice.due_on or local_date(now()), today=local_date(now())
        ), None
    except Refusal as fault:
        return None, fault


@bp.get("/reminders")
@guarded(policy.SEND)
def index() -> str:
    """What is late, what comes on top, and what can be sent now."""
    today = local_date(now())
    page = paged(db(), queries.overdue(actor().organisation_id or 0, today))
    earlier = queries.sent(db(), [each.id for each in page.rows])
    found = queries.late(db(), page.rows, today)
    return render_template(
        "ledger/reminders/index.html", page=page, earlier=earlier, found=found, names=rules.NAMES, rates=rules.RATES,
        ready={each.id: _next(each, earlier.get(each.id, ()), found[each.id]) for each in page.rows},
    )  # fmt: skip


@bp.route("/<uuid:public_id>/remind", methods=["GET", "POST"])
@guarded(policy.SEND)
def send(public_id: UUID) -> Any:
    """Read the reminder as the buyer will, and send it."""
    invoice = invoicing.invoice(db(), public_id)
    permit(policy.may(actor(), policy.SEND, invoice))
    earlier: tuple[InvoiceReminder, ...] = tuple(queries.sent(db(), [invoice.id]).get(invoice.id, ()))
    found = queries.late(db(), [invoice], local_date(now()))[invoice.id]
    stage, fault = _next(invoice, earlier, found)
    back = url_for("reminders.index")
    if stage is None or found is None:
        return passed(back, text_of(fault or NothingToRemind()))
    form, buyer = Button(), invoice.buyer.name
    facts = {
        "number": invoice.number, "seller": invoice.seller.name, "open": plain_money(found.open),
        "due": day(invoice.due_on), "days": found.days, "interest": plain_money(found.interest),
        "collection": plain_money(found.collection), "total": plain_money(found.total),
        **queries.where_to_pay(db(), invoice),
    }  # fmt: skip
    return submit(
        form,
        lambda session: services.send_reminder(session, invoice=invoice, stage=stage, actor=actor(), at=now()),
        then=lambda _made: back,
        said=_("De herinnering is verstuurd."),
        page=lambda: render_template(
            "ledger/reminders/send.html", number=facts["number"], public_id=public_id, form=form, found=found,
            name=rules.NAMES[stage], text=_(rules.text_of(stage, outside=invoice.outside), **facts),
            buyer=buyer, back=back,
        ),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/interest", methods=["GET", "POST"])
@guarded(policy.CLAIM)
def claim(public_id: UUID) -> Any:
    """Look at what the law gives over an invoice that was paid late, and make the invoice that asks it."""
    invoice = invoicing.invoice(db(), public_id)
    permit(policy.may(actor(), policy.CLAIM, invoice))
    back = url_for("invoices.show", public_id=public_id)
    try:
        found = queries.claim(db(), invoice)
        if queries.find_claim(db(), invoice.id):
            raise AlreadyClaimed
    except Refusal as fault:
        return passed(back, text_of(fault))
    form = Button()
    facts = {"number": invoice.number, "buyer": invoice.buyer.name, "due_on": invoice.due_on}
    return submit(
        form,
        lambda session: services.claim_interest(session, invoice=invoice, actor=actor(), at=now()),
        then=lambda draft: url_for("invoicing.check", public_id=draft.public_id),
        page=lambda: render_template(
            "ledger/reminders/claim.html", form=form, found=found, back=back, **facts
        ),
    )
