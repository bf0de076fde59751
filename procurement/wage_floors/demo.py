"""The demo's wage floors: what a buyer asks in some tenders, and what their bidders reckon."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from coops.wages.gateway import wages
from cwb.kernel.clock import local_date
from procurement.tenders.demo import Plot
from procurement.wage_floors import services
from procurement.wage_floors.rules import Floor

SHARE = 70
"""Percent of a price of the example that is labour."""

HEAVY = 112
"""Percent of the hours that this part can pay, where the story lets a bid lie below the floor."""


def say(plot: Plot, session: Session, at: datetime) -> None:
    """Set the floor where the story has one, with the CAO of the trade (its days are an example)."""
    if "floor" in plot.facts:
        today = local_date(at)
        services.set_floor(
            session, tender=plot.tender(session), floor_minor=plot.facts["floor"], wage=wages().wage(today),
            cao=plot.facts["cao"], cao_from=today - timedelta(days=200), cao_until=today + timedelta(days=400),
            user_id=plot.person("purchaser1"), at=at,
        )  # fmt: skip


def labour(floor: Floor | None, price_minor: int, is_below: bool = False) -> dict[str, Any]:
    """The page with hours of a bid, where it is asked: as many hours as this part of the price can pay, or too many."""
    if floor is None:
        return {}
    minor = price_minor * SHARE // 100
    hours = minor * (HEAVY if is_below else 100) // 100 // floor.hour_minor
    return {
        "labour": {
            "hours": str(hours), "minor": minor if is_below else hours * floor.hour_minor, "fee_hours": "0",
            "fee_minor": 0,
        }
    }  # fmt: skip
