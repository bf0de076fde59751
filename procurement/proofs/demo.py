"""The demo's proof: a cooperative that keeps a file with its papers, and a winner that is asked for two."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from procurement.enclosures.demo import PAPERS, PLAN
from procurement.proofs import queries, services
from procurement.statements import queries as statements
from procurement.tenders.demo import Plot


def story(agenda: Agenda) -> None:
    """One day after its papers were written down, a cooperative adds their files."""
    agenda.at(agenda.day(29, 11), partial(_attach, agenda))


def _attach(agenda: Agenda, session: Session, at: datetime) -> None:
    plot, key = Plot(agenda, {}, 0), PAPERS[0][0]
    actor = plot.actor(session, f"{key}/board")
    for paper in statements.papers(session, actor.organisation_id or 0):
        services.attach(
            session, paper=paper, name=f"{paper.kind}.pdf", content=PLAN, actor=actor, keys=plot.keys(), at=at
        )


def ask(plot: Plot, session: Session, at: datetime) -> None:
    """Ask every winner of a tender that waits for its papers, for three weeks; nobody twice."""
    actor, tender = plot.actor(session, f"{plot.facts['anchor']}/purchaser1"), plot.tender(session)
    asked = {each.opened_bid_id for each in queries.of_tender(session, tender.id)}
    for letter in queries.winners(session, tender.id)[1]:
        if letter.opened_bid_id in asked:
            continue
        services.ask_winner(
            session, tender=tender, label=letter.bid.label, kinds=["kvk", "tax"],
            last_day=local_date(at) + timedelta(days=21), actor=actor, at=at,
        )  # fmt: skip
