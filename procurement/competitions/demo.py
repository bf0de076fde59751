"""The demo's mini-competitions: small tenders among the suppliers of a framework."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from procurement.advice.gateway import law
from procurement.call_offs import queries
from procurement.call_offs.demo import LOCAL, framework_of
from procurement.competitions.services import start_competition
from procurement.contracts.rules import LocalOutcome
from procurement.tenders.demo import Plot

WINDOW = 16
"""Days from the start to closing: review and publication take four."""

Then = Callable[[Plot, Session, datetime], None]


def story(agenda: Agenda, then: Then) -> None:
    """Each on its day; `then` plays on from a whole draft."""
    for number, facts in enumerate(agenda.facts["tenders"]):
        for place, each in enumerate(facts.get("framework", {}).get("competitions", ())):
            act = partial(_start, Plot(agenda, facts, number), 1000 + 10 * number + place, each, then)
            agenda.at(agenda.day(each["days"], 10, 20), act)


def _start(
    plot: Plot, number: int, facts: Mapping[str, Any], then: Then, session: Session, at: datetime
) -> None:
    framework = framework_of(plot, session)
    closes = (at + timedelta(days=WINDOW)).replace(hour=11, minute=0, second=0, microsecond=0)
    starts = local_date(closes) + timedelta(days=30)
    made = start_competition(
        session, framework=framework, title=facts["title"], description=facts["description"],
        value=Money(facts["value"] * 100), starts_on=starts, ends_on=starts + timedelta(days=60), closes_at=closes,
        law=law(), actor=plot.actor(session, f"{plot.facts['anchor']}/purchaser1"), at=at,
        local_outcome=LocalOutcome.LOCAL_INVITED, local_reason=LOCAL["local_reason"],
    )  # fmt: skip
    cast = plot.agenda.cast.items()
    there = [each.supplier_id for each in queries.parties(session, framework.id) if each.joined_at]
    bidders = [next(key for key, value in cast if value == each and "/" not in key) for each in there]
    if plot.facts.get("together", {}).get("lead") in bidders:
        facts = {"together": plot.facts["together"], **facts}
    own = {**facts, "anchor": plot.facts["anchor"], "category": plot.facts["category"], "bidders": bidders}
    small = Plot(plot.agenda, {**own, "bidders": bidders if facts["prices"] else []}, number)
    plot.agenda.cast[small.key] = made.id
    then(small, session, at)
