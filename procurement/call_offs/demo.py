"""The demo's orders under frameworks: those that were taken, and one that was not."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor
from procurement.call_offs import queries, services
from procurement.contracts import queries as contracts
from procurement.contracts.models import Contract
from procurement.contracts.rules import LocalOutcome
from procurement.tenders.demo import Plot

LOCAL: Mapping[str, Any] = {
    "local_outcome": LocalOutcome.LOCAL_CHOSEN,
    "local_reason": "De leverancier werkt in dit gebied (voorbeeld).",
}
MONTH = timedelta(days=30)


def story(agenda: Agenda) -> None:
    """Each order on its day."""
    for number, facts in enumerate(agenda.facts["tenders"]):
        if "framework" not in facts:
            continue
        plot, orders = Plot(agenda, facts, number), facts["framework"]["orders"]
        for each in orders:
            agenda.at(agenda.day(each["days"], 11), partial(_place, plot, each))


def framework_of(plot: Plot, session: Session) -> Contract:
    """The signed framework contract of a tender of the story."""
    found = next(iter(contracts.of_tender(session, plot.tender(session).id).values()))
    return queries.framework(session, found.number)


def _buyer(plot: Plot, session: Session) -> Actor:
    return plot.actor(session, f"{plot.facts['anchor']}/purchaser1")


def supplier_of(plot: Plot, session: Session, organisation_id: int) -> Actor:
    """Who speaks for a supplier of the story."""
    cast = plot.agenda.cast.items()
    key = next(key for key, value in cast if value == organisation_id and "/" not in key)
    return plot.actor(session, f"{key}/board")


def _place(plot: Plot, facts: Mapping[str, Any], session: Session, at: datetime) -> None:
    starts = local_date(at) + timedelta(days=7)
    made = services.place(
        session, framework=framework_of(plot, session), title=facts["title"], description="",
        quantities={int(position): Decimal(each) for position, each in facts["quantities"].items()},
        starts_on=starts, ends_on=starts + MONTH, actor=_buyer(plot, session), at=at, **LOCAL,
    )  # fmt: skip
    if "declined" in facts:
        plot.agenda.at(at + timedelta(days=1), partial(_answer, plot, made.number, facts["declined"]))
    plot.agenda.at(at + timedelta(days=3), partial(_answer, plot, made.number, ""))


def _answer(plot: Plot, number: str, declined: str, session: Session, at: datetime) -> None:
    order = queries.call_off(session, number)
    if order.party is not None:
        services.answer(
            session, order=order, accepts=not declined, reason=declined,
            actor=supplier_of(plot, session, order.party.supplier_id), at=at,
        )  # fmt: skip
