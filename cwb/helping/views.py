"""Pages of helping: who helps, what they did, asking and ending."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, current_app, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from cwb.helping import policy, queries, rules, services
from cwb.helping.forms import HelpForm
from cwb.helping.rules import Deed
from cwb.identity.models import Organisation
from cwb.identity.queries import organisation_by_id
from cwb.identity.rules import ROLE_HINT
from cwb.kernel.clock import local_date
from cwb.kernel.feature import ActionCard, NavigationItem
from cwb.kernel.policy import HELPERS, Action, Actor, Role
from cwb.kernel.transaction import atomic
from cwb.people.queries import open_invitations
from cwb.sign_in.views import limit
from cwb.web.guards import guarded
from cwb.web.i18n import _, language, translated
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import press, submit

bp = Blueprint("helping", __name__, url_prefix="/helpers")


def set_up(app: Flask) -> None:
    """Let every guard write down what a helper does."""
    app.extensions["cwb.note_help"] = _note


def _note(who: Actor, action: Action) -> None:
    """What is sent is written down with the act itself, what is looked at at once; what is their own is not."""
    role = rules.by_help(who, action)
    if role is None:
        return
    if request.method == "POST":
        services.note_act(db(), actor=who, role=role, deed=Deed.DID, page=request.path, at=now())
    elif action is not policy.SEE:
        with atomic(db()) as session:
            services.note_act(session, actor=who, role=role, deed=Deed.LOOKED, page=request.path, at=now())


def _home() -> Organisation:
    return organisation_by_id(db(), actor().organisation_id or 0)


def _whose() -> int | None:
    """Whose lines are shown: everybody's to the board, one's own to a helper."""
    return None if actor().has(Role.BOARD) else actor().user_id


@bp.get("")
@guarded(policy.SEE)
def index() -> str:
    """Who helps, what they may do until when, and the log."""
    organisation, asks = _home(), policy.ASK.open_to(actor())
    found = queries.helpers(db(), organisation.id, _whose())
    waiting = open_invitations(db(), organisation.id) if asks else ()
    return render_template(
        "cwb/helping/index.html", organisation=organisation, asks=asks,
        running=[each for each in found if each.ended_at is None],
        ended=[each for each in found if each.ended_at is not None],
        invitations=[each for each in waiting if each.role in HELPERS],
        page=paged(db(), queries.log(organisation.id, _whose()), size=25), subjects=rules.SUBJECTS, role_hint=ROLE_HINT,
        called=_called,
    )  # fmt: skip


def _called(page: str) -> str:
    """What people call a page of the log: its part of the site and the number in its address; else the address."""
    routes = current_app.url_map.bind("")
    for method in ("GET", "POST"):
        with suppress(HTTPException):
            endpoint, values = routes.match(page, method=method)
            part = endpoint.partition(".")[0]
            names = [each.label for each in _named() if each.endpoint.partition(".")[0] == part]
            number = next((each for each in values.values() if re.fullmatch("[A-Z]-[0-9-]+", str(each))), "")
            if names:
                return f"{translated(names[0])} {number}".strip()
    return page


def _named() -> Iterator[NavigationItem | ActionCard]:
    yield from current_app.extensions["cwb.navigation"]
    for each in current_app.extensions["cwb.features"]:
        yield from each.actions


@bp.get("/log.csv")
@guarded(policy.SEE)
def export() -> Any:
    """The log as a file."""
    rows = db().scalars(queries.log(_home().id, _whose()))
    return csv_file(
        "helpers", ("at", "name", "deed", "role", "page"),
        ((each.at, each.user.name, each.deed, each.role, each.page) for each in rows),
    )  # fmt: skip


@bp.route("/ask", methods=["GET", "POST"])
@guarded(policy.ASK)
def ask() -> Any:
    """Ask somebody to help."""
    organisation = _home()
    form = HelpForm(usual=local_date(now()) + rules.USUAL)
    if request.method == "POST" and form.validate():
        limit(mail=form.email.data)
    return submit(
        form,
        lambda s: services.ask_help(
            s, organisation=organisation, actor=actor(), locale=language(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("helping.index"),
        said=_("De uitnodiging is onderweg. Deze persoon moet zelf ja zeggen."),
        page=lambda: render_template("cwb/helping/ask.html", form=form, organisation=organisation),
    )


@bp.post("/<uuid:public_id>/end")
@guarded(policy.SEE)
def end(public_id: UUID) -> Any:
    """End the help of somebody, or one's own."""
    organisation, own = _home(), not policy.ASK.open_to(actor())
    found = queries.running(db(), organisation.id, public_id)
    return press(
        lambda s: services.end_help(s, organisation=organisation, mandates=found, actor=actor(), at=now()),
        then=url_for("home.index" if own else "helping.index"), back=url_for("helping.index"),
        said=_("De hulp is gestopt."),
    )  # fmt: skip
