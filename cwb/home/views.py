"""The front page, the dashboard, open data, health and the pages about the site."""

from collections.abc import Sequence
from datetime import timedelta
from importlib.metadata import version
from typing import Any, NamedTuple

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from cwb.home import rules
from cwb.home.rules import Haste
from cwb.kernel.feature import Download, Feature, Figure, Task
from cwb.kernel.policy import Actor
from cwb.places.errors import AreaPackInvalid
from cwb.places.gateway import area_pack
from cwb.sign_in.queries import database_kind
from cwb.web import styleguide as sample
from cwb.web.errors import nothing_here
from cwb.web.guards import public
from cwb.web.i18n import _, number, percent, translated, until
from cwb.web.kept_pages import kept
from cwb.web.request import db, find_actor, now
from cwb.web.static import asset_url
from cwb.web.templates import url_for
from cwb.web.waiting import waiting_for

bp = Blueprint("home", __name__)

PRIVATE = (
    "/login",
    "/password",
    "/account",
    "/register/",
    "/second-factor",
    "/switch",
    "/invitations",
    "/demo",
)
"""What search engines have no business in."""


def _features() -> Sequence[Feature]:
    found: Sequence[Feature] = current_app.extensions["cwb.features"]
    return found


@bp.get("/")
@public
@kept
def index() -> str:
    """For a visitor what this is; for who signed in what waits and what can be done."""
    actor = find_actor()
    return _front() if actor is None else _dashboard(actor)


def _front() -> str:
    figures = [made for each in _features() for ask in each.figures if (made := ask(db(), now())) is not None]
    panels = sorted((panel for each in _features() for panel in each.front), key=lambda panel: panel.order)
    shown = [(panel.template, facts) for panel in panels if (facts := panel.facts(db(), now())) is not None]
    return render_template("cwb/home/index.html", figures=[_figure(each) for each in figures], panels=shown)


def _figure(figure: Figure) -> dict[str, object]:
    value = figure.value
    if value is None:
        written = _("nog geen cijfer")
    elif isinstance(value, tuple):
        written = f"{percent(value[0], 0)} – {percent(value[1], 0)}"
    else:
        written = number(value)
    return {
        "value": written,
        "label": translated(figure.label, figure.facts),
        "href": url_for(figure.endpoint, **dict[str, Any](figure.values)),
        "hint": translated(figure.hint, figure.facts) if figure.hint else "",
    }


def _dashboard(actor: Actor) -> str:
    found = rules.in_order(waiting_for(actor), now())
    most = len(found) if request.args.get("tasks") == "all" else rules.MOST_TASKS
    panels = sorted((panel for each in _features() for panel in each.panels), key=lambda panel: panel.order)
    shown = [
        (panel.template, facts) for panel in panels if (facts := panel.facts(db(), actor, now())) is not None
    ]
    return render_template(
        "cwb/home/dashboard.html",
        tasks=tuple(_task(each) for each in found[:most]),
        more=len(found) if len(found) > most else 0,
        groups=rules.grouped([(each.about, each.actions) for each in reversed(_features())], actor),
        sleeping=bool(actor.sleeping),
        panels=shown,
    )


class _Shown(NamedTuple):
    """A task as the start page writes it."""

    label: str
    href: str
    status: str
    tone: str


_TONES = {Haste.LATE: "bad", Haste.SOON: "warn", Haste.LATER: "info", Haste.ANY_TIME: "neutral"}


def _task(task: Task) -> _Shown:
    near = Haste.SOON if task.at_once else rules.haste(task.due_at, now())
    words = {Haste.LATE: _("Te laat"), Haste.ANY_TIME: _("Te doen")}
    return _Shown(
        label=translated(task.text, task.facts),
        href=url_for(task.endpoint, **dict[str, Any](task.values)),
        status=_("Nu") if task.at_once else words.get(near) or until(task.due_at or now()),
        tone=_TONES[near],
    )


@bp.get("/start/<any(buyer, cooperative, resident):door>")
@public
@kept
def start(door: str) -> str:
    """What a buyer, a cooperative or a resident can do here, and how to begin."""
    found, actor = rules.DOORS[door], find_actor()
    groups = rules.journey((card for each in _features() for card in each.actions), found)
    founding = next((card for _part, cards in groups for card in cards if card.founds), None)
    tasks = rules.in_order(waiting_for(actor), now())[: rules.FIRST_TASKS] if actor else ()
    return render_template(
        f"cwb/home/start_{found.name}.html", groups=groups, tasks=tuple(_task(each) for each in tasks),
        then=url_for(founding.endpoint) if founding and found.founds else None,
    )  # fmt: skip


@bp.get("/data")
@public
@kept
def data() -> str:
    """All open data, with the forms it can be had in."""
    sets: list[Download] = sorted(
        (each for f in _features() for each in f.downloads), key=lambda each: each.order
    )
    shown = [(each, each.files(db(), now()) if callable(each.files) else each.files) for each in sets]
    return render_template("cwb/home/data.html", sets=shown)


@bp.get("/toegankelijkheid")
@public
@kept
def accessibility() -> str:
    """The accessibility statement."""
    return render_template("cwb/home/accessibility.html")


@bp.get("/styleguide")
@public
def styleguide() -> Any:
    """Every part of a page, for who builds them: in debug mode and in a demo only."""
    if not (current_app.debug or database_kind(db()) == "demo"):
        return nothing_here()
    return render_template("styleguide.html", **sample.sample())


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """What search engines may read: the public pages; nothing of a demo, where all is invented."""
    closed = ("/",) if database_kind(db()) == "demo" else PRIVATE
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    return Response("\n".join(lines), mimetype="text/plain")


@bp.get("/.well-known/security.txt")
@public
def security() -> Response:
    """Where to report a weakness (RFC 9116)."""
    config = current_app.extensions["cwb.config"]
    page = config.base_url + url_for("home.accessibility")
    expires = (now() + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: mailto:{config.contact_email}" if config.contact_email else f"Contact: {page}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
        f"Canonical: {config.base_url}{url_for('home.security')}",
        "",
    ]
    return Response("\n".join(lines), mimetype="text/plain")


@bp.get("/favicon.ico")
@public
def favicon() -> Any:
    """The mark, for browsers that ask without reading the page."""
    return redirect(asset_url("img/mark.svg"), 301)


@bp.get("/health")
@public
def health() -> Any:
    """Whether this process and its database answer, and the tables of the area can be read: no page does without."""
    try:
        db().execute(text("SELECT 1"))
        area_pack()
    except SQLAlchemyError:
        return jsonify(status="failing", database="unreachable", version=version("cwb")), 503
    except AreaPackInvalid as fault:
        return jsonify(status="failing", database="ok", area=fault.text(), version=version("cwb")), 503
    return jsonify(status="ok", database="ok", version=version("cwb"))
