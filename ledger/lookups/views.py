"""Pages of the register: ask a number, take in a file, keep an extract, read what was found."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, render_template, request, url_for
from werkzeug import Response

from cwb.web.forms import Button
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.security import takes_files
from cwb.web.submit import passed, submit
from ledger.extracts import queries as extracts
from ledger.extracts.gateway import COLUMNS, MOST_ROWS, NEEDED, KvkRegister
from ledger.extracts.rules import WAYS
from ledger.lookups import policy, queries, services
from ledger.lookups.forms import FileForm, NumberForm, RegisterFilters
from ledger.suppliers.queries import with_numbers

bp = Blueprint("lookups", __name__, url_prefix="/spend/register")

MOST_BYTES = 40_000_000


def register() -> KvkRegister:
    """The register's API as this installation is set up; without a key it is off."""
    config = current_app.extensions["cwb.config"]
    return KvkRegister(config.kvk_url, config.kvk_key, config.kvk_authorities)


def _done() -> dict[str, int] | None:
    """What taking a file in did, as the address tells it."""
    told = {name: request.args.get(name, "")[:9] for name in ("found", "renewed", "waiting")}
    return (
        {n: int(v) for n, v in told.items()}
        if all(v.isascii() and v.isdigit() for v in told.values())
        else None
    )


@bp.get("")
@guarded(policy.SEE_REGISTER)
def index() -> Any:
    """Who was looked up, by name."""
    text = request.args.get("q", "")[:200]
    return render_template(
        "ledger/lookups/index.html", page=paged(db(), extracts.extracts(text)), form=RegisterFilters(request.args),
        arguments=request.args.to_dict(), ways=WAYS, looks_up=policy.LOOK_UP.open_to(actor()), on=register().on,
        done=_done(), uploads=queries.uploads(db()),
    )  # fmt: skip


@bp.get("/export.csv")
@guarded(policy.SEE_REGISTER)
def export() -> Any:
    """The same list as a file, one row per establishment."""
    head = (
        "kvk_number", "name", "legal_form", "natural_person", "branch_number", "main", "street", "house_number",
        "postcode", "city", "country", "started_on", "from_on", "until_on", "ended_on", "looked_up_on", "via", "source",
    )  # fmt: skip
    rows = (
        (
            each.kvk_number, each.name, each.legal_form, "ja" if each.natural_person else "nee", b.number,
            "ja" if b.main else "nee", b.street, b.house_number, b.postcode, b.city, b.country, b.started_on, b.from_on,
            b.until_on, each.ended_on, each.looked_up_on, each.via, each.source,
        )
        for each in db().scalars(extracts.extracts(request.args.get("q", "")[:200]))
        for b in each.branches
    )  # fmt: skip
    return csv_file("register", head, rows)


@bp.get("/<uuid:public_id>")
@guarded(policy.SEE_REGISTER)
def show(public_id: UUID) -> Any:
    """One legal person: its names and establishments by day, every look-up, which suppliers are it."""
    found = extracts.extract(db(), public_id)
    number = found.kvk_number
    return render_template(
        "ledger/lookups/show.html", extract=found, history=extracts.history(db(), number), ways=WAYS,
        suppliers=with_numbers(db(), kvk={number}, branches=set(), vat_ids=set(), ibans=set()),
        looks_up=policy.LOOK_UP.open_to(actor()),
    )  # fmt: skip


@bp.route("/ask", methods=["GET", "POST"])
@guarded(policy.LOOK_UP)
def ask() -> Any:
    """Look one number up by the API. The answer is awaited inside the act, at most ten seconds a call."""
    door, number = register(), request.args.get("number", "")[:20]
    if not door.on:
        said = _(
            "Opzoeken in het register staat uit: er is geen sleutel. Neem het uittreksel over, of gebruik een bestand."
        )
        return passed(
            url_for("witnesses.extract", number=number) if number else url_for("lookups.index"), said
        )
    form = NumberForm(kvk_number=number)
    return submit(
        form,
        lambda s: services.look_up(
            s, register=door, number=form.kvk_number.data, actor_id=actor().user_id, at=now()
        ),
        then=lambda _done: url_for("lookups.index", q=form.kvk_number.data),
        said=_("Het nummer is opgezocht. De cijfers zijn bijgewerkt."),
        page=lambda: render_template("ledger/lookups/ask.html", form=form),
    )


@bp.route("/file", methods=["GET", "POST"])
@takes_files(MOST_BYTES)
@guarded(policy.LOOK_UP)
def file() -> Any:
    """Choose a register's file; which columns it may have."""
    form = FileForm()
    return submit(
        form,
        lambda s: services.stage_file(s, actor_id=actor().user_id, at=now(), **form.values()),
        then=lambda made: url_for("lookups.waiting", public_id=made.public_id),
        page=lambda: render_template(
            "ledger/lookups/file.html", form=form, columns=COLUMNS, needed=NEEDED, most=MOST_ROWS
        ),
    )


@bp.get("/example.csv")
@guarded(policy.LOOK_UP)
def example() -> Response:
    """An empty file with the right columns."""
    return csv_file("register-voorbeeld", list(COLUMNS), [])


@bp.route("/file/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.CONFIRM)
def waiting(public_id: UUID) -> Any:
    """What a file holds and would do, row by row where something is wrong; confirm it as the second person."""
    form = Button()

    def page() -> str:
        upload = queries.upload(db(), public_id)
        return render_template(
            "ledger/lookups/waiting.html", form=form, upload=upload, columns=COLUMNS,
            seen=services.preview(db(), upload=upload), own=upload.actor_id == actor().user_id,
            discards=policy.LOOK_UP.open_to(actor()),
        )  # fmt: skip

    return submit(
        form,
        lambda s: services.take_file(s, public_id=public_id, actor_id=actor().user_id, at=now()),
        then=lambda done: url_for("lookups.index", found=done.found, renewed=done.renewed, waiting=done.waiting),
        said=_("U bevestigde het bestand. De cijfers zijn bijgewerkt."),
        page=page,
    )  # fmt: skip


@bp.post("/file/<uuid:public_id>/discard")
@guarded(policy.LOOK_UP)
def discard(public_id: UUID) -> Any:
    """Throw a waiting file away."""
    upload = queries.upload(db(), public_id)
    return submit(
        Button(), lambda s: services.discard_file(s, upload=upload), then=lambda _none: url_for("lookups.file"),
        said=_("Het bestand is weg. Er is niets opgeslagen."), page=lambda: "",
    )  # fmt: skip
