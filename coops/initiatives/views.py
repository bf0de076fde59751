"""What people do with an initiative; the pages to read are in `coops.incubator`."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from coops.clusters import views as clusters
from coops.clusters.forms import AssumptionForm
from coops.clusters.policy import KEEP
from coops.clusters.rules import Reach
from coops.initiatives import forms, policy, queries, services
from coops.initiatives.models import Initiative
from coops.needs.queries import need as need_named
from coops.register.forms import categories, places
from coops.viability.gateway import settings
from coops.viability.rules import viability
from cwb.kernel.clock import local_date
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import press, see_other, submit

bp = Blueprint("initiatives", __name__, url_prefix="/incubator")


def _own(public_id: UUID) -> Initiative:
    found = queries.initiative(db(), public_id)
    permit(policy.may(actor(), policy.WORK, found))
    return found


def _page(public_id: UUID) -> str:
    return url_for("incubator.show", public_id=public_id)


@bp.route("/start", methods=["GET", "POST"])
@guarded(policy.START)
def start() -> Any:
    """Begin with one sentence."""
    form = forms.StartForm(data={name: request.args.get(name, "")[:40] for name in ("category", "place")})
    return submit(
        form,
        lambda session: services.start_initiative(
            session, user_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda made: _page(made.public_id),
        said=_("Uw initiatief staat er. Teken nu zelf, en vraag daarna een ander."),
        page=lambda: render_template(
            "coops/initiatives/start.html",
            form=form,
            others=queries.others_founded(db(), actor().user_id),
            begun=queries.begun_by(db(), actor().user_id),
        ),
    )


@bp.route("/from/<any(place, neighbours, area):reach>/<number>", methods=["GET", "POST"])
@guarded(KEEP)
def from_cluster(reach: str, number: str) -> Any:
    """Keep a cluster with its reckoning, and begin an initiative that answers it."""
    cluster = clusters.named(number, Reach(reach))
    today = local_date(now())
    assumed = AssumptionForm(request.args).assumed(
        settings().assumptions(cluster.category, today), settings().wage(today)
    )
    form = forms.SentenceForm()
    return submit(
        form,
        lambda session: services.start_from_cluster(
            session, cluster=cluster, assumed=assumed, sentence=form.sentence.data, user_id=actor().user_id, at=now()
        ),
        then=lambda made: _page(made.public_id),
        said=_("Het cluster is bewaard met de rekening, en het initiatief staat er."),
        page=lambda: render_template(
            "coops/initiatives/from_cluster.html",
            form=form,
            cluster=cluster,
            outcome=viability(cluster.hours, assumed) if cluster.hours > 0 else None,
            names=categories(),
            places=places(),
        ),
    )  # fmt: skip


@bp.post("/<uuid:public_id>/sign")
@guarded(policy.SIGN)
def sign(public_id: UUID) -> Any:
    """Sign the intent to found it, or take that back."""
    found = queries.initiative(db(), public_id)
    form = forms.SignForm()
    stands = form.stands.data == "yes"
    others = queries.others_founded(db(), actor().user_id, but=found.id) if stands else []
    asks = actor().user_id not in {found.started_by_id, *(each.user_id for each in found.founders)}
    said = _("U tekende. Dit verplicht u nog tot niets.") if stands else _("U trok uw handtekening in.")
    if asks:
        asked = forms.ASKED if queries.leaders(db(), found) else forms.ASKED_NOBODY
        said = f"{asked} {_('U krijgt bericht.')}" if stands else _("U trok uw vraag in.")
    elif others:
        names = ", ".join(f"“{each.sentence}”" for each in others)
        said = _("U tekende. U staat ook bij %(names)s. Vertel het beide groepen.", names=names)
    return submit(
        form,
        lambda session: services.sign_intent(
            session, initiative=found, stands=stands, user_id=actor().user_id, at=now()
        ),
        then=lambda _done: _page(public_id),
        said=said,
        page=lambda: see_other(_page(public_id)),
    )


@bp.post("/<uuid:public_id>/coach")
@guarded(policy.COACH)
def coach(public_id: UUID) -> Any:
    """Guide it, or no longer."""
    found = queries.initiative(db(), public_id)
    form = forms.CoachForm()
    return submit(
        form,
        lambda session: services.coach_initiative(
            session, initiative=found, coaches=form.coaches.data == "yes", user_id=actor().user_id, at=now()
        ),
        then=lambda _done: _page(public_id),
        said=_(
            "Bewaard. Wie begeleidt, controleert geen bewijs en beoordeelt geen inschrijving van deze groep."
        ),
        page=lambda: see_other(_page(public_id)),
    )


@bp.route("/<uuid:public_id>/task", methods=["GET", "POST"])
@guarded(policy.WORK)
def task(public_id: UUID) -> Any:
    """Write down what is to be done."""
    found = _own(public_id)
    form = forms.TaskForm()
    return submit(
        form,
        lambda session: services.add_task(
            session, initiative=found, user_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _done: _page(public_id),
        said=_("De taak staat erbij. Iedereen ziet of die op tijd gedaan is."),
        page=lambda: render_template("coops/initiatives/task.html", form=form, initiative=found),
    )


@bp.post("/<uuid:public_id>/task/<uuid:task_id>/done")
@guarded(policy.TELL)
def done(public_id: UUID, task_id: UUID) -> Any:
    """Say that a task is done; one of the programme by the programme too."""
    found = queries.initiative(db(), public_id)

    def finish(session: Any) -> Any:
        what = queries.task(session, found.id, task_id)
        permit(policy.may(actor(), policy.TELL if what.owner == "programme" else policy.WORK, found))
        return services.finish_task(session, task=what, user_id=actor().user_id, at=now())

    return press(finish, then=_page(public_id), said=_("Gedaan."))


@bp.route("/<uuid:public_id>/learned", methods=["GET", "POST"])
@guarded(policy.TELL)
def learned(public_id: UUID) -> Any:
    """Tell everyone what was heard of coming work."""
    found = queries.initiative(db(), public_id)
    permit(policy.may(actor(), policy.TELL, found))
    form = forms.LearnedForm()

    def act(session: Any) -> Any:
        need_id = need_named(session, form.number.data, None).id if form.number.data else None
        return services.tell_learned(
            session, initiative=found, text=form.text.data, need_id=need_id, user_id=actor().user_id, at=now()
        )

    return submit(
        form, act, then=lambda _done: _page(public_id), said=_("Iedereen kan dit nu lezen."),
        page=lambda: render_template("coops/initiatives/learned.html", form=form, initiative=found),
    )  # fmt: skip
