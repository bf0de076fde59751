"""Pages of stops of issuing (`/currency/stops`)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.web.guards import guarded
from cwb.web.i18n import _, translated
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from ledger.instruments.policy import LOOK, RUN, may
from ledger.instruments.rules import CAUSES, INSTRUMENTS, Cause, Code
from ledger.issuing import forms, queries, services

bp = Blueprint("issuing", __name__, url_prefix="/currency/stops")


@bp.get("")
@guarded(LOOK)
def index() -> str:
    """What stands still, and what somebody decided before."""
    return render_template(
        "ledger/issuing/index.html", page=paged(db(), queries.stops()), causes=CAUSES, cause_of=Cause,
        instruments=INSTRUMENTS, runs=may(actor(), RUN), code_of=Code,
    )  # fmt: skip


@bp.get("/stops.csv")
@guarded(LOOK)
def listing() -> Any:
    """The same as a file."""
    rows = (
        (
            each.instrument_code, "real" if each.live else "simulation", translated(CAUSES[Cause(each.cause)]),
            each.stopped_at, each.lifted_at, each.why,
        )
        for each in db().scalars(queries.stops())
    )  # fmt: skip
    return csv_file("issuing-stops", ("instrument", "money", "cause", "stopped", "lifted", "why"), rows)


@bp.route("/<uuid:public_id>/lift", methods=["GET", "POST"])
@guarded(RUN)
def lift(public_id: UUID) -> Any:
    """Decide that it may go on."""
    found, form = queries.stop(db(), public_id), forms.LiftForm()
    there = url_for("issuing.index")
    if request.method == "GET" and found.lifted_at is not None:
        return passed(there, _("Hierover is al besloten. Er is niets veranderd."))
    return submit(
        form,
        lambda session: services.lift(
            session, public_id=public_id, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _none: there,
        said=_("Besloten. Uw reden staat erbij."),
        page=lambda: render_template(
            "ledger/wallets/act.html", title=_("Laat uitgeven weer toe"), form=form, back=there, live=found.live,
            about=translated(CAUSES[Cause(found.cause)]),
        ),
    )  # fmt: skip
