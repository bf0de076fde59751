"""Long work on files: begin it, see how far it is, read what came of it; and take a booked file back."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from cwb.kernel.period import Period
from cwb.web.forms import Button
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, see_other, submit
from ledger.columns.rules import ColumnMap
from ledger.corrections.queries import file
from ledger.details.rules import FLAGS
from ledger.headings.rules import FIELDS
from ledger.readers.errors import FileRefused
from ledger.repeats.queries import elsewhere
from ledger.runs import services
from ledger.runs.forms import UndoForm
from ledger.spend.models import SpendImport
from ledger.spend.policy import SEE_LINES, sees_all
from ledger.uploads import policy, queries
from ledger.uploads.models import SpendRun
from ledger.uploads.rules import RUN_KINDS, SHOWN, RunKind, RunState, left
from ledger.uploads.views import (
    findings_file,
    findings_stream,
    here,
    looked_at,
    own_anchor,
    signed_before,
)

bp = Blueprint("runs", __name__, url_prefix="/spend/upload")

AGAIN = 5
"""Seconds after which a page of work that goes on is loaded again, unless its reader stopped that."""


@bp.post("/<uuid:public_id>/look")
@guarded(policy.UPLOAD)
def look(public_id: UUID) -> Any:
    """Have a long file read whole by the worker."""
    with looked_at(own_anchor(), public_id) as looked:
        upload, columns, period, fault, known = (
            looked.upload, looked.columns, looked.period, looked.fault, looked.reading,
        )  # fmt: skip

    def act(session: Session) -> SpendRun:
        if known is None:
            raise fault or FileRefused
        return services.start_reading(
            session, upload=upload, kind=RunKind.LOOK, columns=columns, period=period,
            actor_id=actor().user_id, at=now(),
        )  # fmt: skip

    return _begun(act, here("uploads.show", public_id))


def _begun(act: Callable[[Session], SpendRun], back: str) -> Any:
    """Begin work and go to its page; a refusal is read where one came from."""
    return submit(
        Button(), act, then=lambda made: url_for("runs.show", public_id=made.public_id),
        page=lambda: see_other(back),
    )  # fmt: skip


@bp.get("/runs/<uuid:public_id>")
@guarded(policy.UPLOAD)
def show(public_id: UUID) -> Any:
    """How far work is, or what came of it."""
    found = queries.run(db(), public_id, anchor_id=own_anchor().id)
    at = now()
    return render_template(
        "ledger/runs/show.html", run=found, kind=RUN_KINDS[found.kind], fields=FIELDS, flags=FLAGS,
        again=AGAIN if found.is_open and "still" not in request.args else None,
        before=queries.before(db(), found) if found.state == RunState.WAITING else 0,
        left=_left(found, at), shown=SHOWN, booked=queries.booked_by(db(), found) if found.import_id else None,
        signed=signed_before(found.result) if found.kind == RunKind.LOOK else {},
    )  # fmt: skip


@bp.get("/runs/<uuid:public_id>/findings.csv")
@guarded(policy.UPLOAD)
def findings(public_id: UUID) -> Any:
    """What is wrong or doubtful, row by row: all of it while the file waits, the first thousand of each later."""
    found = queries.run(db(), public_id, anchor_id=own_anchor().id)
    if found.upload is None or found.is_open:
        return findings_file(found.result)
    with ExitStack() as open_file:
        return findings_stream(
            open_file.enter_context(services.read(db(), found, now())), open_file.pop_all()
        )


@bp.get("/imports/<uuid:public_id>/findings.csv")
@guarded(SEE_LINES)
def left_out(public_id: UUID) -> Any:
    """Which rows of a booked file were left out and which were doubtful, and why; an auditor sees it too."""
    found, _who = file(db(), public_id, anchor_id=None if sees_all(actor()) else own_anchor().id)
    return findings_file(found.findings)


def _left(run: SpendRun, at: datetime) -> int | None:
    """Minutes it will take yet, rounded up."""
    if run.state != RunState.RUNNING or run.started_at is None:
        return None
    found = left(run.rows_done, run.rows_total, run.started_at, at)
    return None if found is None else int(found.total_seconds() // 60) + 1


@bp.post("/runs/<uuid:public_id>/book")
@guarded(policy.UPLOAD)
def book(public_id: UUID) -> Any:
    """Have the worker book a file as it was read."""
    found = queries.run(db(), public_id, anchor_id=own_anchor().id)
    shown = url_for("runs.show", public_id=public_id)
    upload = found.upload
    if upload is None or found.kind != RunKind.LOOK or found.state != RunState.DONE:
        return passed(shown, _("Dit bestand wacht niet meer."))
    return _begun(
        lambda s: services.start_reading(
            s, upload=upload, kind=RunKind.BOOK, columns=ColumnMap.of(found.columns),
            period=Period.parse(found.period) if found.period else None, actor_id=actor().user_id, at=now(),
        ),
        shown,
    )  # fmt: skip


@bp.route("/imports/<uuid:public_id>/undo", methods=["GET", "POST"])
@guarded(policy.UPLOAD)
def undo(public_id: UUID) -> Any:
    """What taking a file back does; and do it."""
    anchor, form = own_anchor(), UndoForm()
    found, is_gone = queries.booked_or_gone(db(), public_id, anchor_id=anchor.id)
    if is_gone:
        return passed(url_for("uploads.index"), _("Dit bestand is al teruggenomen."))
    return submit(
        form,
        lambda s: services.start_undo(s, made=found, actor_id=actor().user_id, at=now(), **form.values()),
        then=lambda made: url_for("runs.show", public_id=made.public_id),
        page=lambda: _effects_page(found, form),
    )


def _effects_page(found: SpendImport, form: UndoForm) -> str:
    """What goes with a file, what counts again, and what that makes together."""
    goes, back = queries.effects(db(), found.id), queries.returns(db(), found)
    return render_template(
        "ledger/runs/undo.html", form=form, file=found, effects=goes, back=back,
        net=sum(each.net for each in back) - sum(each.net for each in goes),
        later=queries.later_repeats(db(), found), others=elsewhere(db(), found.id),
    )  # fmt: skip
