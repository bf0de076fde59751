"""The public list of tenders."""

from typing import Any

from flask import Blueprint, render_template, request

from coops.needs import queries as needs
from coops.register.forms import categories, places
from cwb.web.guards import public
from cwb.web.kept_pages import kept
from cwb.web.pages import csv_file, found
from cwb.web.request import db, find_actor, now
from procurement.advice.gateway import law
from procurement.finding import queries
from procurement.finding.forms import ListFilter
from procurement.tenders import policy, rules
from procurement.tenders.forms import STATES

bp = Blueprint("finding", __name__, url_prefix="/tenders")


@bp.get("")
@public
@kept
def index() -> str:
    """The public list, narrowed by what stands in the address; what is coming are needs on the calendar."""
    form, at, actor = ListFilter(request.args), now(), find_actor()
    wanted = form.wanted()
    coming = wanted.status == "coming"
    page: Any
    if coming:
        sought = needs.Sought(
            search=wanted.search, category=wanted.category, place=wanted.place, owner=wanted.buyer
        )
        page = found(db(), *needs.listing(sought, actor, at))
    else:
        asked, values = queries.listing(wanted, actor, at)
        page = found(db(), asked, values)
    return render_template(
        "procurement/finding/index.html",
        filter_form=form,
        page=page,
        coming=coming,
        states={each.tender.number: rules.state_of(each.tender, at) for each in page.rows}
        if not coming
        else {},
        state_names=STATES,
        names=categories(),
        places=places(),
        may_make=policy.may(actor, policy.MAKE),
    )


@bp.get("/list.csv")
@public
def listing() -> Any:
    """The same list as a file, in the words of OCDS."""
    wanted = ListFilter(request.args).wanted()
    at, table = now(), law()
    tenders = db().execute(queries.everything(wanted, find_actor(), at)).all()
    head = (
        "tender/id", "tender/title", "tender/status", "state", "buyer/name", "tender/procurementMethod",
        "tender/procurementMethodDetails", "classification/id", "tender/value/amount", "published",
        "tender/enquiryPeriod/endDate", "tender/tenderPeriod/endDate", "tender/awardPeriod/startDate", "lots",
        "lots_stopped",
    )  # fmt: skip
    rows = []
    for each, stopped in tenders:
        state = rules.state_of(each, at)
        procedure = table.procedure(each.procedure or "")
        rows.append(
            (
                each.number, each.title, rules.ocds_status(state), state.value, each.buyer.name,
                procedure.ocds_method if procedure else "", each.procedure, each.cpv,
                f"{(each.value_minor or 0) / 100:.2f}" if each.value_public else "", each.published_at,
                each.questions_until, each.closes_at, each.opened_at, each.lot_count, stopped,
            )
        )  # fmt: skip
    return csv_file("tenders", head, rows)
