"""The page of what other places published."""

from flask import Blueprint, render_template

from cwb.places.gateway import area_pack
from cwb.web.guards import public
from cwb.web.i18n import language, percent
from ledger.elsewhere.gateway import places
from ledger.elsewhere.rules import Place

bp = Blueprint("elsewhere", __name__, url_prefix="/spend")


@bp.get("/elsewhere")
@public
def index() -> str:
    """Shares of other places, each with what it counts and where it stands; none beside ours."""
    area, dutch = area_pack(), language() == "nl"

    def said(place: Place, text: str) -> str:
        return str(getattr(place, text if dutch else f"{text}_en"))

    def shares_of(place: Place) -> list[list[str]]:
        return [[each.period, each.area, percent(each.share)] for each in place.shares]

    return render_template(
        "ledger/elsewhere/index.html", area=area, places=places(area.id), said=said, shares_of=shares_of
    )
