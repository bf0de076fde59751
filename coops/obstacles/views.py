"""Pages of the obstacle log."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, url_for

from coops.obstacles import forms, policy, queries, rules, services
from coops.obstacles.models import Obstacle
from coops.obstacles.rules import OUTCOMES
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _
from cwb.web.kept_pages import kept
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import press, submit

bp = Blueprint("obstacles", __name__)


@bp.get("/obstacles")
@public
@kept
def index() -> str:
    """Every public obstacle; what waits for an answer first."""
    page = paged(db(), queries.public())
    return render_template(
        "coops/obstacles/index.html", page=page, outcomes=OUTCOMES, at=now(), days_open=rules.days_open,
        is_late=rules.is_late, term=rules.TERM.days,
    )  # fmt: skip


@bp.get("/obstacles/list.csv")
@public
def listing() -> Response:
    """The same as a file."""
    head = (
        "id",
        "rule",
        "owner",
        "case",
        "reported_by",
        "published_at",
        "outcome",
        "answer",
        "answered_at",
        "days",
        "additions",
    )
    rows = [
        (
            str(each.public_id), each.rule, each.owner, each.case_text, _reporter(each), each.published_at,
            each.outcome, each.answer, each.answered_at,
            rules.days_open(each.published_at, each.answered_at, now()) if each.published_at else None,
            "\n".join(more.text for more in each.additions),
        )
        for each in db().scalars(queries.public().options(queries.WITH_ADDITIONS))
    ]  # fmt: skip
    return csv_file("obstacles", head, rows)


def _reporter(each: Obstacle) -> str:
    return "" if each.is_anonymous or each.organisation is None else each.organisation.name


@bp.route("/obstacles/new", methods=["GET", "POST"])
@guarded(policy.REPORT)
def new() -> Any:
    """Report one."""
    form = forms.ReportForm(owners=queries.anchors(db()))
    return submit(
        form,
        lambda session: (
            services.report_obstacle(session, facts=form.facts(), actor=actor(), at=now()).public_id
        ),
        then=lambda made: url_for("obstacles.show", public_id=made),
        said=_("Gemeld. Iemand van het programma leest het eerst. Daarna ziet iedereen het."),
        page=lambda: render_template("coops/obstacles/form.html", form=form, obstacle=None),
    )


@bp.get("/obstacles/mine")
@guarded(policy.REPORT)
def mine() -> str:
    """What one reported oneself."""
    return render_template("coops/obstacles/mine.html", obstacles=queries.mine(db(), actor().user_id))


@bp.get("/obstacles/<uuid:public_id>")
@public
def show(public_id: UUID) -> str:
    """One obstacle: what happened, and the answer."""
    who = find_actor()
    found = queries.obstacle(db(), public_id, who)
    is_public = found.published_at is not None
    return render_template(
        "coops/obstacles/show.html", obstacle=found, outcomes=OUTCOMES, reporter=_reporter(found), at=now(),
        days_open=rules.days_open, is_late=rules.is_late, term=rules.TERM.days,
        is_own=who is not None and found.reported_by_id == who.user_id,
        may_change=not is_public and policy.may(who, policy.REPORT, found),
        may_check=not is_public and policy.may(who, policy.CHECK, found),
        may_answer=is_public and found.answered_at is None and policy.may(who, policy.ANSWER, found),
        may_add=found.answered_at is not None and policy.may(who, policy.ANSWER, found),
    )  # fmt: skip


@bp.route("/obstacles/<uuid:public_id>/change", methods=["GET", "POST"])
@guarded(policy.REPORT)
def change(public_id: UUID) -> Any:
    """Say it otherwise, before it is public."""
    found = queries.obstacle(db(), public_id, actor())
    permit(policy.may(actor(), policy.REPORT, found))
    form = forms.ReportForm(owners=queries.anchors(db()), obstacle=found)
    return submit(
        form,
        lambda session: services.report_obstacle(
            session, facts=form.facts(), obstacle=found, actor=actor(), at=now()
        ),
        then=lambda _made: url_for("obstacles.show", public_id=public_id),
        said=_("Bewaard. Iemand van het programma leest het opnieuw."),
        page=lambda: render_template("coops/obstacles/form.html", form=form, obstacle=found),
    )


@bp.post("/obstacles/<uuid:public_id>/publish")
@guarded(policy.CHECK)
def publish(public_id: UUID) -> Any:
    """Make it public."""
    found, back = queries.obstacle(db(), public_id, actor()), url_for("obstacles.show", public_id=public_id)
    return press(
        lambda session: services.publish_obstacle(session, obstacle=found, actor=actor(), at=now()), then=back,
        said=_("Iedereen kan het nu lezen. Wie de regel bezit, is om antwoord gevraagd."),
    )  # fmt: skip


@bp.route("/obstacles/<uuid:public_id>/return", methods=["GET", "POST"])
@guarded(policy.CHECK)
def send_back(public_id: UUID) -> Any:
    """Ask for something else first."""
    found = queries.obstacle(db(), public_id, actor())
    form = forms.ReturnForm()
    return submit(
        form,
        lambda session: services.return_obstacle(
            session, obstacle=found, reason=form.text.data or "", actor=actor(), at=now()
        ),
        then=lambda _made: url_for("obstacles.show", public_id=public_id),
        said=_("Teruggestuurd. Wie het meldde, krijgt bericht."),
        page=lambda: render_template("coops/obstacles/return.html", form=form, obstacle=found),
    )


@bp.route("/obstacles/<uuid:public_id>/answer", methods=["GET", "POST"])
@guarded(policy.ANSWER)
def answer(public_id: UUID) -> Any:
    """Answer in public."""
    found = queries.obstacle(db(), public_id, actor())
    permit(policy.may(actor(), policy.ANSWER, found))
    form = forms.AnswerForm()
    return submit(
        form,
        lambda session: services.answer_obstacle(
            session, obstacle=found, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("obstacles.show", public_id=public_id),
        said=_("Uw antwoord is openbaar."),
        page=lambda: render_template("coops/obstacles/answer.html", form=form, obstacle=found),
    )


@bp.route("/obstacles/<uuid:public_id>/add", methods=["GET", "POST"])
@guarded(policy.ANSWER)
def add(public_id: UUID) -> Any:
    """Add to an answer that was given."""
    found = queries.obstacle(db(), public_id, actor())
    permit(policy.may(actor(), policy.ANSWER, found))
    form = forms.AdditionForm()
    return submit(
        form,
        lambda session: services.add_to_answer(
            session, obstacle=found, text=form.text.data or "", actor=actor(), at=now()
        ),
        then=lambda _made: url_for("obstacles.show", public_id=public_id),
        said=_("Het staat erbij. Uw eerste antwoord blijft staan."),
        page=lambda: render_template("coops/obstacles/add.html", form=form, obstacle=found),
    )
