"""The page that stops a lot."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from procurement.awards import policy
from procurement.awards import queries as awards
from procurement.contracts import queries as contracts
from procurement.lots.errors import LotNotFound
from procurement.stops import forms, services
from procurement.tenders.models import Tender

bp = Blueprint("stops", __name__, url_prefix="/tenders/<number>/lots")


def _found(number: str) -> Tender:
    tender = awards.tender(db(), number)
    permit(policy.may(actor(), policy.DECIDE, tender))
    return tender


@bp.get("/stop")
@guarded(policy.DECIDE)
def index(number: str) -> str:
    """Which lots run, and which were stopped."""
    tender = _found(number)
    return render_template(
        "procurement/stops/index.html", tender=tender, contracts=contracts.of_tender(db(), tender.id)
    )


@bp.route("/<int:lot>/stop", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def stop(number: str, lot: int) -> Any:
    """Stop one lot."""
    tender = _found(number)
    if lot not in {each.number for each in tender.lots}:
        raise LotNotFound
    which = next(each.id for each in tender.lots if each.number == lot)
    if request.method == "GET" and which in contracts.of_tender(db(), tender.id):
        words = _("Voor dit perceel is al een contract gemaakt. Stoppen kan hier niet meer.")
        return passed(url_for("stops.index", number=number), words)
    form = forms.StopForm()

    def page() -> str:
        shown = awards.tender(db(), number)
        return render_template(
            "procurement/stops/stop.html", form=form, tender=shown,
            lot=next(each for each in shown.lots if each.number == lot),
        )  # fmt: skip

    return submit(
        form,
        lambda session: services.stop_lot(
            session, tender=tender, lot=lot, reason=form.reason.data, actor=actor(), at=now()
        ),
        then=lambda _made: url_for("stops.index", number=number),
        said=_("Gestopt. Wie meedeed, kreeg bericht. De andere percelen gaan door."),
        page=page,
    )
