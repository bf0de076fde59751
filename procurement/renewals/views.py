"""Pages for the end of a contract."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for

from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import Cpv
from cwb.places.gateway import area_pack
from cwb.web.forms import Form
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, day
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from procurement.contracts import policy as contract_policy
from procurement.contracts import queries as contracts
from procurement.contracts.errors import ContractNotFound
from procurement.contracts.models import Contract
from procurement.externals import policy as external_policy
from procurement.externals import queries as externals
from procurement.externals.errors import ExternalNotFound
from procurement.externals.models import ExternalContract
from procurement.renewals import errors, forms, policy, queries, services
from procurement.renewals.rules import TAKE_OVER

bp = Blueprint("renewals", __name__)


def _contract(number: str) -> Contract:
    found = contracts.contract(db(), number)
    if not contract_policy.may(actor(), contract_policy.SEE, found):
        raise ContractNotFound
    _check_ending(found)
    return found


def _elsewhere(number: str) -> ExternalContract:
    found = externals.external(db(), number)
    if not external_policy.may(actor(), external_policy.SEE, found):
        raise ExternalNotFound
    _check_ending(found)
    return found


def _check_ending(found: Contract | ExternalContract) -> None:
    permit(policy.may(actor(), policy.PLAN, found))
    if queries.find_alert(db(), found) is None:
        raise errors.NotEnding


def _page(
    contract: Contract | ExternalContract, form: forms.PlanForm, nothing: forms.NothingForm | None = None
) -> str:
    """What follows, or that nothing does; filled in from the contract until something was sent."""
    ending = services.ending_of(contract, services.last_day(db(), contract))
    failed: Form | None = nothing or (form if form.is_submitted() else None)
    cpv = ending.cpv if isinstance(contract, Contract) else contract.cpv
    if form is not failed:
        kind = area_pack().category_of(Cpv(cpv)) if cpv else None
        told = {
            "title": ending.title, "wanted_from": max(ending.ends_on, local_date(now())) + timedelta(days=1),
            "purpose": _(
                "Dit volgt op contract %(number)s, dat eindigt op %(on)s.",
                number=ending.number, on=day(ending.ends_on),
            ),
            "category": kind.id if kind else None, "cpv": cpv,
        }  # fmt: skip
        form = type(form)(formdata=None, data=told)
    return render_template(
        "procurement/renewals/plan.html", contract=contract, ending=ending, form=form, failed=failed,
        nothing=nothing or forms.NothingForm(formdata=None), listed=(cpv or "").startswith(TAKE_OVER),
    )  # fmt: skip


def _plan(contract: Contract | ExternalContract, form: forms.PlanForm) -> Any:
    return submit(
        form,
        lambda session: services.plan_need(
            session, contract=contract, actor=actor(), at=now(), **form.values()
        ),
        then=lambda need: url_for("needs.show", number=need.number),
        said=_("De behoefte staat op de kalender."),
        page=lambda: _page(contract, form),
    )


def _nothing(contract: Contract | ExternalContract, blank: forms.PlanForm, after: str) -> Any:
    form = forms.NothingForm()
    return submit(
        form,
        lambda session: services.end_without(
            session, contract=contract, reason=form.reason.data or "", actor=actor(), at=now()
        ),
        then=lambda _made: url_for(after, number=contract.number),
        said=_("Vastgelegd."),
        page=lambda: _page(contract, blank, form),
    )


@bp.route("/contracts/<number>/renewal", methods=["GET", "POST"])
@guarded(policy.PLAN)
def plan(number: str) -> Any:
    """Put what follows on the calendar."""
    try:
        found = _contract(number)
    except errors.NotEnding:
        if request.method != "GET":
            raise
        words = _("Dit contract loopt nog niet af, of wat volgt is al geregeld.")
        return passed(url_for("performance.show", number=number), words)
    return _plan(found, forms.PlanForm())


@bp.post("/contracts/<number>/renewal/nothing")
@guarded(policy.PLAN)
def nothing(number: str) -> Any:
    """Say that nothing follows."""
    return _nothing(_contract(number), forms.PlanForm(formdata=None), "performance.show")


@bp.route("/contracts/elsewhere/<number>/next", methods=["GET", "POST"])
@guarded(policy.PLAN)
def plan_elsewhere(number: str) -> Any:
    """Put what follows a contract made elsewhere on the calendar."""
    return _plan(_elsewhere(number), forms.PlanElsewhereForm())


@bp.post("/contracts/elsewhere/<number>/next/nothing")
@guarded(policy.PLAN)
def nothing_elsewhere(number: str) -> Any:
    """Say that nothing follows a contract made elsewhere."""
    return _nothing(_elsewhere(number), forms.PlanElsewhereForm(formdata=None), "externals.show")


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
