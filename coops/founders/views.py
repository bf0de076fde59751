"""Pages and buttons of what the founders decide."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from coops.founders import queries as founding
from coops.founders import services
from coops.founders.forms import FoundersForm
from coops.initiatives import forms, policy, queries
from coops.initiatives.errors import RequestGone
from coops.initiatives.models import Initiative
from coops.members.policy import KEEP
from coops.members.rules import MemberKind
from cwb.identity.models import User
from cwb.kernel.policy import Action
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, language
from cwb.web.request import actor, db, now
from cwb.web.submit import press, submit

bp = Blueprint("founders", __name__, url_prefix="/incubator")


def _own(public_id: UUID, action: Action = policy.WORK) -> Initiative:
    found = queries.initiative(db(), public_id)
    permit(policy.may(actor(), action, found))
    return found


def _page(public_id: UUID) -> str:
    return url_for("incubator.show", public_id=public_id)


def _asker(found: Initiative, person_id: UUID) -> User:
    for each in founding.asking(db(), found.id):
        if each.public_id == person_id:
            return each
    raise RequestGone


@bp.route("/<uuid:public_id>/request/<uuid:person_id>", methods=["GET", "POST"])
@guarded(policy.ANSWER)
def answer(public_id: UUID, person_id: UUID) -> Any:
    """Let somebody in as a founder, or not."""
    found = _own(public_id, policy.ANSWER)
    asker, form = _asker(found, person_id), forms.AnswerForm()
    return submit(
        form,
        lambda session: services.answer_request(
            session, initiative=found, asker_id=asker.id, accept=form.accept.data == "yes", word=form.word.data or "",
            user_id=actor().user_id, at=now(),
        ),
        then=lambda _done: _page(public_id),
        said=_("Uw antwoord is verstuurd."),
        page=lambda: render_template("coops/founders/answer.html", form=form, initiative=found, asker=asker),
    )  # fmt: skip


@bp.get("/<uuid:public_id>/leave")
@guarded(policy.WORK)
def leave(public_id: UUID) -> str:
    """Asked once more before a signature is taken back."""
    found = _own(public_id)
    return render_template(
        "coops/founders/leave.html", initiative=found, left=queries.leaders(db(), found) - {actor().user_id}
    )


@bp.route("/<uuid:public_id>/stop", methods=["GET", "POST"])
@guarded(policy.WORK)
def stop(public_id: UUID) -> Any:
    """Propose to end it with a reason; end it where nobody else decides."""
    found = _own(public_id)
    form, alone = forms.StopForm(), not queries.leaders(db(), found) - {actor().user_id}
    return submit(
        form,
        lambda session: services.stop_initiative(
            session, initiative=found, reason=form.reason.data, user_id=actor().user_id, at=now()
        ),
        then=lambda _done: _page(public_id),
        said=_("Het initiatief is gestopt. Wat er stond, blijft te lezen.")
        if alone
        else _("U stelde voor om te stoppen. Een ander uit de groep bevestigt het."),
        page=lambda: render_template("coops/initiatives/stop.html", form=form, initiative=found, alone=alone),
    )


@bp.post("/<uuid:public_id>/stop/confirm")
@guarded(policy.WORK)
def confirm(public_id: UUID) -> Any:
    """Agree as another that it ends."""
    found = _own(public_id)
    return press(
        lambda session: services.confirm_stop(session, initiative=found, user_id=actor().user_id, at=now()),
        then=_page(public_id), said=_("Het initiatief is gestopt. Wat er stond, blijft te lezen."),
    )  # fmt: skip


@bp.post("/<uuid:public_id>/go-on")
@guarded(policy.WORK)
def go_on(public_id: UUID) -> Any:
    """Go on: after a proposal to stop, or within 30 days after the stop."""
    found = _own(public_id)
    return press(
        lambda session: services.go_on(session, initiative=found, user_id=actor().user_id, at=now()),
        then=_page(public_id), said=_("Het initiatief gaat door."),
    )  # fmt: skip


@bp.route("/members", methods=["GET", "POST"])
@guarded(KEEP)
def members() -> Any:
    """Write down as members those who founded it along."""
    there = founding.founders_outside(db(), actor())
    form = FoundersForm(founders=there)
    return submit(
        form,
        lambda session: services.enter_founders(
            session, emails=form.who.data or [], kind=MemberKind(form.kind.data), actor=actor(),
            locale=language(), at=now(),
        ),
        then=lambda done: url_for("members.index", added=done.added, known=done.known),
        page=lambda: render_template("coops/founders/members.html", form=form, founders=there),
    )  # fmt: skip
