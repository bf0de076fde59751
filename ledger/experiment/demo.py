"""The demo's experiment: registered by two people before it began, on the example's purchases, with nothing to see."""

from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from cwb.places.gateway import area_pack
from ledger.experiment.queries import experiment
from ledger.experiment.rules import Design
from ledger.experiment.services import compute_result, draft_experiment, register_experiment, tell_deviation

WAVES = 3


def story(agenda: Agenda) -> None:
    """A plan in spring, its registration, something that went otherwise, and what came out of two quarters."""
    agenda.at(agenda.day(250, 9), partial(_plan, agenda))
    agenda.at(agenda.day(249, 15), partial(_register, agenda))
    agenda.at(agenda.ends_at - timedelta(minutes=3), partial(_report, agenda))


def _plan(agenda: Agenda, session: Session, at: datetime) -> None:
    design = Design(
        title="Blijft er meer geld in de buurt met een tegoedbon? (voorbeeld)",
        hypotheses="Wie met de tegoedbon betaalt, koopt vaker bij leveranciers die zelf ook in de buurt kopen.",
        secondary="Wat het kost per 100 euro, hoeveel klachten er zijn en hoeveel tegoed blijft liggen.",
        first=Period.quarter_of(Period.quarter_of(local_date(at)).end), waves=WAVES, arms=("A",),
        seed="4 1 6 2 2 5 3 1 6 4", sd=Fraction(25, 100), rho=Fraction(5, 100), reserve=500_000,
    )  # fmt: skip
    made = draft_experiment(
        session, design=design, area=area_pack(), actor_id=agenda.cast["programma/programme"], at=at
    )
    agenda.cast["experiment"] = made.public_id


def _register(agenda: Agenda, session: Session, at: datetime) -> None:
    found = experiment(session, agenda.cast["experiment"], drafts=True)
    register_experiment(session, experiment=found, actor_id=agenda.cast["programma/programme2"], at=at)


def _report(agenda: Agenda, session: Session, at: datetime) -> None:
    actor_id = agenda.cast["programma/programme"]
    found = experiment(session, agenda.cast["experiment"], drafts=True)
    tell_deviation(
        session, experiment=found, since=local_date(at) - timedelta(days=60), analysis=False, actor_id=actor_id, at=at,
        reason="Er is in deze proef nog geen tegoedbon uitgegeven. Wie begon, betaalde gewoon in euro’s (voorbeeld).",
    )  # fmt: skip
    for cut in found.plan["periods"][1:WAVES]:
        if Period.parse(cut).end <= local_date(at):
            compute_result(session, experiment=found, cut=cut, area=area_pack(), actor_id=actor_id, at=at)
