"""Pages of an evaluation. Before freezing nothing here holds a name or a price."""

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from cwb.kernel.money import Money
from cwb.kernel.policy import Action
from cwb.kernel.transaction import atomic
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from procurement.consortia.rules import party_name
from procurement.evaluation import forms, queries, rules, services
from procurement.evaluation.errors import EvaluationNotFound, NoTie
from procurement.opening import services as openings
from procurement.panels import policy
from procurement.panels import queries as panels
from procurement.tenders.models import Tender

bp = Blueprint("evaluation", __name__, url_prefix="/tenders/<number>/evaluation")


def _tender(number: str, action: Action) -> Tender:
    tender = queries.tender(db(), number)
    permit(policy.may(actor(), action, tender))
    return tender


@bp.get("")
@guarded(policy.SEE)
def show(number: str) -> str:
    """How far it is, what waits for this person, and after freezing the ranking."""
    tender = _tender(number, policy.SEE)
    frozen, stopped = tender.scores_frozen_at is not None, bool(tender.cancelled_at or tender.unsuccessful_at)
    found = services.Progress(0, 0, {}, 0) if frozen or stopped else services.progress(db(), tender)
    step = rules.step(
        is_stopped=stopped, is_opened=tender.opened_at is not None, is_frozen=frozen,
        is_joint=frozen or queries.find_round(db(), tender.id) is not None, to_score=found.to_score,
        to_agree=found.to_agree,
    )  # fmt: skip
    panel = panels.panel(db(), tender.id)
    seat = next((each for each in panel if each.user_id == actor().user_id), None)
    bids: list[services.Blind] = []
    if seat is not None and seat.is_able and found.valid and policy.may(actor(), policy.ASSESS, tender):
        with atomic(db()) as session:
            bids = services.blind_bids(session, tender=tender, actor=actor(), at=now())
    return render_template(
        "procurement/evaluation/show.html",
        tender=tender, step=step, progress=found, seat=seat, bids=bids, panel=panel,
        done=services.done_by(db(), tender, seat) if seat and bids else set(),
        rankings=_rankings(tender) if frozen else [],
        labels=sorted(services.labels(db(), tender).values()) if found.valid else [],
        criteria=[(lot, queries.asked(lot)) for lot in tender.lots],
        may_compose=policy.may(actor(), policy.COMPOSE, tender),
    )  # fmt: skip


def _rankings(tender: Tender) -> list[dict[str, Any]]:
    """The frozen ranking of each lot with names and prices: for the buyer's people and auditors, written down."""
    with atomic(db()) as session:
        opened = openings.read_bids(session, tender=tender, actor=actor(), purpose="ranking", at=now())
    bids = {each.label: each for each in opened}
    names = {each.id: each.name for each in queries.bidders(db(), tender.id)}
    found, broken = queries.evaluations(db(), tender.id), queries.tie_breaks(db(), tender.id)
    given = services.allocation(db(), tender)

    def line(each: dict[str, Any]) -> dict[str, Any]:
        bid = bids[each["id"]]
        total = each["total"] and Decimal(each["total"])
        name = party_name(names[bid.organisation_id], bid.content)
        return {**each, "total": total, "name": name, "price": bid.price_minor}

    return [
        {
            "lot": lot, "evaluation": (stored := found.get(lot.id)), "broken": broken.get(lot.id, ()),
            "lines": [line(each) for each in stored.outcome["ranking"]] if stored else [],
            "is_anew": stored is not None and stored.version > 1,
            "tied": given.ties.get(lot.id, ()), "winner": given.winners[lot.id],
            "passed": given.passed_over.get(lot.id, ()),
        }
        for lot in tender.lots
    ]  # fmt: skip


def _blind(tender: Tender, label: str) -> services.Blind:
    with atomic(db()) as session:
        bids = services.blind_bids(session, tender=tender, actor=actor(), at=now())
    found = next((each for each in bids if each.label == label), None)
    if found is None:
        raise EvaluationNotFound
    return found


@bp.route("/bids/<label>", methods=["GET", "POST"])
@guarded(policy.ASSESS)
def score(number: str, label: str) -> Any:
    """One member's own scores of one bid."""
    tender = _tender(number, policy.ASSESS)
    bid = _blind(tender, label)
    asked = queries.asked(bid.lot)
    seat = panels.find_member(db(), tender.id, actor().user_id)
    bid_id = services.opened_bid(db(), tender, label).id
    scores = queries.scores(db(), tender.id, seat.id if seat else 0)
    own = {each.criterion.code: each for each in scores if each.opened_bid_id == bid_id}
    form = forms.score_form(asked, own)
    begun = queries.find_round(db(), tender.id)
    return submit(
        form,
        lambda session: services.save_scores(
            session, tender=tender, label=label, scores=form.values(), actor=actor(), at=now()
        ),
        then=lambda _kept: url_for("evaluation.show", number=number),
        said=_("Bewaard. Alleen u ziet dit, tot het gezamenlijke gesprek begint."),
        page=lambda: render_template(
            "procurement/evaluation/score.html", form=form, tender=tender, bid=bid, asked=asked, own=own,
            begun=begun.begun_at if begun and seat and len(own) == len(asked) else None,
        ),
    )  # fmt: skip


