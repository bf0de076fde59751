"""Open data of tenders: release packages, records, and what is published and what never is."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, stream_with_context

from cwb.kernel.canonical import canonical_json
from cwb.web.guards import public
from cwb.web.pages import asked_page
from cwb.web.request import db
from procurement.chronicle.rules import Setting
from procurement.ocds.rules import LICENSE, Json
from procurement.publication import gateway, queries, services
from procurement.publication.errors import NothingPublished

bp = Blueprint("ocds", __name__)


def _setting() -> Setting:
    return gateway.setting(current_app.extensions["cwb.config"])


def _answer(pieces: Any, mark: str, at: datetime | None = None) -> Any:
    """JSON with its mark: who has it already gets 304 and nothing is read."""
    response = Response(stream_with_context(pieces), mimetype="application/json")
    response.set_etag(mark)
    response.last_modified = at.astimezone(UTC) if at else None
    response.cache_control.public, response.cache_control.no_cache = True, True
    return response.make_conditional(request)


def _links(address: str, page: int, pages: int) -> Json | None:
    """Addresses of the pages beside this one; None when there is one page only."""
    if pages == 1:
        return None
    near = {"next": page + 1 if page < pages else 0, "prev": page - 1}
    return {name: f"{address}?page={number}" for name, number in near.items() if number}


@bp.get("/data/ocds")
@public
def about() -> str:
    """What is published, when, what never is, and in which words."""
    found = queries.shelf(db(), page=1)
    return render_template(
        "procurement/publication/about.html",
        total=found.total,
        pages=found.pages,
        setting=_setting(),
        extensions=found.extensions,
        license=LICENSE,
    )


@bp.get("/data/ocds/releases.json")
@public
def releases() -> Any:
    """All releases (OCDS 1.1.5), a thousand in a package; `core=1` without what needs extensions."""
    page = asked_page()
    found = queries.shelf(db(), page=page)
    if page > found.pages:
        raise NothingPublished
    core = request.args.get("core") == "1"
    setting = _setting()
    address = f"{setting.base_url}/data/ocds/releases.json"
    pieces = services.package(
        db(), found, setting, uri=address if page == 1 else f"{address}?page={page}", core=core,
        links=_links(address, page, found.pages),
    )  # fmt: skip
    return _answer(pieces, f"{found.mark}{'-core' if core else ''}", found.published_at)


@bp.get("/data/ocds/records.json")
@public
def records() -> Any:
    """Each process with its compiled state, two hundred in a package."""
    page = asked_page()
    ocids, pages, mark = queries.processes(db(), page)
    if page > pages:
        raise NothingPublished
    setting = _setting()
    address = f"{setting.base_url}/data/ocds/records.json"
    whole = services.records(
        db(), ocids, setting, uri=address if page == 1 else f"{address}?page={page}",
        links=_links(address, page, pages),
    )  # fmt: skip
    return _answer(iter([canonical_json(whole)]), f"records-{mark}")


@bp.get("/tenders/<number>/ocds.json")
@public
def of_tender(number: str) -> Any:
    """The releases of one tender, those of its need in front."""
    tender_id = queries.published_tender(db(), number)
    found, setting = queries.shelf(db(), tender_id=tender_id), _setting()
    pieces = services.package(db(), found, setting, uri=f"{setting.base_url}/tenders/{number}/ocds.json")
    return _answer(pieces, found.mark, found.published_at)
