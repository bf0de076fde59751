"""The demo's low prices: one is explained and waits for the buyer; one below the wage floor is judged already."""

from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy.orm import Session

from cwb.kernel.clock import local_date
from procurement.lowbids import queries, services
from procurement.lowbids.gateway import settings
from procurement.lowbids.rules import Verdict
from procurement.opening.queries import opened
from procurement.tenders.demo import Plot


class Told(NamedTuple):
    """What the buyer asks and the bidder answers."""

    question: str
    answer: str


LOW = Told(
    "Uw prijs valt ons op. Hoeveel uren rekent u, en welk uurloon? Wat hebt u al in huis?",
    "Wij rekenen 26 uur per week tegen het loon van de cao. Machines en kleding hebben wij al. "
    "Een van onze leden woont naast de hal, dus niemand reist.",
)
BELOW = Told(
    "Uw loonkosten dekken de genoemde uren niet tegen het gevraagde loon. Hoe zit dat?",
    "Voor twee van onze mensen krijgen wij loonkostensubsidie van de gemeente. Iedereen krijgt minstens het gevraagde "
    "loon. De subsidie vult het verschil aan. De beschikking stuurden wij mee.",
)
ENOUGH = (
    "De beschikking laat een subsidie zien die hoger is dan het verschil. Het gevraagde loon wordt dus betaald. "
    "De prijs is uitgelegd."
)


def story(plot: Plot, opened_at: datetime) -> None:
    """Some days after the opening, where the story says that a price is low, or lies below the wage floor."""
    for hours, name, told in ((1, "low_bid", LOW), (2, "below_floor", BELOW)):
        if name in plot.facts:
            at = opened_at + timedelta(days=2, hours=hours)
            plot.agenda.at(at, partial(_ask, plot, plot.facts[name], told))


def _ask(plot: Plot, key: str, told: Told, session: Session, at: datetime) -> None:
    actor, tender, law = (
        plot.actor(session, f"{plot.facts['anchor']}/purchaser2"),
        plot.tender(session),
        settings(local_date(at)),
    )
    services.see_prices(session, tender=tender, settings=law, actor=actor, at=at)
    label = next(
        each.label for each in opened(session, tender.id) if each.organisation_id == plot.agenda.cast[key]
    )
    made = services.ask_about_price(
        session, tender=tender, label=label, question=told.question, settings=law, actor=actor, at=at,
        last_day=law.first_day(local_date(at)) + timedelta(days=2),
    )  # fmt: skip
    plot.agenda.at(at + timedelta(days=1), partial(_explain, plot, key, told, made.id))
    if told is BELOW:
        plot.agenda.at(at + timedelta(days=1, hours=4), partial(_judge, plot, made.id))


def _explain(plot: Plot, key: str, told: Told, question_id: int, session: Session, at: datetime) -> None:
    services.explain_price(
        session, question=queries.locked(session, question_id), answer=told.answer,
        actor=plot.actor(session, f"{key}/board"), at=at,
    )  # fmt: skip


def _judge(plot: Plot, question_id: int, session: Session, at: datetime) -> None:
    """One purchaser judges, another one confirms."""
    found = services.judge(
        session, question=queries.locked(session, question_id), verdict=Verdict.EXPLAINED, reasons=ENOUGH,
        actor=plot.actor(session, f"{plot.facts['anchor']}/purchaser2"), at=at,
    )  # fmt: skip
    services.confirm(
        session, question=queries.locked(session, found.id), is_agreed=True,
        actor=plot.actor(session, f"{plot.facts['anchor']}/purchaser1"), at=at + timedelta(hours=2),
    )  # fmt: skip
