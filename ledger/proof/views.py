"""The published heads of the chain."""

from flask import Blueprint, Response, jsonify, render_template

from cwb.web.guards import public
from cwb.web.kept_pages import kept
from cwb.web.request import db
from ledger.proof import queries

bp = Blueprint("chain", __name__, url_prefix="/data/books")


@bp.get("/heads")
@public
@kept
def heads() -> str:
    """The head of each day: who keeps one can later see that nothing before it was changed."""
    return render_template("ledger/proof/heads.html", heads=queries.published_heads(db(), limit=60))


@bp.get("/heads.json")
@public
def heads_json() -> Response:
    """All published heads."""
    return jsonify(
        [
            {"day": head.day_on.isoformat(), "seq": head.seq, "head": head.hash.hex()}
            for head in queries.published_heads(db())
        ]
    )
