"""Pages of contracts made elsewhere."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from cwb.web.forms import Button
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from procurement.contracts.forms import LocalForm
from procurement.contracts.rules import OUTCOME_TEXTS
from procurement.externals import forms, policy, queries, services
from procurement.externals.errors import ExternalNotFound
from procurement.externals.gateway import COLUMNS, MOST_ROWS, NEEDED
from procurement.externals.models import ExternalContract

bp = Blueprint("externals", __name__, url_prefix="/contracts/elsewhere")


@bp.get("")
@guarded(policy.SEE)
def index() -> str:
    """Contracts made elsewhere, what ends first on top."""
    form = forms.ExternalFilter(request.args)
    return render_template(
        "procurement/externals/index.html",
        filter_form=form,
        page=paged(db(), queries.externals(actor(), text=form.text.data or "")),
        may_enter=policy.ENTER.open_to(actor()),
    )


@bp.get("/list.csv")
@guarded(policy.SEE)
def listing() -> Response:
    """The same list as a file, in the columns of the import with number and buyer before them."""
    form = forms.ExternalFilter(request.args)
    found = db().scalars(queries.externals(actor(), text=form.text.data or "")).all()
    rows = (
        (
            each.number, each.buyer.name, each.title, each.supplier_name, each.value, each.starts_on, each.ends_on,
            each.supplier_kvk, each.cpv, each.reference, each.tenderned_number, each.published_on,
            each.local_outcome.value if each.local_outcome else "",
        )
        for each in found
    )  # fmt: skip
    return csv_file("contracts-elsewhere", ("number", "buyer", *COLUMNS, "local_option"), rows)


def _contract(number: str) -> ExternalContract:
    found = queries.external(db(), number)
    if not policy.may(actor(), policy.SEE, found):
        raise ExternalNotFound
    return found


@bp.get("/<number>")
@guarded(policy.SEE)
def show(number: str) -> str:
    """One contract; where no KvK number linked its supplier, who it might be."""
    found = _contract(number)
    may_enter = policy.may(actor(), policy.ENTER, found)
    return render_template(
        "procurement/externals/show.html", contract=found, outcomes=OUTCOME_TEXTS, may_enter=may_enter,
        proposed=queries.proposed(db(), found.supplier_name) if may_enter and found.supplier_id is None else [],
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@guarded(policy.ENTER)
def new() -> Any:
    """Write one down."""
    form = forms.ExternalForm()
    return submit(
        form,
        lambda session: services.enter(session, facts=form.facts(), actor=actor(), at=now()),
        then=lambda made: url_for("externals.local_option", number=made.number),
        said=_("Het contract staat in de lijst. Nog één vraag."),
        page=lambda: render_template("procurement/externals/form.html", form=form),
    )


@bp.route("/<number>/local-option", methods=["GET", "POST"])
@guarded(policy.ENTER)
def local_option(number: str) -> Any:
    """Was the local option examined?"""
    found = _contract(number)
    permit(policy.may(actor(), policy.ENTER, found))
    form = LocalForm()
    return submit(
        form,
        lambda session: services.examine(session, contract=found, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("externals.show", number=number),
        said=_("Vastgelegd."),
        page=lambda: render_template(
            "procurement/externals/local.html", form=form, contract=_contract(number)
        ),
    )


@bp.route("/<number>/withdraw", methods=["GET", "POST"])
@guarded(policy.ENTER)
def withdraw(number: str) -> Any:
    """Take a mistake off the list."""
    found = _contract(number)
    permit(policy.may(actor(), policy.ENTER, found))
    form = forms.WithdrawForm()
    return submit(
        form,
        lambda session: services.withdraw(
            session, contract=found, reason=form.reason.data or "", actor=actor(), at=now()
        ),
        then=lambda _made: url_for("externals.index"),
        said=_("Van de lijst gehaald. De regel blijft in het dossier."),
        page=lambda: render_template(
            "procurement/externals/withdraw.html", form=form, contract=_contract(number)
        ),
    )


@bp.route("/upload", methods=["GET", "POST"])
@guarded(policy.ENTER)
def upload() -> Any:
    """Choose a file; what columns it has."""
    form = forms.FileForm()
    return submit(
        form,
        lambda session: services.stage(session, actor=actor(), at=now(), **form.values()),
        then=lambda made: url_for("externals.look", public_id=made.public_id),
        page=lambda: render_template(
            "procurement/externals/upload.html", form=form, columns=COLUMNS, needed=NEEDED, most=MOST_ROWS
        ),
    )


@bp.get("/upload/example.csv")
@guarded(policy.ENTER)
def example() -> Response:
    """A file with the right columns and one invented row."""
    row = (
        "Schoonmaak kantoren", "Voorbeeld BV", "125000,00", "2026-01-01", "2028-12-31", "", "90919200", "INK-2025-014",
        "123456", "2025-09-01",
    )  # fmt: skip
    return csv_file("contracten-voorbeeld", list(COLUMNS), [row])


@bp.route("/upload/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.ENTER)
def look(public_id: UUID) -> Any:
    """What a file holds, row by row where something is wrong; keep it."""
    waiting = queries.upload(db(), public_id, actor().organisation_id)
    seen = services.preview(db(), buyer_id=waiting.anchor_id, content=waiting.content)
    form = Button()
    return submit(
        form,
        lambda session: services.keep(session, upload=waiting, actor=actor(), at=now()),
        then=lambda _count: url_for("externals.index"),
        said=_("Opgeslagen. %(num)s contracten zijn nieuw.", num=len(seen.new)),
        page=lambda: render_template(
            "procurement/externals/look.html", form=form, seen=seen,
            upload=queries.upload(db(), public_id, actor().organisation_id),
        ),
    )  # fmt: skip
