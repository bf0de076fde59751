"""The register as a page and a file."""

from decimal import Decimal

from flask import Blueprint, Response, render_template, request

from cwb.web.guards import guarded
from cwb.web.pages import csv_file
from cwb.web.request import actor, db
from procurement.contracts.rules import OUTCOME_TEXTS
from procurement.examinations import forms, policy, queries, rules
from procurement.examinations.rules import Examined, Kind

bp = Blueprint("examinations", __name__)

MOST = 200
"""Lines on the page; the file has all."""

PAGES = {Kind.CONTRACT: "contracts.show", Kind.CALL_OFF: "call_offs.order", Kind.EXTERNAL: "externals.show"}


def _rows(form: forms.RegisterFilter) -> list[Examined]:
    return [each for each in queries.register(db(), actor(), form.chosen_period()) if form.keeps(each)]


@bp.get("/local-options")
@guarded(policy.READ)
def index() -> str:
    """How often the local option was examined, with the lines behind each figure."""
    form = forms.RegisterFilter(request.args)
    rows = _rows(form)
    share = rules.share_examined(rows)
    return render_template(
        "procurement/examinations/index.html", filter_form=form, rows=rows[:MOST], total=len(rows),
        totals=rules.totals(rows), share=None if share is None else Decimal(share.numerator) / share.denominator,
        kinds=rules.KINDS, texts=OUTCOME_TEXTS, pages=PAGES, own=actor().organisation_name,
    )  # fmt: skip


@bp.get("/local-options.csv")
@guarded(policy.READ)
def listing() -> Response:
    """The same as a file."""
    head = ("kind", "number", "title", "buyer", "value", "outcome", "reason", "at")
    rows = (
        (
            each.kind.value, each.number, each.title, each.buyer, each.value,
            each.outcome.value if each.outcome else "", each.reason, each.at,
        )
        for each in _rows(forms.RegisterFilter(request.args))
    )  # fmt: skip
    return csv_file("local-options", head, rows)
