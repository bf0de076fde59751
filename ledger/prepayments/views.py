"""Pages on which a supplier asks money ahead, and takes it off an invoice."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import press, submit
from ledger.agreements import policy as agreement_policy
from ledger.agreements import queries as agreements
from ledger.agreements.models import Agreement
from ledger.invoicing import policy
from ledger.invoicing import queries as invoicing
from ledger.prepayments import forms, queries, services
from ledger.vat.rules import VatCode

bp = Blueprint("prepayments", __name__)


def _agreement(public_id: UUID) -> Agreement:
    found = agreements.agreement(db(), public_id)
    permit(agreement_policy.may(actor(), agreement_policy.SEE, found))
    permit(policy.may(actor(), policy.MAKE, found))
    return found


@bp.route("/agreements/<uuid:public_id>/ahead", methods=["GET", "POST"])
@guarded(policy.MAKE)
def ask(public_id: UUID) -> Any:
    """Ask money before the work."""
    found, form = _agreement(public_id), forms.AheadForm()
    seller_id = actor().organisation_id or 0
    return submit(
        form,
        lambda session: services.ask_ahead(
            session, agreement=found, seller_id=seller_id, actor=actor(), at=now(), **form.values()
        ),
        then=lambda draft: url_for("invoicing.check", public_id=draft.public_id),
        page=lambda: _page(_agreement(public_id), seller_id, form),
    )


def _page(agreement: Agreement, seller_id: int, form: forms.AheadForm) -> str:
    return render_template(
        "ledger/prepayments/ask.html", agreement=agreement, form=form,
        left=queries.left_to_ask(db(), agreement, seller_id), worth=agreement.part_of(seller_id),
        ask_reason=any(line.vat_code is VatCode.EXEMPT for line in agreement.lines_of(seller_id)),
    )  # fmt: skip


@bp.post("/invoices/<uuid:public_id>/settle")
@guarded(policy.MAKE)
def settle(public_id: UUID) -> Any:
    """Take what was asked ahead off a draft."""
    invoice = invoicing.invoice(db(), public_id)
    permit(policy.may(actor(), policy.MAKE, invoice))
    return press(
        lambda session: services.settle(session, invoice=invoice),
        then=url_for("invoicing.check", public_id=public_id),
        said=_("Het voorschot is afgetrokken. Kijk of alles klopt."),
    )
