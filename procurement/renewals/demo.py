"""The demo's contracts made elsewhere: one that ends within the year, one that runs on."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import Cpv
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from procurement.contracts.rules import LocalOutcome
from procurement.externals import services
from procurement.externals.rules import Facts
from procurement.renewals.services import alert

CONTRACTS = (
    ("Catering in het stadskantoor", "55510000", 178_000, 240),
    ("Onderhoud van speelplekken", "77310000", 96_000, 900),
)
"""What, its CPV code, its value in euro, how many days after the end of the year it ends."""


def story(agenda: Agenda) -> None:
    """Entered in the last week; the alert comes as the year ends."""
    agenda.at(agenda.day(6, 14), partial(_enter, agenda))
    agenda.at(agenda.ends_at - timedelta(minutes=4), partial(_alert, agenda))


def _enter(agenda: Agenda, session: Session, at: datetime) -> None:
    buyer = Actor(
        agenda.cast["gemeente/purchaser1"], "", agenda.cast["gemeente"], "", frozenset({Role.PURCHASER})
    )
    for number, (title, cpv, euro, days) in enumerate(CONTRACTS, start=1):
        ends = local_date(agenda.ends_at) + timedelta(days=days)
        facts = Facts(
            title, "Leverancier van elders (voorbeeld)", Money(euro * 100), ends - timedelta(days=1200), ends,
            cpv=Cpv(cpv), reference=f"INK-{number}",
        )  # fmt: skip
        made = services.enter(session, facts=facts, actor=buyer, at=at)
        services.examine(
            session, contract=made, outcome=LocalOutcome.NONE_FOUND,
            reason="Bij de vorige aanbesteding was hier geen lokale leverancier.", actor=buyer, at=at,
        )  # fmt: skip


def _alert(_agenda: Agenda, session: Session, at: datetime) -> None:
    alert(session, at=at)
