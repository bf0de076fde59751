"""The page for the end of a contract made elsewhere."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, url_for

from cwb.kernel.clock import local_date
from cwb.places.gateway import area_pack
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, day
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from procurement.endings import forms, queries, services
from procurement.externals import policy
from procurement.externals import queries as externals
from procurement.externals.errors import ExternalNotFound
from procurement.externals.models import ExternalContract
from procurement.renewals.errors import NotEnding
from procurement.renewals.forms import NothingForm

bp = Blueprint("endings", __name__, url_prefix="/contracts/elsewhere")


def _contract(number: str) -> ExternalContract:
    found = externals.external(db(), number)
    if not policy.may(actor(), policy.SEE, found):
        raise ExternalNotFound
    permit(policy.may(actor(), policy.ENTER, found))
    ending = queries.find_ending(db(), found.id)
    if ending is None or ending.posted_at is not None or found.withdrawn_at is not None:
        raise NotEnding
    return found


def _page(number: str, form: forms.FollowForm | None, nothing: NothingForm | None) -> str:
    contract = externals.external(db(), number)
    kind = area_pack().category_of(contract.cpv) if contract.cpv else None
    last = day(contract.ends_on)
    told = {
        "title": contract.title, "wanted_from": max(contract.ends_on, local_date(now())) + timedelta(days=1),
        "purpose": _("Dit volgt op contract %(number)s, dat eindigt op %(on)s.", number=number, on=last),
        "category": kind.id if kind else None, "cpv": contract.cpv,
    }  # fmt: skip
    return render_template(
        "procurement/endings/plan.html", contract=contract, failed=form or nothing,
        form=form or forms.FollowForm(formdata=None, data=told), nothing=nothing or NothingForm(formdata=None),
    )  # fmt: skip


@bp.route("/<number>/next", methods=["GET", "POST"])
@guarded(policy.ENTER)
def plan(number: str) -> Any:
    """Put what follows on the calendar."""
    contract, form = _contract(number), forms.FollowForm()
    return submit(
        form,
        lambda session: services.plan_need(
            session, contract=contract, actor=actor(), at=now(), **form.values()
        ),
        then=lambda need: url_for("needs.show", number=need.number),
        said=_("De behoefte staat op de kalender."),
        page=lambda: _page(number, form if form.is_submitted() else None, None),
    )


@bp.post("/<number>/next/nothing")
@guarded(policy.ENTER)
def nothing(number: str) -> Any:
    """Say that nothing follows."""
    contract, form = _contract(number), NothingForm()
    return submit(
        form,
        lambda session: services.end_without(
            session, contract=contract, reason=form.reason.data or "", actor=actor(), at=now()
        ),
        then=lambda _made: url_for("externals.show", number=number),
        said=_("Vastgelegd."),
        page=lambda: _page(number, None, form),
    )
