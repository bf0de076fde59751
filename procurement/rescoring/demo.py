"""The demo's mistake: a decision is withdrawn, one bid is scored anew by two people, and a second decision follows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from procurement.consensus import demo as consensus
from procurement.evaluation import queries as evaluations
from procurement.evaluation import services as evaluation
from procurement.rescoring import queries, services
from procurement.rescoring.models import Rescoring
from procurement.rescoring.rules import Ground
from procurement.standstill import services as standstill
from procurement.tenders.demo import Plot

WHY = "Bij het overnemen van de scores zijn twee cijfers verwisseld. Het team had meer punten afgesproken."
AGREED = "Ik las het verslag van het team. Daar staan inderdaad meer punten dan in het systeem."
NOTE = "Het team had dit zo afgesproken. Het plan noemt elke ruimte, met de vaste mensen."

Then = Callable[[Plot, datetime], None]


def story(agenda: Agenda, then: Then) -> None:
    """In the third last week of the year, for the tender of the example that says so; `then` decides anew."""
    for number, facts in enumerate(agenda.facts["tenders"]):
        if facts.get("rescored"):
            agenda.at(agenda.day(20, 10), partial(_ask, Plot(agenda, facts, number), then))


def _ask(plot: Plot, then: Then, session: Session, at: datetime) -> None:
    tender, anchor = plot.tender(session), plot.facts["anchor"]
    if tender.decided_at is None:
        return
    first = plot.actor(session, f"{anchor}/purchaser1")
    standstill.withdraw_decision(session, tender=tender, reason=WHY, actor=first, at=at)
    [lot] = tender.lots
    ranking = evaluations.evaluations(session, tender.id)[lot.id].outcome["ranking"]
    services.ask_rescoring(
        session, tender=tender, label=ranking[1]["id"], codes=[evaluations.quality(lot)[0].code],
        ground=Ground.CLERICAL, reason=WHY, actor=first, at=at,
    )  # fmt: skip
    plot.agenda.at(at + timedelta(days=1), partial(_agree, plot))
    plot.agenda.at(at + timedelta(days=2), partial(_settle, plot, then))


def _open(plot: Plot, session: Session) -> Rescoring:
    found = queries.find_open(session, plot.tender(session).id)
    if found is None:
        raise LookupError(plot.key)
    return found


def _agree(plot: Plot, session: Session, at: datetime) -> None:
    services.decide_rescoring(
        session, tender=plot.tender(session), public_id=_open(plot, session).public_id, is_agreed=True, answer=AGREED,
        actor=plot.actor(session, f"{plot.facts['anchor']}/purchaser2"), at=at,
    )  # fmt: skip


def _settle(plot: Plot, then: Then, session: Session, at: datetime) -> None:
    tender, asked = plot.tender(session), _open(plot, session)
    asked = queries.rescoring(session, tender.id, asked.public_id)
    criteria = evaluations.quality(evaluation.lot_of(tender, asked.bid))
    services.settle_rescoring(
        session, tender=tender, public_id=asked.public_id,
        scores={each.code: (each.max_points, NOTE) for each in criteria if each.code in asked.codes},
        actor=plot.actor(session, f"{plot.facts['anchor']}/assessor1"), at=at,
    )  # fmt: skip
    consensus.settle_ties(plot, session, at)
    then(plot, at)
