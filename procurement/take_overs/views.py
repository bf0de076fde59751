"""Pages of take-over lists."""

from typing import Any

from flask import Blueprint, Response, render_template, url_for

from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import submit
from procurement.contracts import policy as contract_policy
from procurement.contracts import queries as contracts
from procurement.contracts.errors import ContractNotFound
from procurement.take_overs import errors, forms, policy, queries, rules, services
from procurement.take_overs.gateway import sectors
from procurement.tenders import errors as tender_errors
from procurement.tenders import policy as tender_policy
from procurement.tenders import queries as tenders
from procurement.tenders.views import said_of_draft

bp = Blueprint("take_overs", __name__)

HEAD = ("work", "hours_per_week", "years", "contract")


@bp.get("/tenders/<number>/take-over")
@public
def show(number: str) -> str:
    """The list of a tender."""
    tender = tenders.tender(db(), number, find_actor())
    found = queries.find_of_tender(db(), tender.id)
    return render_template(
        "procurement/take_overs/show.html", tender=tender, rows=found.rows if found else [],
        sector=rules.sector_of(tender.cpv or "", sectors()),
    )  # fmt: skip


@bp.get("/tenders/<number>/take-over.csv")
@public
def listing(number: str) -> Response:
    """The same as a file."""
    tender = tenders.tender(db(), number, find_actor())
    found = queries.find_of_tender(db(), tender.id)
    return csv_file(f"overnamelijst-{tender.number}", HEAD, found.rows if found else [])


@bp.route("/tenders/<number>/take-over/edit", methods=["GET", "POST"])
@guarded(policy.DRAFT)
def edit(number: str) -> Any:
    """Attach the list to a draft."""
    tender = tenders.tender(db(), number, actor())
    permit(tender_policy.may(actor(), tender_policy.EDIT, tender))
    if tender.published_at is not None or tender.cancelled_at is not None:
        raise tender_errors.NotDraft
    found = queries.find_of_tender(db(), tender.id)
    before = None if found else queries.find_before(db(), tender.need_id)
    filled = found or before
    form = forms.ListForm(data={"text": rules.written(filled.rows)} if filled else {})
    return submit(
        form,
        lambda session: services.set_of_tender(
            session, tender=tender, text=form.text.data or "", actor=actor(), at=now()
        ),
        then=lambda _made: url_for("drafting.show", number=number),
        said=said_of_draft(tender, _("Bewaard. De lijst gaat mee bij de publicatie.")),
        page=lambda: render_template(
            "procurement/take_overs/edit.html", form=form, number=number, back=url_for("drafting.show", number=number),
            before=before,
        ),
    )  # fmt: skip


@bp.route("/contracts/<number>/take-over", methods=["GET", "POST"])
@guarded(policy.END)
def of_contract(number: str) -> Any:
    """The list at the end of a contract: the supplier makes it, the buyer reads it."""
    contract = contracts.contract(db(), number)
    if not contract_policy.may(actor(), contract_policy.SEE, contract):
        raise ContractNotFound
    if not queries.is_ending(db(), contract.id):
        raise errors.NotNow
    found = queries.find_of_contract(db(), contract.id)
    form = forms.ListForm(data={"text": rules.written(found.rows)} if found else {})
    if form.is_submitted():
        permit(actor().organisation_id == contract.supplier_id)
    return submit(
        form,
        lambda session: services.set_of_contract(
            session, contract=contract, text=form.text.data or "", actor=actor(), at=now()
        ),
        then=lambda _made: url_for("performance.show", number=number),
        said=_("Bewaard. De koper kan de lijst lezen."),
        page=lambda: render_template(
            "procurement/take_overs/contract.html", form=form, number=number, rows=found.rows if found else [],
            makes=actor().organisation_id == contract.supplier_id,
        ),
    )  # fmt: skip
