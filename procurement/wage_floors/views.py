"""Pages of the wage floor: set it in a draft, read it and reckon with it as a bidder."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from coops.wages.gateway import wages
from cwb.kernel.clock import local_date
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import submit
from procurement.tenders import errors, policy
from procurement.tenders import queries as tenders
from procurement.tenders.views import said_of_draft
from procurement.wage_floors import forms, queries, rules, services

bp = Blueprint("wage_floors", __name__)


@bp.get("/tenders/<number>/wages")
@public
def show(number: str) -> str:
    """What an hour pays at least, why, and a sum to try before bidding."""
    tender = tenders.tender(db(), number, find_actor())
    floor = queries.find_floor(db(), tender.id)
    form, tried = forms.TryForm(request.args), None
    if floor is not None and request.args and form.validate():
        tried = rules.sums(form.labour(), floor)[0]
    return render_template(
        "procurement/wage_floors/show.html",
        tender=tender,
        floor=floor,
        form=form,
        tried=tried,
        asked=bool(request.args),
    )


@bp.route("/tenders/<number>/wages/edit", methods=["GET", "POST"])
@guarded(policy.EDIT)
def edit(number: str) -> Any:
    """Set the floor and name the CAO in a draft."""
    tender = tenders.tender(db(), number, actor())
    permit(policy.may(actor(), policy.EDIT, tender))
    if tender.published_at is not None or tender.cancelled_at is not None:
        raise errors.NotDraft
    told, today = queries.find_floor(db(), tender.id), local_date(now())
    wage = wages().wage(today)
    form = forms.FloorForm(data=forms.floor_data(told))
    return submit(
        form,
        lambda session: services.set_floor(
            session, tender=tender, wage=wage, user_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _made: url_for("drafting.show", number=number),
        said=said_of_draft(tender, _("Bewaard.")),
        page=lambda: render_template(
            "procurement/wage_floors/edit.html",
            form=form,
            number=number,
            told=told,
            wage=wage,
            is_stale=wage.is_stale(today),
        ),
    )
