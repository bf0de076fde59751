"""Pages on which an invoice without an agreement is made."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.kernel.clock import local_date
from cwb.web.guards import guarded, permit
from cwb.web.pages import paged
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from ledger.customers.forms import CustomerFilter
from ledger.customers.models import Customer
from ledger.customers.queries import customers
from ledger.freehand import forms, queries, rules, services
from ledger.freehand.errors import HasAgreement
from ledger.invoicing import policy
from ledger.invoicing import queries as invoicing
from ledger.invoicing.errors import NotADraft
from ledger.invoicing.models import Invoice
from ledger.kor.queries import is_small

bp = Blueprint("freehand", __name__, url_prefix="/invoices")


def _own() -> int:
    return actor().organisation_id or 0


@bp.route("/new", methods=["GET", "POST"])
@guarded(policy.MAKE)
def who() -> Any:
    """For whom: somebody in the address book, or a member by its number."""
    form = forms.MemberForm()
    return submit(
        form,
        lambda session: services.member_of(session, kvk_number=form.kvk_number.data, seller_id=_own()),
        then=lambda found: url_for("freehand.make", public_id=found.public_id),
        page=lambda: render_template(
            "ledger/freehand/who.html", form=form, filter_form=CustomerFilter(request.args),
            page=paged(db(), customers(_own(), request.args.get("text", "")[:100])),
        ),
    )  # fmt: skip


@bp.route("/new/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.MAKE)
def make(public_id: UUID) -> Any:
    """Type the lines."""
    today = local_date(now())
    form = forms.FreeForm(
        data={"delivered_from": today, "delivered_until": today, "payment_days": rules.DAYS}
    )
    buyer = queries.buyer(db(), public_id, _own())
    return submit(
        form,
        lambda session: services.draft_free(
            session, seller_id=_own(), buyer=buyer, actor=actor(), at=now(), **form.values()
        ),
        then=lambda draft: url_for("invoicing.check", public_id=draft.public_id),
        page=lambda: _page(queries.buyer(db(), public_id, _own()), form, None),
    )


def _page(buyer: Any, form: forms.FreeForm, invoice: Invoice | None) -> str:
    shown, more = form.rows()
    return render_template(
        "ledger/freehand/edit.html", buyer=buyer, form=form, invoice=invoice, shown=shown, more=more,
        outside=isinstance(buyer, Customer), small=is_small(db(), _own(), local_date(now())),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/lines", methods=["GET", "POST"])
@guarded(policy.MAKE)
def change(public_id: UUID) -> Any:
    """Write the draft anew."""
    invoice = invoicing.invoice(db(), public_id)
    if invoice.seller_id == _own() and invoice.number:
        raise NotADraft
    permit(policy.may(actor(), policy.MAKE, invoice))
    if invoice.agreement_id is not None:
        raise HasAgreement
    form = forms.FreeForm(data=_typed(invoice))

    def page() -> str:
        found = invoicing.invoice(db(), public_id)
        return _page(found.buyer, form, found)

    return submit(
        form,
        lambda session: services.change_free(session, invoice=invoice, at=now(), **form.values()),
        then=lambda draft: url_for("invoicing.check", public_id=draft.public_id),
        page=page,
    )


def _typed(invoice: Invoice) -> dict[str, Any]:
    names = (
        "delivered_from", "delivered_until", "payment_days", "order_reference", "buyer_reference",
        "exemption_reason", "note",
    )  # fmt: skip
    return {name: getattr(invoice, name) for name in names} | {"lines": forms.lines_of(invoice)}
