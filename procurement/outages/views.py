"""The page of outages."""

from typing import Any

from flask import Blueprint, render_template, url_for

from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from procurement.advice.gateway import law
from procurement.outages import forms, policy, queries, services

bp = Blueprint("outages", __name__)


@bp.route("/outages", methods=["GET", "POST"])
@guarded(policy.NOTE)
def index() -> Any:
    """Every outage noted, and a form for the next."""
    days = law().settings.outage
    form = forms.OutageForm()
    return submit(
        form,
        lambda session: services.note_outage(
            session, least_days=days, user_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _made: url_for("outages.index"),
        said=_("Genoteerd. Alle lopende aanbestedingen sluiten later, en wie volgt kreeg bericht."),
        page=lambda: render_template(
            "procurement/outages/index.html", form=form, outages=queries.outages(db()), days=days
        ),
    )
