"""The page of a rectification."""

from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, url_for

from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from procurement.advice.gateway import law
from procurement.demands.queries import demands
from procurement.demands.rules import CODE_TEXTS
from procurement.rectification import forms, rules, services
from procurement.tenders import policy
from procurement.tenders import queries as tenders
from procurement.tenders.errors import NotOpen
from procurement.tenders.forms import changed_names
from procurement.tenders.models import Tender
from procurement.tenders.rules import OPEN_STATES, state_of
from procurement.wage_floors.queries import find_floor

bp = Blueprint("rectification", __name__, url_prefix="/tenders")


def _again(tender: Tender) -> datetime | None:
    """Until when one may apply again if a demand becomes lower now; None: applying runs, or there is none."""
    days = services.reopening(tender, now())
    if not days or tender.apply_until is None:
        return None
    return rules.applies_again(apply_until=tender.apply_until, at=now(), days=days)


@bp.route("/<number>/rectify", methods=["GET", "POST"])
@guarded(policy.MOVE)
def rectify(number: str) -> Any:
    """Change the content of an open tender, with the reason."""
    tender = tenders.tender(db(), number, actor())
    permit(policy.may(actor(), policy.MOVE, tender))
    if tender.closes_at is None or state_of(tender, now()) not in OPEN_STATES:
        raise NotOpen
    days = law().settings.after_change
    asked = demands(db(), tender.id)
    form = forms.RectifyForm(tender=tender, asked=asked, told=find_floor(db(), tender.id))
    return submit(
        form,
        lambda session: services.amend_content(
            session, tender=tender, law=law(), user_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _done: url_for("tenders.show", number=number, _anchor="wijzigingen"),
        said=_("De wijziging is gepubliceerd. Iedereen die volgt, krijgt bericht."),
        page=lambda: render_template(
            "procurement/rectification/rectify.html",
            form=form,
            tender=tender,
            days=days,
            earliest=rules.closes_after(tender.closes_at or now(), now(), days),
            names=changed_names(tender),
            asked={rules.demand_name(each.id): each for each in asked},
            demand_texts=CODE_TEXTS,
            may_lower=tender.selected_at is None,
            again=_again(tender),
        ),
    )
