"""The page of a tender that says how much of it stayed in the area."""

from decimal import Decimal
from fractions import Fraction

from flask import Blueprint, render_template

from cwb.web.guards import public
from cwb.web.request import db, find_actor
from ledger.share.rules import ratio
from procurement.local_shares.queries import find_share
from procurement.tenders import queries as tenders

bp = Blueprint("local_shares", __name__)


@bp.get("/tenders/<number>/local")
@public
def show(number: str) -> str:
    """Which part of the approved invoices went to suppliers that are proven local. What landed is told of many only."""
    tender = tenders.tender(db(), number, find_actor())
    share = find_share(db(), tender.id)
    return render_template(
        "procurement/local_shares/show.html", tender=tender, share=share,
        bounds=[_decimal(each) for each in (share.lo, share.hi, share.coverage)] if share else [],
    )  # fmt: skip


def _decimal(value: Fraction | None) -> Decimal | None:
    text = ratio(value)
    return None if text is None else Decimal(text)
