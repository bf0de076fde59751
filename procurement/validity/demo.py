"""The demo's longer validity: judging takes long, one bidder agreed, the others' answers are awaited."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.kernel.clock import local_date
from procurement.awards.queries import tender as whole
from procurement.tenders.demo import Plot
from procurement.validity import queries, services

REASON = "Twee leden van het team waren lang ziek. Het besluit komt daardoor later (voorbeeld)."


def story(plot: Plot, opened_at: datetime) -> None:
    """Some days after the opening, where the story says who agrees."""
    if "longer" in plot.facts:
        plot.agenda.at(opened_at + timedelta(days=3, hours=2), partial(_ask, plot))


def _ask(plot: Plot, session: Session, at: datetime) -> None:
    tender = whole(session, plot.tender(session).number)
    soonest = min(each.until for each in services.bounds(session, tender) if each.until)
    made = services.ask(
        session, tender=tender, until=soonest + timedelta(days=60), reason=REASON,
        last_day=local_date(at) + timedelta(days=60), actor=plot.actor(session, f"{plot.facts['anchor']}/purchaser1"),
        at=at,
    )  # fmt: skip
    plot.agenda.at(at + timedelta(days=1), partial(_agree, plot, made.public_id))


def _agree(plot: Plot, asked: UUID, session: Session, at: datetime) -> None:
    services.answer(
        session, request=queries.request(session, asked), agrees=True,
        actor=plot.actor(session, f"{plot.facts['longer']}/board"), at=at,
    )  # fmt: skip
