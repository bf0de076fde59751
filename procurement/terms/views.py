"""Pages of the term of a tender."""

from typing import Any

from flask import Blueprint, render_template, url_for

from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import submit
from procurement.tenders import errors, policy
from procurement.tenders import queries as tenders
from procurement.tenders.views import said_of_draft
from procurement.terms import forms, queries, services

bp = Blueprint("terms", __name__)


@bp.get("/tenders/<number>/term")
@public
def show(number: str) -> str:
    """The term of the contract and its extensions, drawn as a line."""
    tender = tenders.tender(db(), number, find_actor())
    return render_template(
        "procurement/terms/show.html", tender=tender, extensions=queries.find_extensions(db(), tender.id)
    )


@bp.route("/tenders/<number>/extensions", methods=["GET", "POST"])
@guarded(policy.EDIT)
def edit(number: str) -> Any:
    """Say in a draft how the contract can be extended."""
    tender = tenders.tender(db(), number, actor())
    permit(policy.may(actor(), policy.EDIT, tender))
    if tender.published_at is not None or tender.cancelled_at is not None:
        raise errors.NotDraft
    told = queries.find_extensions(db(), tender.id)
    form = forms.ExtensionForm(
        data={"times": told.times, "months": told.months, "notice_days": told.notice_days} if told else {}
    )
    return submit(
        form,
        lambda session: services.set_extensions(
            session, tender=tender, user_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _made: url_for("drafting.show", number=number),
        said=said_of_draft(tender, _("Bewaard.")),
        page=lambda: render_template("procurement/terms/edit.html", form=form, number=number),
    )