@bp.route("/bids/<label>/disqualify", methods=["GET", "POST"])
@guarded(policy.COMPOSE)
def disqualify(number: str, label: str) -> Any:
    """Take a bid out, with the reason."""
    tender = _tender(number, policy.COMPOSE)
    services.opened_bid(db(), tender, label)
    if request.method == "GET" and tender.scores_frozen_at is not None:
        return passed(url_for("evaluation.show", number=number), _("De scores staan al vast."))
    form = forms.DisqualifyForm()
    return submit(
        form,
        lambda session: services.disqualify(
            session, tender=tender, label=label, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("evaluation.show", number=number),
        said=_("Deze inschrijving doet niet meer mee."),
        page=lambda: render_template(
            "procurement/evaluation/disqualify.html", form=form, tender=tender, label=label
        ),
    )


@bp.route("/freeze", methods=["GET", "POST"])
@guarded(policy.ASSESS)
def freeze(number: str) -> Any:
    """Fix the scores."""
    tender = _tender(number, policy.ASSESS)
    if request.method == "GET" and tender.scores_frozen_at is not None:
        return passed(url_for("evaluation.show", number=number), _("De scores staan al vast."))
    if request.method == "GET" and not panels.leads(db(), tender.id, actor().user_id):
        return passed(url_for("evaluation.show", number=number), _("Dit doet de voorzitter van het team."))
    form = forms.FreezeForm()
    return submit(
        form,
        lambda session: services.freeze(session, tender=tender, actor=actor(), at=now()),
        then=lambda _made: url_for("evaluation.show", number=number),
        said=_("De scores staan vast. Nu ziet u namen en prijzen."),
        page=lambda: render_template(
            "procurement/evaluation/freeze.html", form=form, tender=_tender(number, policy.ASSESS)
        ),
    )


def _part(score: str) -> float:
    """How much of a criterion a bid got, to be shown."""
    return float(Fraction(score))


def _ties(tender: Tender) -> list[dict[str, Any]]:
    """The lots with an open tie: who shares the place, at which price, with how much of each criterion."""
    ties, found = services.allocation(db(), tender).ties, queries.evaluations(db(), tender.id)
    return [
        {
            "lot": lot, "criteria": (stored := found[lot.id].input)["criteria"],
            "bids": [each for each in stored["bids"] if each["id"] in ties[lot.id]],
        }
        for lot in tender.lots
        if lot.id in ties
    ]  # fmt: skip


@bp.route("/tie", methods=["GET", "POST"])
@guarded(policy.COMPOSE)
def tie(number: str) -> Any:
    """Decide a shared first place."""
    tender = _tender(number, policy.COMPOSE)
    named = _ties(tender)
    labels = [each["id"] for tied in named for each in tied["bids"]]
    form = forms.TieForm(labels=labels)
    if form.is_submitted() and not labels:
        raise NoTie
    return submit(
        form,
        lambda session: services.break_tie(session, tender=tender, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("evaluation.show", number=number),
        said=_("De gelijke stand is beslist."),
        page=lambda: render_template(
            "procurement/evaluation/tie.html", form=form, tender=tender, labels=labels, ties=named,
            money=Money.of, gained=_part,
        ),
    )  # fmt: skip


@bp.get("/ranking.json", defaults={"lot": 1})
@bp.get("/lots/<int:lot>/ranking.json")
@guarded(policy.SEE)
def ranking(number: str, lot: int) -> Response:
    """The whole input of the ranking of a lot, as `cwb score` reads it."""
    tender = _tender(number, policy.SEE)
    lot_id = next((each.id for each in tender.lots if each.number == lot), 0)
    found = queries.find_evaluation(db(), lot_id)
    if found is None:
        raise EvaluationNotFound
    name = f"{number}-{lot}-ranking" if tender.is_divided else f"{number}-ranking"
    return json_file(name, found.input)


@bp.get("/scores.csv")
@guarded(policy.SEE)
def scores(number: str) -> Response:
    """Every score of every member and the agreed ones, after freezing."""
    tender = _tender(number, policy.SEE)
    if tender.scores_frozen_at is None:
        raise EvaluationNotFound
    labels = services.labels(db(), tender)
    rows = [
        (labels[each.opened_bid_id], each.criterion.code, each.member.user.name, each.points, each.note)
        for each in queries.scores(db(), tender.id)
    ] + [
        (labels[each.opened_bid_id], each.criterion.code, "=", each.points, each.note)
        for each in queries.consensus(db(), tender.id)
    ]
    return csv_file(f"{number}-scores", ("bid", "criterion", "member", "points", "note"), rows)


def json_file(name: str, content: object) -> Response:
    """A JSON download, readable."""
    made = Response(json.dumps(content, ensure_ascii=False, indent=2) + "\n", mimetype="application/json")
    made.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return made
