"""The list of who gave no paper."""

from flask import Blueprint, render_template

from coops.register.forms import KINDS, places
from coops.register.policy import VERIFY
from coops.unchecked import queries
from cwb.web.guards import guarded
from cwb.web.pages import paged
from cwb.web.request import db, now

bp = Blueprint("unchecked", __name__)


@bp.get("/cooperatives/without-papers")
@guarded(VERIFY)
def index() -> str:
    """Cooperatives that the programme can ask for a paper."""
    return render_template(
        "coops/unchecked/index.html",
        page=paged(db(), queries.without_papers(now())),
        kinds=KINDS,
        places=places(),
    )
