"""The page that starts a mini-competition; from there on it is a tender like any other."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for

from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from procurement.advice.gateway import law
from procurement.call_offs import policy, queries, rules
from procurement.call_offs.views import FULL, is_full, seen
from procurement.competitions import forms, services
from procurement.tenders.rules import earliest_closing, workable_closing

bp = Blueprint("competitions", __name__)


@bp.route("/frameworks/<number>/competition", methods=["GET", "POST"])
@guarded(policy.PLACE)
def start(number: str) -> Any:
    """Ask all suppliers of the framework for an offer, under seal."""
    framework, _there = seen(number)
    permit(policy.may_place(actor(), framework))
    rules.check_shared(framework.tender.framework)
    if request.method == "GET" and is_full(framework):
        return passed(url_for("call_offs.show", number=number), FULL)
    days = services.least_days(law())
    closes = workable_closing(earliest_closing(now(), days + 3))
    form = forms.CompetitionForm(
        data={
            "starts_on": max(local_date(closes) + timedelta(days=30), framework.starts_on),
            "ends_on": framework.ends_on,
            "closes_at": closes,
        }
    )

    def page() -> str:
        fresh, there = seen(number)
        most, taken = Money(fresh.tender.framework_max_minor or 0), queries.taken(db(), fresh.tender_id)
        return render_template(
            "procurement/competitions/start.html", form=form, framework=fresh, days=days,
            parties=[each for each in there if each.joined_at is not None], left=rules.left(most, taken),
        )  # fmt: skip

    return submit(
        form,
        lambda session: services.start_competition(
            session, framework=framework, law=law(), actor=actor(), at=now(), **form.values()
        ),
        then=lambda made: url_for("drafting.show", number=made.number),
        said=_("Het concept staat klaar. Vraag nu een collega om te controleren."),
        page=page,
    )  # fmt: skip
