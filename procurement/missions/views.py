"""Pages on who may compete for reserved services."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from cwb.kernel.clock import local_date
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import paged
from cwb.web.request import actor, db, now
from cwb.web.submit import see_other, submit
from procurement.advice.gateway import law
from procurement.missions import forms, policy, queries, rules, services

bp = Blueprint("missions", __name__, url_prefix="/missions")


def _shown() -> dict[str, Any]:
    """What every page here says of standings and of the law."""
    rule = law().reserved_services
    return {
        "article": rule.article, "standings": rules.STANDINGS, "fits": rules.FITS, "today": local_date(now()),
        "profits": rules.PROFITS, "controls": rules.CONTROLS, "years": rules.YEARS_BETWEEN, "most": rule.most_years,
    }  # fmt: skip


@bp.get("")
@guarded(policy.STATE)
def index() -> str:
    """The answers of the own organisation and what they mean."""
    own = actor().organisation_id or 0
    found = queries.in_force(db(), [own], now()).get(own)
    return render_template("procurement/missions/index.html", mission=found, form=forms.ActForm(), **_shown())


@bp.route("/state", methods=["GET", "POST"])
@guarded(policy.STATE)
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


@bp.post("/<uuid:public_id>/withdraw")
@guarded(policy.STATE)
def withdraw(public_id: UUID) -> Any:
    """Take the answers back."""
    return submit(
        forms.ActForm(),
        lambda session: services.withdraw_mission(
            session, mission=queries.mission(session, public_id), actor=actor(), at=now()
        ),
        then=lambda _done: url_for("missions.index"), said=_("Ingetrokken."),
        page=lambda: see_other(url_for("missions.index")),
    )  # fmt: skip


@bp.get("/all")
@guarded(policy.READ)
def every() -> str:
    """All that stand, what waits for a check first."""
    return render_template(
        "procurement/missions/every.html", page=paged(db(), queries.every()),
        may_check=policy.CHECK.open_to(actor()), **_shown(),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/check", methods=["GET", "POST"])
@guarded(policy.CHECK)
def check(public_id: UUID) -> Any:
    """Say whether the statutes show what was answered."""
    form = forms.CheckForm()
    return submit(
        form,
        lambda session: services.check_statement(
            session, mission=queries.mission(session, public_id), accepted=form.outcome.data == "yes",
            note=form.note.data or "", actor=actor(), at=now(),
        ),
        then=lambda _done: url_for("missions.every"), said=_("Bewaard. Het bestuur krijgt bericht."),
        page=lambda: render_template(
            "procurement/missions/check.html", form=form, mission=queries.mission(db(), public_id), **_shown()
        ),
    )  # fmt: skip
