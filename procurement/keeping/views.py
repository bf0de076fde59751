"""One's own bids: the list, and each with its receipts. The addresses belong to the bids' own blueprint."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template
from werkzeug import Response

from cwb.kernel.clock import LOCAL
from cwb.web.guards import guarded
from cwb.web.i18n import _, translated
from cwb.web.pages import csv_file, listed
from cwb.web.request import actor, db
from procurement.bids import policy, queries, rules, services
from procurement.bids.forms import STATES
from procurement.bids.models import Bid
from procurement.bids.views import home, keys, until
from procurement.consortia.rules import parties
from procurement.envelopes.rules import content_of_text
from procurement.lots.rules import whole_title
from procurement.submission.views import bp

__all__ = ["bp"]


@bp.get("/bids/<uuid:bid_id>")
@guarded(policy.SEE_OWN)
def show(bid_id: UUID) -> str:
    """One own bid: its state, its receipts, its content, and what happens next."""
    bid = services.of_one(db(), queries.own_bid(db(), bid_id, actor().organisation_id), actor())
    moment = queries.database_now(db())
    versions = queries.versions(db(), bid.id)
    copy = content_of_text(services.read_copy(bid, versions[0], keys())) if versions else None
    chance = queries.opportunity(db(), bid.tender.number, bid.lot.number, actor())
    state = queries.state_of(bid, bid.tender, moment)
    return render_template(
        "procurement/bids/show.html", bid=bid, tender=bid.tender, chance=chance, versions=versions, copy=copy,
        until=until(copy), home=home(chance), changed_at=chance.changed_since(bid),
        names={each.code: each.name for each in chance.criteria}, is_open=not queries.is_closed(bid.tender, moment),
        state=STATES[state], has_result=state is rules.BidState.DECIDED,
        may_hand_in=policy.may(actor(), policy.HAND_IN, bid), leads=policy.may(actor(), policy.SEE_OWN, bid),
        parties=parties(copy),
    )  # fmt: skip


def _listed(rows: Sequence[tuple[Bid, datetime]]) -> list[dict[str, Any]]:
    listed = []
    for bid, moment in rows:
        tender, state = bid.tender, queries.state_of(bid, bid.tender, moment)
        title = whole_title(tender.title, tender.lot_count, bid.lot.number, bid.lot.title)
        listed.append({
            "bid": bid, "tender": tender, "title": title, "state": STATES[state],
            "has_result": state is rules.BidState.DECIDED, "submitted_at": bid.submitted_at if bid.counts else None,
        })  # fmt: skip
    return listed


@bp.get("/bids")
@guarded(policy.SEE_OWN)
def index() -> str:
    """The bids of one's own organisation."""
    own = actor().organisation_id or 0
    page = listed(db(), queries.LISTED, lambda: queries.count_own(db(), own), {"organisation_id": own})
    return render_template("procurement/bids/index.html", page=page, rows=_listed(page.rows))


@bp.get("/bids.csv")
@guarded(policy.SEE_OWN)
def index_csv() -> Response:
    """The same list as a file."""
    moment = queries.database_now(db())
    rows = _listed([(bid, moment) for bid in db().scalars(queries.own_bids(actor().organisation_id))])
    head = [
        _("Aanbesteding"),
        _("Titel"),
        _("Stand"),
        _("Sluit op"),
        _("Ingediend op"),
        _("Versie"),
        _("Perceel"),
    ]
    return csv_file(
        "inschrijvingen",
        head,
        [
            (row["tender"].number, row["title"], translated(row["state"][0]), _local(row["tender"].closes_at),
             _local(row["submitted_at"]), row["bid"].version or None, row["bid"].lot.number)
            for row in rows
        ],
    )  # fmt: skip


def _local(moment: Any) -> Any:
    return moment.astimezone(LOCAL) if moment else None
