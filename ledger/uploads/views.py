"""Handing in purchase lines: choose a file, see what it holds, book it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from cwb.identity.models import Organisation
from cwb.identity.queries import organisation_by_id
from cwb.kernel.errors import Forbidden
from cwb.kernel.period import Period
from cwb.web.forms import Button
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from ledger.uploads import policy, queries, services
from ledger.uploads.forms import UploadForm
from ledger.uploads.gateway import COLUMNS, MOST_ROWS, NEEDED

bp = Blueprint("uploads", __name__, url_prefix="/spend/upload")


def _anchor() -> Organisation:
    """The actor's own organisation, which must be an anchor."""
    organisation_id = actor().organisation_id
    if organisation_id is None:
        raise Forbidden
    found = organisation_by_id(db(), organisation_id)
    if found.anchor_type is None:
        raise Forbidden
    return found


@bp.route("", methods=["GET", "POST"])
@guarded(policy.UPLOAD)
def index() -> Any:
    """Choose a file; what columns it has; what was booked before."""
    anchor, form = _anchor(), UploadForm()
    return submit(
        form,
        lambda s: services.stage_upload(s, anchor=anchor, actor_id=actor().user_id, at=now(), **form.values()),
        then=lambda made: url_for("uploads.show", public_id=made.public_id),
        page=lambda: render_template(
            "ledger/uploads/index.html", form=form, columns=COLUMNS, needed=NEEDED, most=MOST_ROWS,
            imports=queries.imports(db(), anchor.id),
        ),
    )  # fmt: skip


@bp.get("/example.csv")
@guarded(policy.UPLOAD)
def example() -> Any:
    """An empty file with the right columns."""
    return csv_file("inkoopregels-voorbeeld", list(COLUMNS), [])


@bp.route("/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.UPLOAD)
def show(public_id: UUID) -> Any:
    """What a file holds, row by row where something is wrong; book it."""
    anchor = _anchor()
    upload = queries.upload(db(), public_id, anchor_id=anchor.id)
    seen = services.preview(db(), anchor=anchor, content=upload.content)
    days = [line.invoice_on for _row, line in seen.read.rows if line.invoice_on is not None]
    form = Button()
    return submit(
        form,
        lambda s: services.book_upload(s, anchor=anchor, upload=upload, actor_id=actor().user_id, at=now()),
        then=lambda _done: url_for("spend.lines", period=str(Period.quarter_of(max(days))) if days else None),
        said=_("Het bestand is opgeslagen. %(count)s regels zijn nieuw.", count=seen.new),
        page=lambda: render_template(
            "ledger/uploads/show.html", form=form, upload=upload, seen=seen, days=days
        ),
    )


@bp.post("/<uuid:public_id>/discard")
@guarded(policy.UPLOAD)
def discard(public_id: UUID) -> Any:
    """Throw a waiting file away."""
    upload = queries.upload(db(), public_id, anchor_id=_anchor().id)
    return submit(
        Button(), lambda s: services.discard_upload(s, upload=upload), then=lambda _none: url_for("uploads.index"),
        said=_("Het bestand is weg. Er is niets opgeslagen."), page=lambda: "",
    )  # fmt: skip
