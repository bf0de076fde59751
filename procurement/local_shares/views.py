"""The page of a tender that says how much of it stayed in the area."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask import Blueprint, render_template

from cwb.kernel.money import Money
from cwb.web.guards import public
from cwb.web.request import db, find_actor
from ledger.outlook.policy import SEE, may
from ledger.outlook.queries import landed_of
from ledger.outlook.rules import Landed
from ledger.share.rules import ratio
from procurement.local_shares import queries
from procurement.tenders import queries as tenders

bp = Blueprint("local_shares", __name__)


@bp.get("/tenders/<number>/local")
@public
def show(number: str) -> str:
    """Which part of the approved invoices went to suppliers that are proven local.

    What landed is told to the parties, the programme and auditors; to others of many suppliers together only.
    """
    who = find_actor()
    tender = tenders.tender(db(), number, who)
    agreements = queries.agreements_of(db(), tender.id)
    share = queries.find_share(db(), agreements)
    inside = bool(agreements) and who is not None and all(may(who, SEE, each) for each in agreements)
    return render_template(
        "procurement/local_shares/show.html", tender=tender, share=share,
        bounds=[_decimal(each) for each in (share.lo, share.hi, share.coverage)] if share else [],
        landed=_told(landed_of(db(), *agreements)) if inside else None, agreements=agreements if inside else (),
    )  # fmt: skip


def _told(found: Landed) -> dict[str, Any]:
    return {
        "total": Money(found.share.total_low), "landed": Money(found.landed), "floor": _decimal(found.floor),
        "declared": _decimal(found.declared),
    }  # fmt: skip


def _decimal(value: Fraction | None) -> Decimal | None:
    text = ratio(value)
    return None if text is None else Decimal(text)
