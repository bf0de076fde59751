"""Pages on who may compete for reserved contracts."""

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
from procurement.workplaces import forms, policy, queries, rules, services

bp = Blueprint("workplaces", __name__, url_prefix="/workplaces")


def _shown() -> dict[str, Any]:
    """What every page here says of standings and of the law."""
    rule = law().reserved_workplaces
    return {
        "percent": rule.share_percent, "article": rule.article, "source": rule.source, "standings": rules.STANDINGS,
        "fits": rules.FITS, "today": local_date(now()), "proofs": rules.PROOFS, "share": rules.share,
        "lacking": rules.lacking,
    }  # fmt: skip


@bp.get("")
@guarded(policy.STATE)
def index() -> str:
    """The counts of the own organisation, what they mean, and what lacks."""
    found = queries.counts(db(), actor().organisation_id or 0)
    counting = next((each for each in found if each.withdrawn_at is None), None)
    return render_template("procurement/workplaces/index.html", counts=found, counting=counting, **_shown())


@bp.route("/state", methods=["GET", "POST"])
@guarded(policy.STATE)
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


@bp.post("/<uuid:public_id>/withdraw")
@guarded(policy.STATE)
def withdraw(public_id: UUID) -> Any:
    """Take a count back."""
    return submit(
        forms.ActForm(),
        lambda session: services.withdraw_count(
            session, count=queries.count(session, public_id), actor=actor(), at=now()
        ),
        then=lambda _done: url_for("workplaces.index"),
        said=_("Ingetrokken. U kunt nu niet meedoen met voorbehouden opdrachten."),
        page=lambda: see_other(url_for("workplaces.index")),
    )


@bp.get("/all")
@guarded(policy.READ)
def every() -> str:
    """All counts that stand, what waits for a check first."""
    return render_template(
        "procurement/workplaces/every.html", page=paged(db(), queries.every()),
        may_check=policy.CHECK.open_to(actor()), **_shown(),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/check", methods=["GET", "POST"])
@guarded(policy.CHECK)
def check(public_id: UUID) -> Any:
    """Say whether the proof shows what was stated."""
    form = forms.CheckForm()
    return submit(
        form,
        lambda session: services.check_proof(
            session, count=queries.count(session, public_id), accepted=form.outcome.data == "yes",
            note=form.note.data or "", actor=actor(), at=now(),
        ),
        then=lambda _done: url_for("workplaces.every"),
        said=_("Bewaard. Het bestuur krijgt bericht."),
        page=lambda: render_template(
            "procurement/workplaces/check.html", form=form, count=queries.count(db(), public_id), **_shown()
        ),
    )  # fmt: skip
