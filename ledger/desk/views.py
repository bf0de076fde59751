"""Lists of invoices, and the page of one."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from cwb.kernel.clock import local_date
from cwb.kernel.errors import RuleBroken
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.web.guards import guarded, permit
from cwb.web.pages import csv_file, listed
from cwb.web.request import actor, db, now
from ledger.advances.queries import find_covering
from ledger.agreements.rules import UNITS
from ledger.approval import policy as approval_policy
from ledger.approval import queries as approval
from ledger.approval.rules import WAITING
from ledger.bankdesk.policy import USE as BANK
from ledger.desk import forms, policy, queries
from ledger.invoicing import policy as invoicing_policy
from ledger.invoicing import queries as invoicing
from ledger.invoicing.forms import STATES, TONES
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceState, is_overdue
from ledger.payments import policy as payments_policy
from ledger.payments import queries as payments
from ledger.payments.rules import payable
from ledger.peppol import rules as peppol
from ledger.reminders import policy as reminder_policy
from ledger.reminders import queries as reminders
from ledger.timesheets import policy as timesheet_policy
from ledger.timesheets import queries as timesheets
from ledger.timesheets.rules import PER_HOUR

bp = Blueprint("invoices", __name__)


_PAYABLE = frozenset({InvoiceState.SENT, InvoiceState.APPROVED, InvoiceState.DISPUTED})
"""States in which somebody asks to what account an invoice is paid."""


def _wanted(form: forms.InvoiceFilter) -> invoicing.Wanted:
    return form.wanted(None if actor().has(Role.AUDITOR) else actor().organisation_id or 0)


def _sides(wanted: invoicing.Wanted) -> list[invoicing.Wanted]:
    """What is sent and what is received apart, as sums: together they say nothing. An auditor is on no side."""
    if wanted.side or wanted.party_id is None:
        return [wanted]
    return [replace(wanted, side=each) for each in ("seller", "buyer")]


@bp.get("/invoices")
@guarded(policy.SEE)
def index() -> str:
    """The invoices of one's organisation, with what they add up to."""
    form, today = forms.InvoiceFilter(request.args), local_date(now())
    wanted = _wanted(form)
    asked, values = invoicing.listing(wanted, today)
    sums = {each.side: invoicing.sums(db(), each, today) for each in _sides(wanted)}
    return render_template(
        "ledger/desk/index.html",
        filter_form=form,
        page=listed(db(), asked.rows, lambda: sum(each.listed for each in sums.values()), values),
        sums=sums,
        vat_sums={
            each.side: invoicing.vat_sums(db(), each, today)
            for each in _sides(wanted)
            if sums[each.side].count
        },
        states=STATES,
        tones=TONES,
        own=actor().organisation_id,
        today=today,
        is_overdue=is_overdue,
        may_make=invoicing_policy.may(actor(), invoicing_policy.MAKE),
        may_number=invoicing_policy.may(actor(), invoicing_policy.NUMBER),
        may_set=approval_policy.may(actor(), approval_policy.SETTINGS),
        may_remind=reminder_policy.may(actor(), reminder_policy.SEND),
        may_pay=wanted.side == "buyer"
        and wanted.state == InvoiceState.APPROVED
        and (actor().has(Role.PURCHASER) or actor().has(Role.BOARD)),
        may_see_hours=timesheet_policy.may(actor(), timesheet_policy.SEE),
    )


@bp.get("/invoices.csv")
@guarded(policy.SEE)
def listing() -> Any:
    """The same list as a file; credit notes count negative."""
    found = (
        db().scalars(invoicing.invoices(_wanted(forms.InvoiceFilter(request.args)), local_date(now()))).all()
    )
    head = (
        "number", "kind", "state", "seller", "buyer", "issued_on", "due_on", "net", "vat", "total", "open",
        "payment_reference",
    )  # fmt: skip
    rows = (
        (
            each.number, each.kind.value, each.state.value, each.seller.name, each.buyer.name, each.issued_on,
            each.due_on, *((-m if each.is_credit_note else m).plain() for m in (each.net, each.vat, each.total)),
            "" if each.is_credit_note else each.open.plain(), each.payment_reference,
        )
        for each in found
    )  # fmt: skip
    return csv_file("invoices", head, rows)


