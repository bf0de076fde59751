"""Pages on who may compete for reserved contracts."""

from typing import Any

from flask import Blueprint, render_template, url_for

from cwb.kernel.clock import local_date
from cwb.web.guards import guarded
from cwb.web.i18n import _, _l
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from procurement.advice.gateway import law
from procurement.reserved.policy import STATE
from procurement.reserved.rules import FITS, STANDINGS
from procurement.reserved.views import add_pages
from procurement.workplaces import forms, queries, rules, services
from procurement.workplaces.models import WorkplaceCount

bp = Blueprint("workplaces", __name__, url_prefix="/workplaces")


def _shown() -> dict[str, Any]:
    """What every page here says of standings and of the law."""
    rule = law().reserved_workplaces
    return {
        "percent": rule.share_percent, "article": rule.article, "source": rule.source, "standings": STANDINGS,
        "fits": FITS, "today": local_date(now()), "proofs": rules.PROOFS, "share": rules.share,
        "lacking": rules.lacking,
    }  # fmt: skip


@bp.get("")
@guarded(STATE)
def index() -> str:
    """The counts of the own organisation, what they mean, and what lacks."""
    found = queries.counts(db(), actor().organisation_id or 0)
    counting = next((each for each in found if each.withdrawn_at is None), None)
    return render_template("procurement/workplaces/index.html", counts=found, counting=counting, **_shown())


@bp.route("/state", methods=["GET", "POST"])
@guarded(STATE)
def state() -> Any:
    """Write down a count."""
    form = forms.count_form()
    return submit(
        form,
        lambda session: services.state_count(session, facts=form.facts(), actor=actor(), at=now()),
        then=lambda _made: url_for("workplaces.index"),
        said=_(
            "Bewaard. Het programma controleert uw bewijs. U kunt nu al meedoen als uw aandeel hoog genoeg is."
        ),
        page=lambda: render_template("procurement/workplaces/state.html", form=form, **_shown()),
    )


add_pages(
    bp, WorkplaceCount, shown=_shown, withdrawn=_l("Ingetrokken. U kunt nu niet meedoen met voorbehouden opdrachten."),
    question=_l("Klopt de telling met het bewijs?"), yes=_l("Ja, het bewijs laat dit zien"),
)  # fmt: skip
