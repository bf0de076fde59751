"""Pages of payments, and of how fast anchors pay."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.kernel.clock import local_date
from cwb.kernel.errors import RuleBroken
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _, plain_money
from cwb.web.kept_pages import kept
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from ledger.advances.queries import find_covering
from ledger.invoicing import queries as invoicing
from ledger.payments import forms, policy, queries, services
from ledger.payments.rules import PaymentDays, PaymentKind

bp = Blueprint("payments", __name__)


def _choice(account: queries.Account) -> tuple[str, str]:
    facts = {"iban": account.iban, "left": plain_money(account.left)}
    if account.blocked:
        return forms.BLOCKED, _("G-rekening %(iban)s, nog %(left)s", **facts)
    return forms.FREE, _("Gewone rekening %(iban)s, nog %(left)s", **facts)


def _record(public_id: UUID, kind: PaymentKind) -> Any:
    invoice = invoicing.invoice(db(), public_id)
    permit(policy.may(actor(), policy.RECORD, invoice))
    back = kind is PaymentKind.REFUND
    left = -invoice.open if back else invoice.open
    accounts = [] if back else queries.accounts(db(), invoice)
    wanted = next((each for each in accounts if each.left.minor), None)
    start = wanted.left if wanted else left if left.minor > 0 else Money(0)
    advance = None if back else find_covering(db(), invoice)
    form = forms.PaymentForm(
        data={
            "amount": start, "paid_on": local_date(now()),
            "blocked": forms.BLOCKED if wanted and wanted.blocked else forms.FREE,
        },
        assigned=advance is not None, accounts=[_choice(each) for each in accounts],
    )  # fmt: skip

    service = services.record_refund if back else services.record_payment

    def page() -> str:
        shown, covered = invoice, advance
        if request.method == "POST":  # again: a refusal's rollback emptied what was loaded
            shown = invoicing.invoice(db(), public_id)
            covered = find_covering(db(), shown) if advance else None
        return render_template(
            "ledger/payments/record.html",
            invoice=shown,
            form=form,
            refund=back,
            advance=covered,
            split=bool(accounts),
        )

    return submit(
        form,
        lambda session: service(session, invoice=invoice, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("invoices.show", public_id=public_id),
        said=_("De terugbetaling is geboekt.") if back else _("De betaling is geboekt."),
        page=page,
    )


@bp.route("/invoices/<uuid:public_id>/payment", methods=["GET", "POST"])
@guarded(policy.RECORD)
def pay(public_id: UUID) -> Any:
    """Write down that an invoice was paid, in part or whole."""
    return _record(public_id, PaymentKind.PAYMENT)


@bp.route("/invoices/<uuid:public_id>/refund", methods=["GET", "POST"])
@guarded(policy.RECORD)
def refund(public_id: UUID) -> Any:
    """Write down that the seller paid back."""
    return _record(public_id, PaymentKind.REFUND)


def _period() -> Period:
    try:
        return Period.parse(request.args.get("period", ""))
    except RuleBroken:
        return Period.parse(f"{local_date(now()).year}")


def _shown(period: Period) -> tuple[list[PaymentDays], int]:
    rows = queries.payment_days(db(), period, local_date(now()))
    return [row for row in rows if row.publishable], sum(not row.publishable for row in rows)


@bp.get("/payments")
@public
@kept
def days() -> str:
    """How fast each anchor pays its invoices."""
    period = _period()
    rows, few = _shown(period)
    return render_template(
        "ledger/payments/days.html", rows=rows, few=few, period=period, this=local_date(now()).year
    )


@bp.get("/payments.csv")
@public
def days_file() -> Any:
    """The same figures as a file."""
    head = ("anchor", "paid", "within_30_days", "late_and_open", "share", "mean_days")
    rows = (
        (
            r.name,
            r.paid,
            r.within,
            r.late,
            f"{r.share:.4f}",
            "" if r.mean_days is None else f"{r.mean_days:.1f}",
        )
        for r in _shown(_period())[0]
    )
    return csv_file("payments", head, rows)
