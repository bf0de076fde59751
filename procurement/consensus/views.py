"""Pages of the joint round. Here too nothing holds a name or a price of a bidder."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from cwb.kernel.transaction import atomic
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from procurement.consensus import forms, services
from procurement.evaluation import forms as evaluation_forms
from procurement.evaluation import queries
from procurement.evaluation import services as evaluation
from procurement.evaluation.errors import EvaluationNotFound
from procurement.panels import policy
from procurement.panels import queries as panels
from procurement.tenders.models import Tender

bp = Blueprint("consensus", __name__, url_prefix="/tenders/<number>/evaluation")


def _tender(number: str) -> Tender:
    tender = queries.tender(db(), number)
    permit(policy.may(actor(), policy.ASSESS, tender))
    return tender


@bp.route("/together", methods=["GET", "POST"])
@guarded(policy.ASSESS)
def begin(number: str) -> Any:
    """Begin the joint round."""
    tender = _tender(number)
    if request.method == "GET" and not panels.leads(db(), tender.id, actor().user_id):
        return passed(url_for("evaluation.show", number=number), _("Dit doet de voorzitter van het team."))
    form = forms.BeginForm()
    return submit(
        form,
        lambda session: services.begin(session, tender=tender, actor=actor(), at=now()),
        then=lambda _made: url_for("evaluation.show", number=number),
        said=_("Het gesprek is begonnen. De eigen punten staan vast."),
        page=lambda: render_template(
            "procurement/consensus/begin.html", form=form, tender=tender,
            left=evaluation.progress(db(), tender).to_score, begun=queries.find_round(db(), tender.id),
        ),
    )  # fmt: skip


@bp.route("/bids/<label>/agree", methods=["GET", "POST"])
@guarded(policy.ASSESS)
def agree(number: str, label: str) -> Any:
    """What the panel agreed on one bid; beside it what each member gave, and what was agreed before."""
    tender = _tender(number)
    with atomic(db()) as session:
        bids = evaluation.blind_bids(session, tender=tender, actor=actor(), at=now())
    bid = next((each for each in bids if each.label == label), None)
    if bid is None:
        raise EvaluationNotFound
    services.check_joint(db(), tender)
    asked, bid_id = queries.asked(bid.lot), evaluation.opened_bid(db(), tender, label).id
    kept = [each for each in queries.consensus(db(), tender.id) if each.opened_bid_id == bid_id]
    form = evaluation_forms.score_form(asked, {each.criterion.code: each for each in kept})
    return submit(
        form,
        lambda session: services.agree(
            session, tender=tender, label=label, scores=form.values(), actor=actor(), at=now()
        ),
        then=lambda _kept: url_for("evaluation.show", number=number),
        said=_("Het gezamenlijke oordeel is bewaard."),
        page=lambda: render_template(
            "procurement/consensus/agree.html", form=form, tender=tender, bid=bid, asked=asked,
            given=[each for each in queries.scores(db(), tender.id) if each.opened_bid_id == bid_id],
            earlier=[each for each in queries.earlier_consensus(db(), tender.id) if each.opened_bid_id == bid_id],
        ),
    )  # fmt: skip
