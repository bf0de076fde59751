"""Pages for the end of a contract."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, url_for

from cwb.kernel.clock import local_date
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, day
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from procurement.changes import queries as changes
from procurement.contracts import policy as contract_policy
from procurement.contracts import queries as contracts
from procurement.contracts.errors import ContractNotFound
from procurement.contracts.models import Contract
from procurement.renewals import errors, forms, policy, queries, services

bp = Blueprint("renewals", __name__)


def _contract(number: str) -> Contract:
    found = contracts.contract(db(), number)
    if not contract_policy.may(actor(), contract_policy.SEE, found):
        raise ContractNotFound
    permit(policy.may(actor(), policy.PLAN, found))
    renewal = queries.find_renewal(db(), found.id)
    if renewal is None or renewal.posted_at is not None:
        raise errors.NotEnding
    return found


def _page(number: str, form: forms.PlanForm | None, nothing: forms.NothingForm | None) -> str:
    contract = contracts.contract(db(), number)
    _price, ends_on = changes.present(db(), contract)
    start = max(ends_on, local_date(now())) + timedelta(days=1)
    told = {
        "title": contract.title, "wanted_from": start,
        "purpose": _("Dit volgt op contract %(number)s, dat eindigt op %(on)s.", number=number, on=day(ends_on)),
    }  # fmt: skip
    return render_template(
        "procurement/renewals/plan.html", contract=contract, ends_on=ends_on, failed=form or nothing,
        form=form or forms.PlanForm(formdata=None, data=told), nothing=nothing or forms.NothingForm(formdata=None),
    )  # fmt: skip


@bp.route("/contracts/<number>/renewal", methods=["GET", "POST"])
@guarded(policy.PLAN)
def plan(number: str) -> Any:
    """Put what follows on the calendar."""
    contract, form = _contract(number), forms.PlanForm()
    return submit(
        form,
        lambda session: services.plan_need(
            session, contract=contract, actor=actor(), at=now(), **form.values()
        ),
        then=lambda need: url_for("needs.show", number=need.number),
        said=_("De behoefte staat op de kalender."),
        page=lambda: _page(number, form if form.is_submitted() else None, None),
    )


@bp.post("/contracts/<number>/renewal/nothing")
@guarded(policy.PLAN)
def nothing(number: str) -> Any:
    """Say that nothing follows."""
    contract, form = _contract(number), forms.NothingForm()
    return submit(
        form,
        lambda session: services.end_without(
            session, contract=contract, reason=form.reason.data or "", actor=actor(), at=now()
        ),
        then=lambda _made: url_for("performance.show", number=number),
        said=_("Vastgelegd."),
        page=lambda: _page(number, None, form),
    )


@bp.route("/contracts/alerts", methods=["GET", "POST"])
@guarded(policy.PLAN)
def months() -> Any:
    """Choose how early to hear that a contract ends."""
    form = forms.MonthsForm(data={"months": queries.months_of(db(), actor().organisation_id or 0)})
    return submit(
        form,
        lambda session: services.set_months(
            session, months=int(form.months.data or 0), actor=actor(), at=now()
        ),
        then=lambda _made: url_for("contracts.index"),
        said=_("Bewaard. Het geldt vanaf nu, ook voor lopende contracten."),
        page=lambda: render_template("procurement/renewals/months.html", form=form),
    )
