"""Pages on who may compete for reserved services."""

from typing import Any

from flask import Blueprint, render_template, url_for

from cwb.kernel.clock import local_date
from cwb.web.guards import guarded
from cwb.web.i18n import _, _l
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from procurement.advice.gateway import law
from procurement.missions import forms, rules, services
from procurement.missions.models import Mission
from procurement.reserved.policy import STATE
from procurement.reserved.queries import in_force
from procurement.reserved.rules import FITS, STANDINGS
from procurement.reserved.views import add_pages

bp = Blueprint("missions", __name__, url_prefix="/missions")


def _shown() -> dict[str, Any]:
    """What every page here says of standings and of the law."""
    rule = law().reserved_services
    return {
        "article": rule.article, "standings": STANDINGS, "fits": FITS, "today": local_date(now()),
        "profits": rules.PROFITS, "controls": rules.CONTROLS, "years": rules.YEARS_BETWEEN, "most": rule.most_years,
    }  # fmt: skip


@bp.get("")
@guarded(STATE)
def index() -> str:
    """The answers of the own organisation and what they mean."""
    own = actor().organisation_id or 0
    found = in_force(db(), Mission, [own], now()).get(own)
    return render_template("procurement/missions/index.html", stated=found, **_shown())


@bp.route("/state", methods=["GET", "POST"])
@guarded(STATE)
def state() -> Any:
    """Answer the questions."""
    form = forms.MissionForm(data={"valid_until": local_date(now()) + rules.LONGEST})
    return submit(
        form,
        lambda session: services.state_mission(session, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("missions.index"),
        said=_("Bewaard. Het programma controleert dit. U kunt nu al meedoen."),
        page=lambda: render_template("procurement/missions/state.html", form=form, **_shown()),
    )


add_pages(
    bp, Mission, shown=_shown, withdrawn=_l("Ingetrokken."), question=_l("Klopt dit met de statuten?"),
    yes=_l("Ja, de statuten laten dit zien"),
)  # fmt: skip
