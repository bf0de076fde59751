"""Pages of targets: how they stand for everyone, proposing and deciding for who may."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, render_template, url_for

from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from cwb.places.gateway import area_pack
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import passed, submit
from ledger.drafts.services import newest_signed
from ledger.exports.gateway import export
from ledger.figure.rules import same_figures
from ledger.rollups.queries import quarters
from ledger.share.rules import ratio
from ledger.targets import forms, policy, queries, services
from ledger.targets.models import Target
from ledger.targets.rules import MEASURES, WHOLE, YEARS

bp = Blueprint("targets", __name__, url_prefix="/spend/targets")


def _decimal(value: Fraction | None) -> Decimal | None:
    return None if value is None else Decimal(ratio(value) or "0")


def _share(target: Target) -> Decimal:
    return Decimal(target.share) / WHOLE


def _standing(every: Sequence[Target]) -> dict[str, Any]:
    """How the targets stand in the latest quarter that was signed, and which quarters wait for a signature."""
    newest = newest_signed(db())
    if newest is None:
        return {"signed": None, "judged": [], "waits": [], "changed": False}
    signed, body = newest
    period, today = Period.parse(signed.period), local_date(now())
    judged = services.judged(db(), every, period)
    current = export(db(), period, area_pack(current_app.extensions["cwb.config"])) if judged else body
    waits = [str(each) for each in reversed(quarters(db())) if period.end <= each.start <= today]
    return {"signed": signed, "judged": judged, "waits": waits, "changed": not same_figures(body, current)}


@bp.get("")
@public
def index() -> Any:
    """Every target: how it stands in the latest quarter that was signed, and what was decided before."""
    every = queries.targets(db())
    who = find_actor()
    return render_template(
        "ledger/targets/index.html", targets=every, measures=MEASURES, years=YEARS, share=_share, decimal=_decimal,
        may_propose=who is not None and policy.PROPOSE.open_to(who),
        may_decide=lambda each: who is not None and policy.may(who, policy.DECIDE, each), **_standing(every),
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@guarded(policy.PROPOSE)
def propose() -> Any:
    """Propose a target: for one's own organisation, or for all together."""
    form = forms.TargetForm()
    form.offer(local_date(now()).year)
    own = policy.own_anchor(actor())
    return submit(
        form,
        lambda session: services.propose_target(
            session, anchor_id=own, actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _made: url_for("targets.index"),
        said=_("Voorgesteld. Iemand anders beslist erover."),
        page=lambda: render_template(
            "ledger/targets/propose.html", form=form, name=actor().organisation_name if own else ""
        ),
    )


@bp.route("/<uuid:public_id>/decide", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def decide(public_id: UUID) -> Any:
    """Say yes or no."""
    target = queries.target(db(), public_id)
    permit(policy.may(actor(), policy.DECIDE, target))
    if target.decision is not None:
        return passed(url_for("targets.index"), _("Over dit doel is al beslist."))
    form = forms.DecisionForm()
    return submit(
        form,
        lambda session: services.decide_target(
            session, target=target, actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _made: url_for("targets.index"),
        said=_("Uw besluit is opgeslagen."),
        page=lambda: render_template(
            "ledger/targets/decide.html", form=form, target=target, measures=MEASURES, years=YEARS, share=_share(target)
        ),
    )  # fmt: skip
