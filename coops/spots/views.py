"""The page that says where local money can be spent (`/wallet/where`)."""

from typing import Any

from flask import Blueprint, Response, render_template, request

from coops.register.forms import categories, places
from coops.spots import forms, queries, rules
from coops.spots.rules import Ranked
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.places.gateway import area_pack
from cwb.web.guards import guarded
from cwb.web.pages import Page, asked_page, csv_file
from cwb.web.request import db, now
from ledger.instruments.rules import INSTRUMENTS, Code
from ledger.requests.views import party_id
from ledger.wallets.policy import HOLD
from ledger.wallets.rules import shown
from ledger.wallets.views import hides

bp = Blueprint("spots", __name__, url_prefix="/wallet/where")

SIZE = 25


def _found() -> dict[str, Any]:
    """The places for this reader, with the form, whose wallets they are of, and the rules of each money."""
    mine, own = party_id(), None
    wallets = queries.own_wallets(db(), mine)
    held = queries.terms(db(), [Code(each.instrument_code) for each in wallets], now())
    if not request.args and wallets and wallets[0].firm:
        own = queries.place_of(db(), mine)
    form = forms.Filter(request.args or None, data={"place": own or ""})
    ranked: list[Ranked] = []
    if held:
        ranked = rules.ranked(
            queries.spots(db(), held, mine, area_pack(), local_date(now())),
            rules.interests(queries.bought(db(), mine, [each.id for each in wallets], now())),
            form.place.data or None,
            {code: (each.tile_row, each.tile_column) for code, each in area_pack().wijken.items()},
        )
    if form.sector.data:
        ranked = [each for each in ranked if form.sector.data in each.spot.sectors]
    return {
        "form": form, "wallets": wallets, "terms": held, "ranked": ranked,
        "live": not wallets or any(each.live for each in wallets),
    }  # fmt: skip


@bp.get("")
@guarded(HOLD)
def index() -> str:
    """Where one can spend what one holds, what one buys already first."""
    found = _found()
    ranked, number = found["ranked"], asked_page()
    number = min(number, max(1, -(-len(ranked) // SIZE)))
    page = Page(ranked[(number - 1) * SIZE : number * SIZE], number, SIZE, len(ranked))
    return render_template(
        "coops/spots/index.html", page=page, filter_form=found["form"], instruments=INSTRUMENTS, shown=shown,
        places=places(), categories=categories(), buurten=area_pack().buurten, money_of=Money,
        hidden=hides(), **found,
    )  # fmt: skip


@bp.get("/list.csv")
@guarded(HOLD)
def listing() -> Response:
    """The same list as a file. Where balances are out of sight, so is what was spent."""
    return csv_file(
        "where-to-spend",
        ("name", "instrument", "code", "sectors", "wijk", "buurt", "wijken_between", "bought_sector", "bought"),
        [
            (
                each.spot.name, each.spot.instrument_code, shown(each.spot.code), " ".join(each.spot.sectors),
                each.spot.wijk, each.spot.buurt, each.steps, each.sector,
                None if hides() else Money(each.bought),
            )
            for each in _found()["ranked"]
        ],
    )  # fmt: skip
