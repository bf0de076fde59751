"""Pages of complaints."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import passed, press, submit
from procurement.complaints import forms, policy, queries, rules, services
from procurement.complaints.gateway import term
from procurement.complaints.models import Complaint
from procurement.complaints.rules import State
from procurement.tenders import queries as tenders

bp = Blueprint("complaints", __name__)


@bp.get("/complaints")
@guarded(policy.READ)
def index() -> str:
    """The complaints one may read: one's own, or about one's own tenders."""
    return render_template(
        "procurement/complaints/index.html", page=paged(db(), queries.readable(actor())), states=rules.STATES,
        about=rules.ABOUT, may_submit=policy.SUBMIT.open_to(actor()),
    )  # fmt: skip


@bp.get("/complaints.csv")
@guarded(policy.READ)
def listing() -> Response:
    """The same list as a file."""
    head = (
        "tender",
        "organisation",
        "about",
        "state",
        "submitted_at",
        "answer_by",
        "answered_at",
        "resolved_at",
    )
    return csv_file(
        "complaints",
        head,
        (
            (
                each.tender.number, each.organisation.name, each.about.value, each.state.value, each.submitted_at,
                each.answer_by, each.answered_at, each.resolved_at,
            )
            for each in db().scalars(queries.readable(actor()))
        ),
    )  # fmt: skip


@bp.route("/tenders/<number>/complain", methods=["GET", "POST"])
@guarded(policy.SUBMIT)
def new(number: str) -> Any:
    """Complain about a tender."""
    tender = tenders.tender(db(), number, actor())
    form, usual = forms.ComplaintForm(), term(local_date(now()))
    form.offer(tender.lots, is_divided=tender.is_divided)
    return submit(
        form,
        lambda session: services.complain(
            session, tender=tender, term=usual, actor=actor(), at=now(), **form.values()
        ),
        then=lambda made: url_for("complaints.show", public_id=made.public_id),
        said=_("Uw klacht is ontvangen. Iemand die niet meewerkte, geeft antwoord."),
        page=lambda: render_template(
            "procurement/complaints/new.html", form=form, term=usual,
            tender=tenders.tender(db(), number, actor()) if form.is_submitted() else tender,
        ),
    )  # fmt: skip


@bp.get("/tenders/<number>/complaints")
@public
def outcomes(number: str) -> str:
    """What the buyer published of the complaints about a tender."""
    tender = tenders.tender(db(), number, find_actor())
    return render_template(
        "procurement/complaints/outcomes.html", tender=tender, outcomes=queries.published(db(), tender.id),
        about=rules.ABOUT, states=rules.STATES,
    )  # fmt: skip


def _found(public_id: UUID) -> Complaint:
    found = queries.complaint(db(), public_id)
    permit(policy.may(actor(), policy.READ, found))
    return found


@bp.get("/complaints/<uuid:public_id>")
@guarded(policy.READ)
def show(public_id: UUID) -> str:
    """One complaint, its answer, and what can be done."""
    found = _found(public_id)
    handles, buys = policy.may(actor(), policy.HANDLE, found), policy.may(actor(), policy.RESOLVE, found)
    waits = found.state is State.PENDING
    outside = handles and actor().user_id not in queries.involved(db(), found.tender)
    nobody = buys and waits and not outside and not queries.free(db(), found.tender)
    return render_template(
        "procurement/complaints/show.html", complaint=found, states=rules.STATES, about=rules.ABOUT,
        may_answer=outside and waits, is_involved=handles and not outside, may_ask=nobody,
        may_resolve=buys and found.state in rules.RIGHT and found.resolved_at is None,
        may_publish=handles and found.answered_by_id == actor().user_id and found.published_at is None,
        may_withdraw=policy.may(actor(), policy.SUBMIT, found) and waits, is_reader=handles or buys,
        today=local_date(now()), lots=queries.named_lots(db(), found),
        may_wait=buys and waits and actor().has(Role.PURCHASER) and found.tender.decided_at is not None,
    )  # fmt: skip


@bp.route("/complaints/<uuid:public_id>/answer", methods=["GET", "POST"])
@guarded(policy.HANDLE)
def answer(public_id: UUID) -> Any:
    """Answer a complaint."""
    found = _found(public_id)
    permit(policy.may(actor(), policy.HANDLE, found))
    if request.method == "GET" and found.answered_at is not None:
        return passed(url_for("complaints.show", public_id=public_id), _("Deze klacht is al beantwoord."))
    form = forms.AnswerForm()
    return submit(
        form,
        lambda session: services.answer_complaint(
            session, complaint=found, actor=actor(), at=now(), **form.values()
        ),
        then=lambda made: url_for("complaints.show", public_id=made.public_id),
        said=_("Uw antwoord is verstuurd."),
        page=lambda: render_template(
            "procurement/complaints/answer.html", form=form, complaint=_found(public_id), about=rules.ABOUT
        ),
    )


@bp.route("/complaints/<uuid:public_id>/stand-in", methods=["GET", "POST"])
@guarded(policy.RESOLVE)
def stand_in(public_id: UUID) -> Any:
    """Ask somebody of the programme to answer, where everybody of the buyer took part."""
    found = _found(public_id)
    permit(policy.may(actor(), policy.RESOLVE, found))
    people, back = queries.stand_ins(db(), found), url_for("complaints.show", public_id=public_id)
    form = forms.stand_in_form(people)
    return submit(
        form,
        lambda session: services.ask_stand_in(
            session, complaint=found, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: back,
        said=_("Gevraagd. Deze persoon kreeg bericht en leest de klacht."),
        page=lambda: render_template(
            "procurement/complaints/stand_in.html", form=form, complaint=_found(public_id), people=people,
            is_free=bool(queries.free(db(), found.tender)),
        ),
    )  # fmt: skip


@bp.route("/complaints/<uuid:public_id>/publish", methods=["GET", "POST"])
@guarded(policy.HANDLE)
def publish(public_id: UUID) -> Any:
    """Publish the outcome after the answer."""
    found = _found(public_id)
    permit(policy.may(actor(), policy.HANDLE, found) and found.answered_by_id == actor().user_id)
    form = forms.PublishForm()
    return submit(
        form,
        lambda session: services.publish_outcome(
            session, complaint=found, actor=actor(), at=now(), **form.values()
        ),
        then=lambda made: url_for("complaints.show", public_id=made.public_id),
        said=_("Gepubliceerd. Iedereen leest de samenvatting."),
        page=lambda: render_template(
            "procurement/complaints/publish.html", form=form, complaint=_found(public_id)
        ),
    )


@bp.post("/complaints/<uuid:public_id>/resolve")
@guarded(policy.RESOLVE)
def resolve(public_id: UUID) -> Any:
    """What was promised is done."""
    found, back = _found(public_id), url_for("complaints.show", public_id=public_id)
    return press(
        lambda session: services.resolve_complaint(session, complaint=found, actor=actor(), at=now()), then=back,
        said=_("De klacht is afgehandeld."),
    )  # fmt: skip


@bp.post("/complaints/<uuid:public_id>/withdraw")
@guarded(policy.SUBMIT)
def withdraw(public_id: UUID) -> Any:
    """Take one's complaint back."""
    found, back = _found(public_id), url_for("complaints.show", public_id=public_id)
    return press(
        lambda session: services.withdraw_complaint(session, complaint=found, actor=actor(), at=now()), then=back,
        said=_("Uw klacht is ingetrokken."),
    )  # fmt: skip
