"""Pages on which the buyer approves, disputes and sets its limit."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for
from sqlalchemy.orm import Session

from cwb.identity.queries import organisation_by_id
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from ledger.agreements import queries as agreements
from ledger.agreements.models import Agreement
from ledger.agreements.rules import UNITS
from ledger.approval import forms, policy, queries, services
from ledger.chains import queries as chains
from ledger.invoicing import queries as invoicing
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import Instalments
from ledger.timesheets import queries as timesheets
from ledger.timesheets.rules import PER_HOUR

bp = Blueprint("approval", __name__, url_prefix="/invoices")


def _invoice(public_id: UUID, action: Any) -> Invoice:
    found = invoicing.invoice(db(), public_id)
    permit(policy.may(actor(), action, found))
    return found


def _agreement_of(session: Session, invoice: Invoice) -> Agreement | None:
    if invoice.agreement_id is None:
        return None
    return agreements.agreement_by_id(session, invoice.agreement_id)


@bp.route("/<uuid:public_id>/approve", methods=["GET", "POST"])
@guarded(policy.APPROVE)
def approve(public_id: UUID) -> Any:
    """Compare with the agreement, and approve."""
    invoice = _invoice(public_id, policy.APPROVE)
    form = forms.ApproveForm()
    return submit(
        form,
        lambda session: services.approve_invoice(
            session,
            invoice=invoice,
            agreement=_agreement_of(session, invoice),
            actor=actor(),
            at=now(),
            **form.values(),
        ),
        then=lambda held: url_for("invoices.show", public_id=held.public_id),
        said=_("Uw akkoord is vastgelegd."),
        page=lambda: _compare(public_id, form),
    )


def _compare(public_id: UUID, form: forms.ApproveForm) -> str:
    """Load everything again: after a refusal the rollback emptied what was loaded."""
    invoice = invoicing.invoice(db(), public_id)
    agreement = _agreement_of(db(), invoice)
    per_hour = any(line.unit == PER_HOUR for line in invoice.lines)
    signed = timesheets.behind(db(), invoice.id) if per_hour else ()
    evidence = timesheets.evidence(db(), invoice, signed)
    return render_template(
        "ledger/approval/approve.html",
        invoice=invoice,
        agreement=agreement,
        form=form,
        comparison=queries.comparison(db(), invoice, agreement) if agreement else None,
        instalments=invoicing.instalments_of(agreement, invoice) if agreement else Instalments(0),
        limit=queries.settings(db(), organisation_by_id(db(), invoice.buyer_id)).limit,
        split=chains.split(db(), invoice.id),
        units=UNITS,
        signed=signed,
        evidence=evidence,
        unsigned=any(each.charged > each.signed for each in evidence),
    )


@bp.route("/<uuid:public_id>/dispute", methods=["GET", "POST"])
@guarded(policy.DISPUTE)
def dispute(public_id: UUID) -> Any:
    """Say what is wrong."""
    invoice = _invoice(public_id, policy.DISPUTE)
    form = forms.DisputeForm()
    return submit(
        form,
        lambda session: services.dispute_invoice(
            session, invoice=invoice, reason=form.reason.data, actor=actor(), at=now()
        ),
        then=lambda held: url_for("invoices.show", public_id=held.public_id),
        said=_("Uw bezwaar is verstuurd. De leverancier krijgt bericht."),
        page=lambda: render_template("ledger/approval/dispute.html", invoice=invoice, form=form),
    )


@bp.route("/approval", methods=["GET", "POST"])
@guarded(policy.SETTINGS)
def settings() -> Any:
    """The limit for four eyes, and whether VAT comes back."""
    permit(policy.may(actor(), policy.SETTINGS))
    own = organisation_by_id(db(), actor().organisation_id or 0)
    chosen = queries.settings(db(), own)
    form = forms.SettingsForm(
        data={"four_eyes_above": chosen.limit, "vat_recoverable": chosen.vat_recoverable}
    )

    def act(session: Session) -> None:
        limit, back = form.four_eyes_above.data or chosen.limit, bool(form.vat_recoverable.data)
        if limit != chosen.limit:
            services.set_limit(session, buyer=own, limit=limit, actor=actor(), at=now())
        if back != chosen.vat_recoverable:
            services.set_vat_recoverable(session, buyer=own, recoverable=back, actor=actor(), at=now())

    return submit(
        form,
        act,
        then=lambda _none: url_for("approval.settings"),
        said=_("Opgeslagen. Een hogere grens telt pas als een collega dezelfde grens opgeeft.")
        if chosen.limit < (form.four_eyes_above.data or chosen.limit) != chosen.asked
        else _("Opgeslagen."),
        page=lambda: render_template("ledger/approval/settings.html", form=form, chosen=chosen),
    )