def _choices(invoice: Invoice) -> dict[str, bool]:
    """What this person can do with the invoice now."""
    who, state = actor(), invoice.state
    deciding = not invoice.is_credit_note and approval_policy.may(who, approval_policy.APPROVE, invoice)
    paying = not invoice.is_credit_note and payments_policy.may(who, payments_policy.RECORD, invoice)
    return {
        "check": invoicing_policy.may(who, invoicing_policy.MAKE, invoice),
        "approve": deciding and state in WAITING,
        "dispute": deciding and state is InvoiceState.SENT,
        "pay": paying and state is payable(outside=invoice.outside) and invoice.open.minor > 0,
        "refund": paying and invoice.open.minor < 0,
        "owed": invoice.open.minor < 0
        and BANK.open_to(who)
        and who.organisation_id in {invoice.seller_id, invoice.buyer_id},
        "undo": paying,
        "credit": invoicing_policy.may(who, invoicing_policy.CREDIT, invoice)
        and not invoice.is_credit_note
        and invoice.credited < invoice.total,
    }


@bp.get("/invoices/<uuid:public_id>")
@guarded(policy.SEE)
def show(public_id: UUID) -> str:
    """One invoice like a letter, with what happened to it and where it stands in the books."""
    invoice = invoicing.invoice(db(), public_id)
    permit(policy.may(actor(), policy.SEE, invoice))
    both = actor().has(Role.AUDITOR)
    sent, today = invoice.state is not InvoiceState.DRAFT, local_date(now())
    late = not invoice.is_credit_note and is_overdue(invoice.due_on, invoice.open.minor, today)
    split, delivery = queries.on_its_way(db(), invoice.id) if sent else (None, None)
    per_hour = any(line.unit == PER_HOUR for line in invoice.lines) and not invoice.is_credit_note
    may_claim = reminders.paid_late(invoice) and reminder_policy.may(actor(), reminder_policy.CLAIM, invoice)
    signed = timesheets.behind(db(), invoice.id) if per_hour else ()
    return render_template(
        "ledger/desk/show.html",
        invoice=invoice,
        can=_choices(invoice),
        units=UNITS,
        states=STATES,
        tones=TONES,
        late=late,
        on_top=reminders.late(db(), [invoice], today)[invoice.id] if late else None,
        reminded=reminders.sent(db(), [invoice.id]).get(invoice.id, ()) if late else (),
        may_remind=reminder_policy.may(actor(), reminder_policy.SEND, invoice),
        may_claim=may_claim,
        asked=reminders.find_asked(db(), invoice),
        claimed=reminders.find_claim(db(), invoice.id) if may_claim else None,
        steps=invoicing.steps(db(), invoice.id) if sent else (),
        credit_notes=invoicing.credit_notes(db(), invoice.id) if invoice.credited_amount else (),
        advance=find_covering(db(), invoice) if invoice.state in _PAYABLE else None,
        delivery=delivery,
        delivery_names=peppol.NAMES,
        delivery_tones=peppol.TONES,
        accounts=payments.accounts_of(db(), invoice, split) if not invoice.is_credit_note else (),
        payments=payments.payments(db(), invoice.id) if sent and not invoice.is_credit_note else (),
        booked=queries.in_the_books(db(), invoice, None if both else actor().organisation_id) if sent else (),
        approved_by=approval.approved_by(db(), invoice) if invoice.state in WAITING else (),
        both=both,
        own=actor().organisation_id,
        counted=invoice.approved_at is not None and policy.may(actor(), policy.COUNTED, invoice),
        signed=signed,
        evidence=timesheets.evidence(db(), invoice, signed),
    )


@bp.get("/invoices/totals")
@guarded(policy.TOTALS)
def totals() -> str:
    """All invoices by state, without names."""
    today = local_date(now())
    try:
        period = Period.parse(request.args.get("period", ""))
    except RuleBroken:
        period = Period.parse(f"{today.year}")
    return render_template(
        "ledger/desk/totals.html", rows=queries.totals(db(), period), period=period, states=STATES,
        this=today.year,
    )  # fmt: skip
