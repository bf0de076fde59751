"""Pages of a market consultation."""

from typing import Any

from flask import Blueprint, render_template, url_for

from coops.consultation import forms, policy, queries, rules, services
from coops.consultation.errors import ConsultationNotFound
from coops.consultation.models import Consultation
from coops.needs import queries as needs
from coops.needs.models import Need
from coops.needs.rules import NeedState, state_of
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _
from cwb.web.kept_pages import kept
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import submit

bp = Blueprint("consultation", __name__, url_prefix="/needs/<number>/consultation")


def _consultation(need: Need) -> Consultation:
    found = queries.find_consultation(db(), need.id)
    if found is None:
        raise ConsultationNotFound
    return found


@bp.get("")
@public
@kept
def show(number: str) -> str:
    """What is asked, until when, and the report; answers only for the anchor that asks."""
    who = find_actor()
    need = needs.need(db(), number, who)
    found = queries.find_consultation(db(), need.id)
    stage = rules.stage_of(found, now()) if found else None
    may_read, may_answer = policy.may(who, policy.READ_ANSWERS, need), policy.may(who, policy.ANSWER, need)
    mine = None
    if found and may_answer and who is not None:
        mine = queries.find_answer(db(), found.id, who.organisation_id or 0)
    return render_template(
        "coops/consultation/show.html",
        need=need,
        consultation=found,
        stage=stage,
        count=queries.answer_count(db(), found.id) if found and stage is not rules.Stage.OPEN else None,
        answers=queries.answers(db(), found.id) if found and may_read else None,
        mine=mine,
        may_answer=may_answer and stage is rules.Stage.OPEN,
        may_ask=policy.may(who, policy.ASK, need) and state_of(need, now()) is NeedState.OPEN,
        may_report=policy.may(who, policy.ASK, need) and stage is rules.Stage.CLOSED,
    )


@bp.route("/start", methods=["GET", "POST"])
@guarded(policy.ASK)
def start(number: str) -> Any:
    """Ask the market for advice."""
    need = needs.need(db(), number, actor())
    permit(policy.may(actor(), policy.ASK, need))
    form = forms.StartForm()
    return submit(
        form,
        lambda session: services.start_consultation(
            session, need=need, user_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _done: url_for("consultation.show", number=number),
        said=_("De marktconsultatie is open. Wie belangstelling toonde, krijgt bericht."),
        page=lambda: render_template(
            "coops/consultation/start.html",
            form=form,
            need=need,
            most=rules.MOST_QUESTIONS,
            days=rules.LEAST_OPEN.days,
        ),
    )


@bp.route("/answer", methods=["GET", "POST"])
@guarded(policy.ANSWER)
def answer(number: str) -> Any:
    """Answer, or change the answer until the closing."""
    need = needs.need(db(), number, actor())
    permit(policy.may(actor(), policy.ANSWER, need))
    found = _consultation(need)
    given = queries.find_answer(db(), found.id, actor().organisation_id or 0)
    form = forms.AnswerForm(consultation=found, given=given)
    return submit(
        form,
        lambda session: services.answer(
            session,
            need=need,
            organisation_id=actor().organisation_id or 0,
            answers=form.values(),
            user_id=actor().user_id,
            at=now(),
        ),
        then=lambda _done: url_for("consultation.show", number=number),
        said=_("Bedankt. Uw antwoord is bij de inkoper. Wijzigen kan tot het sluitmoment."),
        page=lambda: render_template(
            "coops/consultation/answer.html", form=form, need=need, consultation=found, given=given
        ),
    )


@bp.route("/report", methods=["GET", "POST"])
@guarded(policy.ASK)
def report(number: str) -> Any:
    """Publish what was learned."""
    need = needs.need(db(), number, actor())
    permit(policy.may(actor(), policy.ASK, need))
    found = _consultation(need)
    form = forms.ReportForm()
    return submit(
        form,
        lambda session: services.publish_report(
            session, need=need, report=form.report.data, user_id=actor().user_id, at=now()
        ),
        then=lambda _done: url_for("consultation.show", number=number),
        said=_("Het verslag is openbaar."),
        page=lambda: render_template(
            "coops/consultation/report.html",
            form=form,
            need=need,
            consultation=found,
            answers=queries.answers(db(), found.id),
        ),
    )


@bp.get("/answers.csv")
@guarded(policy.READ_ANSWERS)
def listing(number: str) -> Any:
    """Every answer as a file, for the anchor that asked and the auditor."""
    need = needs.need(db(), number, actor())
    permit(policy.may(actor(), policy.READ_ANSWERS, need))
    found = _consultation(need)
    rows = (
        (each.organisation.name, each.answered_at, *each.answers) for each in queries.answers(db(), found.id)
    )
    return csv_file(f"consultation-{need.number}", ("organisation", "answered_at", *found.questions), rows)
