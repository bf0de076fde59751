"""Pages of the experiment: the registered plan and its outcomes for everyone, planning for the programme."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, jsonify, render_template, url_for
from wtforms.fields.choices import SelectChoice

from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from cwb.places.gateway import area_pack
from cwb.places.rules import AreaPack
from cwb.web.guards import guarded, public
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import press, submit
from ledger.experiment import forms, policy, queries, services
from ledger.experiment.models import Experiment
from ledger.instruments.rules import CAUSES, Cause

bp = Blueprint("experiment", __name__, url_prefix="/spend/experiment")


def _area() -> AreaPack:
    return area_pack(current_app.extensions["cwb.config"])


def _plans() -> bool:
    who = find_actor()
    return who is not None and policy.PLAN.open_to(who)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _points(text: str | None) -> Decimal | None:
    return None if text is None else (Decimal(text) * 100).quantize(Decimal(1))


@bp.get("")
@public
def index() -> Any:
    """Every registered experiment; for the programme drafts as well."""
    plans = _plans()
    return render_template(
        "ledger/experiment/index.html", experiments=queries.experiments(db(), drafts=plans), plans=plans
    )


def _open_cuts(found: Experiment) -> list[str]:
    """The quarters of the plan that are over and have no result yet."""
    have = {each.cut for each in found.results}
    today = local_date(now())
    return [
        each for each in found.plan["periods"][1:] if each not in have and Period.parse(each).end <= today
    ]  # fmt: skip


def _page(found: Experiment, form: forms.CutForm) -> str:
    cuts = _open_cuts(found)
    form.cut.choices = [SelectChoice(each, each) for each in cuts]
    plans = _plans()
    return render_template(
        "ledger/experiment/show.html", one=found, plan=found.plan, plans=plans,
        form=form if plans and (cuts or form.errors) else None,
        own=plans and actor().user_id == found.drafted_by_id, decimal=_decimal, points=_points,
        stops=queries.stops_since(db(), services.instruments_of(found.plan), found.registration.at)
        if found.registration else [],
        causes=CAUSES, cause_of=Cause,
    )  # fmt: skip


@bp.get("/<uuid:public_id>")
@public
def show(public_id: UUID) -> Any:
    """One experiment: registered outcomes first, then deviations, then the plan."""
    return _page(queries.experiment(db(), public_id, drafts=_plans()), forms.CutForm())


@bp.get("/<uuid:public_id>.json")
@public
def data(public_id: UUID) -> Any:
    """The plan, its seal, deviations and results as data."""
    found = queries.experiment(db(), public_id, drafts=False)
    sealed = found.registration
    return jsonify({
        "id": str(found.public_id), "plan": found.plan, "plan_sha256": found.checksum,
        "registered_at": sealed.at.isoformat() if sealed else None, "analysis_sha256": sealed.code if sealed else None,
        "deviations": [
            {"since": each.since.isoformat(), "told_at": each.at.isoformat(), "reason": each.reason, "code": each.code}
            for each in found.deviations
        ],
        "results": [{**each.found, "sha256": each.checksum} for each in found.results],
    })  # fmt: skip


@bp.get("/<uuid:public_id>.csv")
@public
def table(public_id: UUID) -> Any:
    """The primary outcome of every data cut, a row per bound."""
    found = queries.experiment(db(), public_id, drafts=False)
    rows = [
        (each.cut, bound, told["difference"], *told["interval"], told["p"], told["begun"], told["waiting"])
        for each in found.results
        for bound in ("low", "high")
        if (told := each.found["primary"][bound]) is not None
    ]
    head = ("cut", "bound", "difference", "low", "high", "p", "begun", "waiting")
    return csv_file("experiment", head, rows, write=str)


@bp.route("/new", methods=["GET", "POST"])
@guarded(policy.PLAN)
def draft() -> Any:
    """Write a plan."""
    form = forms.PlanForm()
    form.offer(Period.quarter_of(local_date(now())))
    return submit(
        form,
        lambda session: services.draft_experiment(
            session, design=form.design(), area=_area(), actor_id=actor().user_id, at=now()
        ),
        then=lambda made: url_for("experiment.show", public_id=made.public_id),
        said=_("Opgeschreven. Een collega legt het plan vast."),
        page=lambda: render_template("ledger/experiment/draft.html", form=form),
    )


@bp.post("/<uuid:public_id>/register")
@guarded(policy.PLAN)
def register(public_id: UUID) -> Any:
    """Seal what somebody else drafted."""
    found = queries.experiment(db(), public_id, drafts=True)
    return press(
        lambda session: services.register_experiment(
            session, experiment=found, actor_id=actor().user_id, at=now()
        ),
        then=url_for("experiment.show", public_id=public_id),
        said=_("Vastgelegd. Dit plan verandert niet meer."),
    )


@bp.route("/<uuid:public_id>/deviation", methods=["GET", "POST"])
@guarded(policy.PLAN)
def deviate(public_id: UUID) -> Any:
    """Tell what is done otherwise."""
    found = queries.experiment(db(), public_id, drafts=True)
    form = forms.DeviationForm()
    return submit(
        form,
        lambda session: services.tell_deviation(
            session, experiment=found, actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _made: url_for("experiment.show", public_id=public_id),
        said=_("Opgeschreven. Het staat bij de uitkomsten."),
        page=lambda: render_template("ledger/experiment/deviate.html", form=form, one=found),
    )


@bp.post("/<uuid:public_id>/compute")
@guarded(policy.PLAN)
def compute(public_id: UUID) -> Any:
    """Compute the registered outcomes up to a quarter."""
    found = queries.experiment(db(), public_id, drafts=True)
    form = forms.CutForm()
    form.cut.choices = [SelectChoice(each, each) for each in _open_cuts(found)]
    return submit(
        form,
        lambda session: services.compute_result(
            session, experiment=found, cut=form.cut.data, area=_area(), actor_id=actor().user_id, at=now()
        ),
        then=lambda _made: url_for("experiment.show", public_id=public_id),
        said=_("Uitgerekend volgens het plan. Deze uitkomst verandert niet meer."),
        page=lambda: _page(found, form),
    )
