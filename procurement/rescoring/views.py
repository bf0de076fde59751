"""Pages of scoring a bid anew."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from cwb.kernel.policy import Action
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from procurement.awards import queries as awards
from procurement.evaluation import forms as evaluation_forms
from procurement.evaluation import queries as evaluations
from procurement.evaluation import services as evaluation
from procurement.panels import policy
from procurement.panels import queries as panels
from procurement.rescoring import forms, queries, rules, services
from procurement.tenders.models import Tender

bp = Blueprint("rescoring", __name__, url_prefix="/tenders/<number>/rescoring")


def _tender(number: str, action: Action) -> Tender:
    tender = evaluations.tender(db(), number)
    permit(policy.may(actor(), action, tender))
    return tender


@bp.get("")
@guarded(policy.SEE)
def index(number: str) -> str:
    """What was scored anew, by whom, why, and what it changed; from here it is asked."""
    tender = _tender(number, policy.SEE)
    earlier = {(each.lot_id, each.version): each for each in evaluations.earlier_evaluations(db(), tender.id)}
    found = queries.rescorings(db(), tender.id)
    changed = {
        each.id: rules.compared(earlier[each.bid.lot_id, each.evaluation.version - 1].outcome, each.evaluation.outcome)
        for each in found if each.evaluation is not None
    }  # fmt: skip
    return render_template(
        "procurement/rescoring/index.html", tender=tender, rescorings=found, changed=changed, grounds=rules.GROUNDS,
        names=_names(tender), person=actor().user_id, may_ask=policy.may(actor(), policy.COMPOSE, tender),
        labels=_labels(tender), is_chair=_is_chair,
    )  # fmt: skip


def _is_chair(tender: Tender) -> bool:
    """Whether the reader writes down what the panel agreed."""
    return panels.leads(db(), tender.id, actor().user_id)


def _names(tender: Tender) -> dict[str, str]:
    """Criteria by code, of all lots."""
    return {each.code: each.name for lot in tender.lots for each in evaluations.quality(lot)}


def _labels(tender: Tender) -> list[str]:
    """Labels of ranked bids on lots without an award that stands."""
    settled = awards.settled(db(), tender.id)
    return [
        each["id"]
        for lot_id, found in evaluations.running_evaluations(db(), tender.id).items() if lot_id not in settled
        for each in found.input["bids"]
    ]  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@guarded(policy.COMPOSE)
def ask(number: str) -> Any:
    """Ask that a bid is scored anew."""
    tender = _tender(number, policy.COMPOSE)
    labels = _labels(tender)
    form = forms.AskForm(labels=labels, criteria=_names(tender))
    return submit(
        form,
        lambda session: services.ask_rescoring(
            session, tender=tender, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("rescoring.index", number=number),
        said=_("Bewaard. Een andere inkoper beslist nu."),
        page=lambda: render_template(
            "procurement/rescoring/ask.html", form=form, tender=tender, labels=labels,
            decided=bool(awards.settled(db(), tender.id)), running=queries.find_open(db(), tender.id),
        ),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/decide", methods=["GET", "POST"])
@guarded(policy.COMPOSE)
def decide(number: str, public_id: UUID) -> Any:
    """Agree or refuse, as a second person."""
    tender = _tender(number, policy.COMPOSE)
    queries.rescoring(db(), tender.id, public_id)
    form = forms.DecideForm()
    return submit(
        form,
        lambda session: services.decide_rescoring(
            session, tender=tender, public_id=public_id, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("rescoring.index", number=number),
        said=_("Uw beslissing is bewaard."),
        page=lambda: render_template(
            "procurement/rescoring/decide.html", form=form, tender=tender, names=_names(tender),
            asked=queries.rescoring(db(), tender.id, public_id), grounds=rules.GROUNDS, person=actor().user_id,
        ),
    )  # fmt: skip


def _before(tender_id: int, public_id: UUID) -> dict[str, Any]:
    """The request and the points that stand now, read anew: a refused act forgets what was read."""
    asked = queries.rescoring(db(), tender_id, public_id)
    return {"asked": asked, "before": {
        each.criterion.code: each
        for each in evaluations.consensus(db(), tender_id)
        if each.opened_bid_id == asked.opened_bid_id and each.criterion.code in asked.codes
    }}  # fmt: skip


@bp.route("/<uuid:public_id>/scores", methods=["GET", "POST"])
@guarded(policy.ASSESS)
def settle(number: str, public_id: UUID) -> Any:
    """The chair writes down the new points."""
    tender = _tender(number, policy.ASSESS)
    asked = queries.rescoring(db(), tender.id, public_id)
    criteria = [
        each for each in evaluations.asked(evaluation.lot_of(tender, asked.bid)) if each.code in asked.codes
    ]
    form = evaluation_forms.score_form(criteria, {}, forms.SureForm)
    return submit(
        form,
        lambda session: services.settle_rescoring(
            session, tender=tender, public_id=public_id, scores=form.values(), actor=actor(), at=now()
        ),
        then=lambda _made: url_for("evaluation.show", number=number),
        said=_("De nieuwe punten staan vast. De rangorde is opnieuw berekend."),
        page=lambda: render_template(
            "procurement/rescoring/settle.html", form=form, tender=tender, criteria=criteria,
            is_chair=_is_chair, **_before(tender.id, public_id),
        ),
    )  # fmt: skip
