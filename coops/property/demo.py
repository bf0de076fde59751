"""The demo's first refusal: a neighbourhood building that was decided on, and a garden that is open."""

from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from coops.property import queries, services
from coops.property.gateway import windows
from coops.property.models import PropertyNotice
from coops.property.rules import CriterionTest, Deal, Demand, NoticeFacts, to_test
from cwb.demo.rules import Agenda
from cwb.kernel.policy import Role

HOUSE = NoticeFacts(
    Deal.LEASE, "Buurtgebouw aan het plein, begane grond (voorbeeld)", "FM", 240, "Buurtwerk en een keuken",
    "Uren per week open voor de buurt: 50 punten.\nHuur die u betaalt: 30 punten.\n"
    "Jaren ervaring met beheer: 20 punten.", "",
)  # fmt: skip
GARDEN = NoticeFacts(
    Deal.LEASE, "Kas en tuin achter de school (voorbeeld)", "FN", 900, "Groen en leren",
    "U beheert het gebouw waar de kas aan vastzit.\nU opent de tuin minstens twaalf dagen per jaar voor buren.",
    "De kas hangt vast aan het gebouw van de huidige beheerder. Alleen die kan er met gereedschap bij.",
)  # fmt: skip


def story(agenda: Agenda) -> None:
    """Announced by one person, published by another; two cooperatives are interested; two people decide."""
    for facts, day in ((HOUSE, 90), (GARDEN, 12)):
        agenda.at(agenda.day(day, 10), partial(_announce, agenda, facts))
        agenda.at(agenda.day(day - 1, 10), partial(_publish, agenda, facts))
    for key, day, text in (
        ("catering1", 80, "Wij koken vijf dagen per week voor de buurt en zijn zestig uur open (voorbeeld)."),
        ("cleaning2", 70, "Wij zoeken een kantoor en opslag, en openen twintig uur per week (voorbeeld)."),
    ):
        agenda.at(agenda.day(day, 20), partial(_interest, agenda, key, text))
    agenda.at(agenda.day(40, 11), partial(_propose, agenda))
    agenda.at(agenda.day(38, 11), partial(_decide, agenda))


def _notice(session: Session, facts: NoticeFacts) -> PropertyNotice:
    found = session.scalars(select(PropertyNotice).where(PropertyNotice.title == facts.title)).one()
    return queries.notice(session, found.public_id)


def _announce(agenda: Agenda, facts: NoticeFacts, session: Session, at: datetime) -> None:
    services.announce(
        session, facts=facts, actor=agenda.actor("gemeente", "purchaser1", Role.PURCHASER), at=at
    )


def _publish(agenda: Agenda, facts: NoticeFacts, session: Session, at: datetime) -> None:
    found = _notice(session, facts)
    note = "Dit is na te meten en geldt voor iedereen gelijk. Het past bij het doel (voorbeeld)."
    tests = [
        CriterionTest(each, frozenset(Demand), note) for each in to_test(found.criteria, found.sole_reason)
    ]
    services.publish(
        session, notice=found, tests=tests, windows=windows(),
        actor=agenda.actor("gemeente", "purchaser2", Role.PURCHASER), at=at,
    )  # fmt: skip


def _interest(agenda: Agenda, key: str, text: str, session: Session, at: datetime) -> None:
    services.show_interest(
        session, notice=_notice(session, HOUSE), initiative=None, text=text,
        actor=agenda.actor(key, "board", Role.BOARD), at=at,
    )  # fmt: skip


def _propose(agenda: Agenda, session: Session, at: datetime) -> None:
    found = _notice(session, HOUSE)
    services.propose_decision(
        session, notice=found, chosen=str(queries.standing(found)[0].public_id),
        reasons="De keuken krijgt 50 + 20 + 15 punten, het kantoor 17 + 30 + 10. De keuken is vaker open.",
        actor=agenda.actor("gemeente", "purchaser1", Role.PURCHASER), at=at,
    )  # fmt: skip


def _decide(agenda: Agenda, session: Session, at: datetime) -> None:
    services.decide(
        session, notice=_notice(session, HOUSE), agrees=True,
        actor=agenda.actor("gemeente", "purchaser2", Role.PURCHASER), at=at,
    )  # fmt: skip
