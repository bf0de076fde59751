"""Pages to read: the list for everyone, one initiative, the coach's board."""

from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from coops.clusters import queries as clusters
from coops.clusters import views as cluster_pages
from coops.clusters.forms import ASSUMED
from coops.clusters.rules import Cluster, Reach
from coops.commitments import forms as commitment_forms
from coops.commitments import policy as commitment_policy
from coops.commitments import queries as commitments
from coops.commitments.rules import Kept
from coops.founders import queries as founders
from coops.incubator import forms, policy
from coops.initiatives import forms as initiative_forms
from coops.initiatives import policy as initiative_policy
from coops.initiatives import queries, rules
from coops.initiatives.models import Initiative
from coops.papers.rules import PAPERS
from coops.register.forms import categories, places
from coops.talent import policy as talent_policy
from coops.talent import queries as talent
from coops.viability.gateway import settings
from coops.viability.rules import Viability
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from cwb.web.guards import guarded, public
from cwb.web.pages import csv_file
from cwb.web.request import db, find_actor, now

bp = Blueprint("incubator", __name__, url_prefix="/incubator")


def _laddered(form: forms.InitiativeFilter) -> list[tuple[Initiative, rules.Ladder, dict[Kept, int]]]:
    today = local_date(now())
    counts = commitments.counts(db(), today)
    return [
        (each, queries.ladder_of(each, today), counts.get(each.id, {}))
        for each in queries.initiatives(db(), form.category.data or "", form.place.data or "")
    ]


@bp.get("")
@public
def index() -> str:
    """All initiatives: what, where, how far, and whether anchors keep their word. No person is named."""
    form = forms.InitiativeFilter(request.args)
    return render_template(
        "coops/incubator/index.html",
        filter_form=form,
        rows=_laddered(form),
        offered=[(name, count) for name, count in talent.counts(db()).items() if count is not None],
        names=categories(),
        places=places(),
        steps=initiative_forms.STEPS,
        may_start=initiative_policy.may(find_actor(), initiative_policy.START),
    )


@bp.get("/list.csv")
@public
def listing() -> Any:
    """The same list as a file."""
    head = (
        "id", "sentence", "category", "place", "step", "since", "stalled", "started_at", "stopped_at",
        "commitments_open", "commitments_kept", "commitments_late", "commitments_broken", "commitments_withdrawn",
    )  # fmt: skip
    rows = (
        (
            each.public_id, each.sentence, each.category, each.place_code, ladder.at.value, ladder.since,
            "yes" if ladder.stalled and each.stopped_at is None else "no", each.started_at, each.stopped_at,
            *(counts.get(state, 0) for state in (Kept.OPEN, Kept.KEPT, Kept.LATE, Kept.BROKEN, Kept.WITHDRAWN)),
        )
        for each, ladder, counts in _laddered(forms.InitiativeFilter(request.args))
    )  # fmt: skip
    return csv_file("initiatives", head, rows)


class Work(NamedTuple):
    """Work that more organisations ask for: what it carries, what nobody can do, which groups began on it."""

    cluster: Cluster
    outcome: Viability | None
    unserved: Decimal
    groups: list[Initiative]


def _work(form: forms.InitiativeFilter) -> list[Work]:
    """Clusters of needs that everybody may read, what nobody can do first."""
    running = [each for each in queries.initiatives(db()) if each.stopped_at is None]
    place = form.place.data
    every = cluster_pages.listed(cluster_pages.found(Reach.NEIGHBOURS, form.category.data or "", public=True))
    return [
        Work(
            cluster,
            outcome,
            unserved,
            [
                each
                for each in running
                if each.category == cluster.category and each.place_code in {None, *cluster.places}
            ],
        )
        for cluster, outcome, unserved in every
        if not place or place in cluster.places
    ]


@bp.get("/work")
@public
def work() -> str:
    """Work that is asked for and where one may join: no amount, no name of who asks, only public needs."""
    form, who = forms.InitiativeFilter(request.args), find_actor()
    return render_template(
        "coops/incubator/work.html",
        filter_form=form,
        rows=_work(form),
        names=categories(),
        places=places(),
        may_start=initiative_policy.may(who, initiative_policy.START),
        may_offer=talent_policy.OWN.open_to(who),
    )


@bp.get("/work/<number>")
@public
def arithmetic(number: str) -> str:
    """How many people can live from work that is asked for, step by step: of public needs, no amount of a buyer."""
    cluster = cluster_pages.named(number, Reach.NEIGHBOURS, public=True)
    return render_template("coops/incubator/arithmetic.html", **cluster_pages.reckoning(cluster))


@bp.get("/work.csv")
@public
def work_listing() -> Any:
    """The same list as a file."""
    head = (
        "category", "centre", "needs", "anchors", "hours_week", "people_low", "people_high", "first_start",
        "unserved_hours_week", "initiatives",
    )  # fmt: skip
    rows = (
        (
            each.cluster.category, each.cluster.centre, " ".join(m.wish.number for m in each.cluster.members),
            len(each.cluster.anchors), each.cluster.hours, each.outcome.low.people if each.outcome else "",
            each.outcome.high.people if each.outcome else "", each.cluster.first_start, each.unserved,
            " ".join(str(group.public_id) for group in each.groups),
        )
        for each in _work(forms.InitiativeFilter(request.args))
    )  # fmt: skip
    return csv_file("work", head, rows)


