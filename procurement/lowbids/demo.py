"""The demo's low price: one bidder is asked and explains; the buyer's judgment waits for whoever plays the buyer."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from cwb.kernel.clock import local_date
from procurement.lowbids import queries, services
from procurement.lowbids.gateway import settings
from procurement.tenders.demo import Plot

QUESTION = "Uw prijs valt ons op. Hoeveel uren rekent u, en welk uurloon? Wat hebt u al in huis?"
ANSWER = (
    "Wij rekenen 26 uur per week tegen het loon van de cao. Machines en kleding hebben wij al. "
    "Een van onze leden woont naast de hal, dus niemand reist."
)


def story(plot: Plot, opened_at: datetime) -> None:
    """Some days after the opening, where the story says that a price is low."""
    if "low_bid" in plot.facts:
        plot.agenda.at(opened_at + timedelta(days=2, hours=1), partial(_ask, plot))


def _ask(plot: Plot, session: Session, at: datetime) -> None:
    actor, tender, law = (
        plot.actor(session, f"{plot.facts['anchor']}/purchaser2"),
        plot.tender(session),
        settings(local_date(at)),
    )
    bids = services.see_prices(session, tender=tender, settings=law, actor=actor, at=at)
    low = next(each.label for each in bids if each.hints)
    made = services.ask_about_price(
        session, tender=tender, label=low, question=QUESTION, settings=law, actor=actor, at=at,
        last_day=law.first_day(local_date(at)) + timedelta(days=2),
    )  # fmt: skip
    plot.agenda.at(at + timedelta(days=1), partial(_explain, plot, made.id))


def _explain(plot: Plot, question_id: int, session: Session, at: datetime) -> None:
    services.explain_price(
        session, question=queries.locked(session, question_id), answer=ANSWER,
        actor=plot.actor(session, f"{plot.facts['low_bid']}/board"), at=at,
    )  # fmt: skip
