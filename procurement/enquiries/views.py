"""Pages of questions and notes."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _, moment
from cwb.web.kept_pages import kept
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import passed, submit
from procurement.enquiries import forms, queries, rules, services
from procurement.tenders import policy
from procurement.tenders import queries as tenders
from procurement.tenders.errors import NotOpen
from procurement.tenders.models import Tender
from procurement.tenders.rules import OPEN_STATES, state_of
from procurement.tenders.services import days_for_answers

bp = Blueprint("enquiries", __name__, url_prefix="/tenders/<number>")


def _published(number: str) -> Tender:
    tender = tenders.tender(db(), number, find_actor())
    if tender.published_at is None:
        raise NotOpen
    return tender


@bp.get("/questions")
@public
@kept
def board(number: str) -> str:
    """Every published answer; one's own questions; for the buyer what waits."""
    tender = _published(number)
    who = find_actor()
    may_ask = policy.may(who, policy.ASK, tender)
    may_answer = policy.may(who, policy.ANSWER, tender)
    is_open = state_of(tender, now()) in OPEN_STATES
    may_come = tender.questions_until is not None and now() < tender.questions_until
    mine = queries.own_questions(db(), tender.id, who.organisation_id or 0) if may_ask and who else []
    return render_template(
        "procurement/enquiries/board.html",
        tender=tender,
        is_open=is_open,
        notas=queries.notas(db(), tender.id),
        mine=mine,
        waiting=queries.waiting(db(), tender.id) if may_answer else None,
        parts=forms.parts(tender),
        may_ask=may_ask and is_open and may_come,
        may_come=may_come,
        asked=None if may_come else queries.asked(db(), tender.id),
        may_answer=may_answer and is_open,
    )


@bp.route("/questions/ask", methods=["GET", "POST"])
@guarded(policy.ASK)
def ask(number: str) -> Any:
    """Ask a question."""
    tender = _published(number)
    permit(policy.may(actor(), policy.ASK, tender))
    if request.method == "GET" and tender.questions_until is not None and tender.questions_until <= now():
        told = _("Vragen stellen kon tot %(when)s.", when=moment(tender.questions_until))
        return passed(url_for("enquiries.board", number=number), told)
    form = forms.QuestionForm(tender=tender)
    return submit(
        form,
        lambda session: services.ask_question(
            session,
            tender=tender,
            organisation_id=actor().organisation_id or 0,
            part=form.part.data,
            text=form.text.data,
            user_id=actor().user_id,
            at=now(),
        ),
        then=lambda _done: url_for("enquiries.board", number=number),
        said=_("Uw vraag is gesteld. Niemand anders ziet dat u vroeg."),
        page=lambda: render_template("procurement/enquiries/ask.html", form=form, tender=tender),
    )


@bp.route("/questions/<public_id>/answer", methods=["GET", "POST"])
@guarded(policy.ANSWER)
def answer(number: str, public_id: str) -> Any:
    """Write or change an answer."""
    tender = _published(number)
    permit(policy.may(actor(), policy.ANSWER, tender))
    question = queries.question(db(), tender.id, public_id)
    form = forms.AnswerForm(data={"answer": question.answer})
    return submit(
        form,
        lambda session: services.answer_question(
            session,
            tender=tender,
            question=question,
            answer=form.answer.data,
            user_id=actor().user_id,
            at=now(),
        ),
        then=lambda _done: url_for("enquiries.board", number=number),
        said=_("Bewaard. Niemand ziet het tot u publiceert."),
        page=lambda: render_template(
            "procurement/enquiries/answer.html",
            form=form,
            tender=tender,
            question=question,
            parts=forms.parts(tender),
        ),
    )


@bp.route("/nota", methods=["GET", "POST"])
@guarded(policy.ANSWER)
def publish(number: str) -> Any:
    """Publish the answers to everyone."""
    tender = _published(number)
    permit(policy.may(actor(), policy.ANSWER, tender))
    form = forms.NotaForm()
    days = days_for_answers(tender)
    closes_at = tender.closes_at or now()
    return submit(
        form,
        lambda session: services.publish_nota(
            session, tender=tender, user_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda made: url_for("enquiries.nota", number=number, nota_number=made.number),
        said=_("Gepubliceerd. Iedereen die volgt, krijgt bericht."),
        page=lambda: render_template(
            "procurement/enquiries/publish.html",
            form=form,
            tender=tender,
            waiting=queries.waiting(db(), tender.id),
            parts=forms.parts(tender),
            days=days,
            in_time=rules.may_answer_now(closes_at, days, now()),
            earliest=rules.earliest_move(now(), days),
        ),
    )


@bp.get("/nota/<int(max=9999):nota_number>")
@public
@kept
def nota(number: str, nota_number: int) -> str:
    """A nota van inlichtingen, fit to print."""
    tender = _published(number)
    return render_template(
        "procurement/enquiries/nota.html",
        tender=tender,
        nota=queries.nota(db(), tender.id, nota_number),
        parts=forms.parts(tender),
    )
