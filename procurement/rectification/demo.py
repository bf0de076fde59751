"""The demo's lowered demand: a buyer heard that it kept small cooperatives out."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from procurement.advice.gateway import law
from procurement.demands.queries import demands
from procurement.demands.rules import Kind
from procurement.rectification.rules import demand_name
from procurement.rectification.services import amend_content
from procurement.tenders.demo import Plot


def story(plot: Plot, published_at: datetime) -> None:
    """Two days after publication, where the story says so."""
    if plot.facts.get("lowered"):
        plot.agenda.at(published_at + timedelta(days=2, hours=3), partial(_lower, plot))


def _lower(plot: Plot, session: Session, at: datetime) -> None:
    tender = plot.tender(session)
    one = next(each for each in demands(session, tender.id) if each.sort is Kind.REFERENCE)
    amend_content(
        session, tender=tender, changes={demand_name(one.id, "minimum_minor"): (one.minimum_minor or 2) // 2},
        reason="Kleine coöperaties deden zulk werk wel, maar nooit zo groot in één keer.", law=law(),
        user_id=plot.person("purchaser1"), at=at,
    )  # fmt: skip