@bp.get("/heard")
@public
def heard() -> str:
    """What initiatives heard of coming work, about one need or all: so that nobody begins with a head start."""
    number = request.args.get("need", "")[:20]
    return render_template(
        "coops/incubator/heard.html", rows=queries.heard(db(), number=number), number=number
    )


@bp.get("/board")
@guarded(policy.BOARD)
def board() -> str:
    """Every running initiative with what stalls it, for who guides."""
    who = find_actor()
    mine = 0 if who is None else who.user_id
    rows = [row for row in _laddered(forms.InitiativeFilter()) if row[0].stopped_at is None]
    rows.sort(key=lambda row: (row[0].coach_id != mine, not row[1].stalled, row[1].since))
    return render_template(
        "coops/incubator/board.html", rows=rows, mine=mine, names=categories(), places=places(),
        steps=initiative_forms.STEPS,
    )  # fmt: skip


@bp.get("/<uuid:public_id>")
@public
def show(public_id: UUID) -> str:
    """One initiative: its ladder, tasks, commitments, what it learned; for its own people also who offered."""
    found = queries.initiative(db(), public_id)
    who, today = find_actor(), local_date(now())
    works = initiative_policy.may(who, initiative_policy.WORK, found)
    tells = initiative_policy.may(who, initiative_policy.TELL, found)
    answers = initiative_policy.may(who, initiative_policy.ANSWER, found)
    said = talent.Interest() if who is None or works else talent.interest(db(), found.id, who.user_id)
    tasks = [
        (each, initiative_forms.TASK_STATES[_task_state(each, today)])
        for each in queries.tasks_of(db(), found.id)
    ]
    promised = [
        (
            each,
            commitment_forms.STATES[commitments.state_of(each, today).value],
            commitment_policy.may(who, each),
        )
        for each in commitments.commitments(db(), initiative_id=found.id)
    ]
    kvk = next((each.kvk for each in found.evidence if each.kvk and each.refused_at is None), None)
    kept, shrunk = (
        clusters.kept_of(db(), found.cluster_id, settings().hours) if found.cluster_id else (None, [])
    )
    return render_template(
        "coops/incubator/show.html",
        initiative=found,
        ladder=queries.ladder_of(found, today),
        shown=[
            (each, initiative_policy.may(who, initiative_policy.CHECK, found, each))
            for each in found.evidence
        ],
        tasks=tasks,
        promised=promised,
        running=any(commitments.state_of(each, today) is Kept.OPEN for each, _state, _may in promised),
        grown=queries.find_grown(db(), found),
        enrolled=queries.find_grown(db(), found, checked=False) if works else None,
        to_do=initiative_forms.TO_DO,
        kvk=kvk,
        join=url_for("enrolment.page", name="who", kvk=kvk, called=found.sentence, wijk=found.place_code),
        paper_kinds=PAPERS,
        own_id=who and who.user_id,
        learned=queries.heard(db(), initiative_id=found.id),
        kept=kept,
        shrunk=shrunk,
        gone=sum(each.gone for each in shrunk),
        asking=founders.asking(db(), found.id) if answers and found.stopped_at is None else [],
        asked=_asked(found) if said.asked else "",
        tells=tells and found.stopped_at is None,
        may_return=works and found.stopped_at is not None and now() <= found.stopped_at + rules.WAY_BACK,
        has_offered=said.offered,
        offered=talent.offered(db(), found, who.user_id) if works and who is not None else None,
        names=categories(),
        places=places(),
        kinds=commitment_forms.KINDS,
        owners=initiative_forms.OWNER_NAMES,
        assumed_names=ASSUMED,
        steps=initiative_forms.STEPS,
        **_rights(who, found, works=works),
    )


def _asked(found: Initiative) -> str:
    """Who answers a request to found it along, for who asked."""
    return initiative_forms.ASKED if queries.leaders(db(), found) else initiative_forms.ASKED_NOBODY


def _task_state(each: Any, today: Any) -> str:
    return rules.task_state(each.due_on, local_date(each.done_at) if each.done_at else None, today).value


def _rights(who: Actor | None, found: Initiative, *, works: bool) -> dict[str, object]:
    """What this reader may do now."""
    running = found.stopped_at is None
    mine = who is not None and initiative_policy.founds(found, who.user_id)
    return {
        "works": works and running,
        "signed": mine,
        "known": who is not None
        and who.user_id in {found.started_by_id, *(each.user_id for each in found.founders)},
        "proposed_self": who is not None and found.stop_asked_by_id == who.user_id,
        "may_sign": running and initiative_policy.may(who, initiative_policy.SIGN),
        "may_offer": running
        and talent_policy.OWN.open_to(who)
        and not (who and who.user_id == found.started_by_id),
        "may_enter": running and who is None,
        "may_commit": running and commitment_policy.may(who),
        "coaches": who is not None and found.coach_id == who.user_id,
        "may_coach": running
        and found.coach_id is None
        and initiative_policy.may(who, initiative_policy.COACH),
        "inside": who is not None and (works or who.has(Role.PROGRAMME, Role.AUDITOR)),
    }
