"""The front page, health and the pages about the site."""

from importlib.metadata import version
from typing import Any

from flask import Blueprint, current_app, jsonify, render_template
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from cwb.kernel.feature import Panel, Task
from cwb.web.guards import public
from cwb.web.request import db, find_actor, now

bp = Blueprint("home", __name__)


@bp.get("/")
@public
def index() -> str:
    """For a visitor what this is; for who signed in what waits and what can be done."""
    actor = find_actor()
    if actor is None:
        return render_template("cwb/home/index.html", panels=())
    features = current_app.extensions["cwb.features"]
    tasks: list[Task] = [
        task for each in features for waiting in each.tasks for task in waiting(db(), actor, now())
    ]
    panels: list[Panel] = sorted((p for each in features for p in each.panels), key=lambda p: p.order)
    shown = [(p.template, facts) for p in panels if (facts := p.facts(db(), actor, now())) is not None]
    return render_template("cwb/home/dashboard.html", tasks=tasks, panels=shown)


@bp.get("/toegankelijkheid")
@public
def accessibility() -> str:
    """The accessibility statement."""
    return render_template("cwb/home/accessibility.html")


@bp.get("/health")
@public
def health() -> Any:
    """Whether this process and its database answer."""
    try:
        db().execute(text("SELECT 1"))
    except SQLAlchemyError:
        return jsonify(status="failing", database="unreachable", version=version("cwb")), 503
    return jsonify(status="ok", database="ok", version=version("cwb"))
