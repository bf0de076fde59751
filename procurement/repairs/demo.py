"""The demo's repair: two bidders forgot the same paper; one is accepted, the other waits for who plays the buyer."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from cwb.kernel.clock import local_date
from procurement.enclosures.demo import PLAN
from procurement.repairs import queries, services
from procurement.repairs.gateway import settings
from procurement.repairs.rules import Kind, Verdict
from procurement.tenders.demo import Plot

QUESTION = "Wij zien niet wie voor u mag tekenen. Het uittreksel zat er niet bij. Stuurt u dat nog?"
ANSWER = "Hierbij het uittreksel van vorige maand. Onze voorzitter mag alleen tekenen."
REASONS = "Het uittreksel is van voor de sluiting. Prijs en aanbod blijven gelijk."


def story(plot: Plot, opened_at: datetime) -> None:
    """The day after the opening, where the story says who forgot a paper."""
    if "repair" in plot.facts:
        plot.agenda.at(opened_at + timedelta(days=1), partial(_ask, plot))


def _ask(plot: Plot, session: Session, at: datetime) -> None:
    tender, law = plot.tender(session), settings(local_date(at))
    keys = {plot.actor(session, f"{key}/board").organisation_id: key for key in plot.facts["repair"]}
    there = {
        each.bid.id: keys[each.bid.organisation_id]
        for each in queries.listed(session, tender) if each.bid.organisation_id in keys
    }  # fmt: skip
    made = services.ask_repair(
        session, tender=tender, kind=Kind.MISSING, about=["authority"], bidders=list(there), question=QUESTION,
        last_day=law.first_day(local_date(at)) + timedelta(days=1), left_out="", is_allowed=True, settings=law,
        actor=plot.actor(session, f"{plot.facts['anchor']}/purchaser1"), at=at,
    )  # fmt: skip
    for number, each in enumerate(made):
        later = at + timedelta(hours=3 + number)
        plot.agenda.at(later, partial(_answer, plot, each.id, there[each.opened_bid_id]))
    plot.agenda.at(at + timedelta(hours=8), partial(_decide, plot, made[0].id))


def _answer(plot: Plot, request_id: int, key: str, session: Session, at: datetime) -> None:
    services.answer_repair(
        session, request=queries.locked(session, request_id), answer=ANSWER, file=PLAN, file_name="uittreksel.pdf",
        actor=plot.actor(session, f"{key}/board"), at=at,
    )  # fmt: skip


def _decide(plot: Plot, request_id: int, session: Session, at: datetime) -> None:
    services.decide_repair(
        session, request=queries.locked(session, request_id), verdict=Verdict.ACCEPTED, is_same_bid=True,
        is_older=True, reasons=REASONS, actor=plot.actor(session, f"{plot.facts['anchor']}/purchaser2"), at=at,
    )  # fmt: skip
