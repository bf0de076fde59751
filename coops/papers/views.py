"""Pages of papers: one's own, and a paper as a file for who may read it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, render_template, url_for

from coops.papers import forms, policy, queries, rules, services
from coops.papers.errors import PaperNotFound
from cwb.files import rules as files
from cwb.files.gateway import HouseKeys
from cwb.files.views import download
from cwb.kernel.transaction import atomic
from cwb.web.forms import Button
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.security import takes_files
from cwb.web.submit import submit

bp = Blueprint("cooperative_papers", __name__, url_prefix="/cooperatives/papers")


def keys() -> HouseKeys:
    """The installation's keys, outside the database."""
    return HouseKeys(current_app.extensions["cwb.config"].data_dir)


@bp.route("", methods=["GET", "POST"])
@takes_files(files.MOST_FILE + files.MEGA)
@guarded(policy.ADD)
def index() -> Any:
    """The papers of one's own organisation; add one."""
    own = actor().organisation_id or 0
    there = queries.papers(db(), organisation_id=own)
    form = forms.PaperForm(data={"kind": rules.wanted(each.kind for each in there)})
    return submit(
        form,
        lambda s: services.add_paper(
            s, organisation_id=own, keys=keys(), actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("cooperative_papers.index"),
        said=_("Het stuk is bewaard, versleuteld. Alleen u en wie controleert lezen het."),
        page=lambda: render_template(
            "coops/papers/index.html", form=form, removes=policy.REMOVE.open_to(actor()), papers=there,
            kinds=rules.PAPERS, most=files.MOST_FILE // files.MEGA,
        ),
    )  # fmt: skip


@bp.get("/<uuid:public_id>")
@guarded(policy.READ)
def show(public_id: UUID) -> Response:
    """A paper as a file."""
    found = queries.paper(db(), public_id)
    with atomic(db()) as session:
        content = services.read_paper(session, paper=found, keys=keys(), actor=actor(), at=now())
    return download(content, found.file_kind, found.name)


@bp.post("/<uuid:public_id>/remove")
@guarded(policy.REMOVE)
def remove(public_id: UUID) -> Any:
    """Take a paper of one's own away."""
    found = queries.paper(db(), public_id)
    if found.organisation_id is None or found.organisation_id != actor().organisation_id:
        raise PaperNotFound
    return submit(
        Button(),
        lambda s: services.remove_paper(s, paper=found),
        then=lambda _none: url_for("cooperative_papers.index"),
        said=_("Het stuk is weg."),
        page=index,
    )
