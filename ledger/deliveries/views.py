"""The calendar of handing in: for an anchor its own quarters, for the programme all of them."""

from typing import Any

from flask import Blueprint, render_template, url_for

from cwb.kernel.clock import local_date
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from ledger.deliveries import policy, queries, services
from ledger.deliveries.forms import NothingForm
from ledger.deliveries.queries import Entry
from ledger.deliveries.rules import STATES, State, coming
from ledger.handed.rules import LACKS

bp = Blueprint("deliveries", __name__, url_prefix="/spend")


def _calendar() -> list[Entry]:
    own = None if policy.SEE_ALL.open_to(actor()) else actor().organisation_id or 0
    order = [State.LATE, State.HALF, State.WAITING]
    found = queries.calendar(db(), local_date(now()), anchor_id=own)
    return sorted(found, key=lambda each: order.index(each.state) if each.state in order else len(order))


@bp.get("/deliveries")
@guarded(policy.SEE)
def index() -> Any:
    """Who handed in which quarter, who is late, and who bought nothing: what waits first."""
    return render_template(
        "ledger/deliveries/index.html", entries=_calendar(), states=STATES, lacks=LACKS,
        coming=coming(local_date(now())), sees_all=policy.SEE_ALL.open_to(actor()),
        own=policy.SAY_NOTHING.open_to(actor()),
    )  # fmt: skip


@bp.get("/deliveries.csv")
@guarded(policy.SEE_ALL)
def whole() -> Any:
    """The calendar as a file."""
    rows = (
        (
            str(each.quarter),
            each.anchor.name,
            each.anchor.kvk_number,
            each.due,
            each.state.value,
            each.reason,
            each.lack.by.value if each.lack else "",
            "yes" if each.nobody else "no",
        )
        for each in _calendar()
    )
    return csv_file(
        "aanleveren",
        ("quarter", "anchor", "kvk_number", "due", "state", "reason", "lack", "no_purchaser"),
        rows,
    )


@bp.route("/deliveries/nothing", methods=["GET", "POST"])
@guarded(policy.SAY_NOTHING)
def nothing() -> Any:
    """Say that a quarter has no purchases."""
    own = actor().organisation_id or 0
    offered = queries.open_spans(queries.calendar(db(), local_date(now()), anchor_id=own))
    if not offered:
        return passed(
            url_for("deliveries.index"), _("Er is geen kwartaal of maand waar u nog iets over moet zeggen.")
        )
    form = NothingForm()
    form.offer(offered)
    return submit(
        form,
        lambda session: services.say_nothing_bought(
            session, anchor_id=own, actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _made: url_for("deliveries.index"),
        said=_("Opgeslagen. U hoeft over deze tijd niets aan te leveren."),
        page=lambda: render_template("ledger/deliveries/nothing.html", form=form),
    )
