"""Pages of targets: how they stand for everyone, proposing and deciding for who may."""

from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, render_template, url_for

from cwb.kernel.clock import local_date
from cwb.places.gateway import area_pack
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import passed, submit
from ledger.publication.queries import find_latest
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


@bp.get("")
@public
def index() -> Any:
    """Every target: how it stands in the latest quarter that is over, and what was decided before."""
    every = queries.targets(db())
    over = next((each for each in quarters(db()) if each.end <= local_date(now())), None)
    area = area_pack(current_app.extensions["cwb.config"])
    who = find_actor()
    return render_template(
        "ledger/targets/index.html", targets=every, period=over,
        signed=find_latest(db(), str(over)) if over else None,
        measures=MEASURES, years=YEARS, share=_share,
        judged=services.judged(db(), every, over, area) if over else [], decimal=_decimal,
        may_propose=who is not None and policy.PROPOSE.open_to(who),
        may_decide=lambda each: who is not None and policy.may(who, policy.DECIDE, each),
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
