"""The demo's offers and wants: one lends a cargo bike, another seeks a shed and writes to the first."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from coops.exchange.queries import wallets_of
from coops.exchange.rules import AdvertFacts, Deal, Exchange, Item
from coops.exchange.services import answer_advert, place_advert
from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from ledger.instruments.rules import Code


def story(agenda: Agenda) -> None:
    """Two adverts and an answer in the last week."""
    agenda.at(agenda.day(6, 10), partial(_exchange, agenda))


def _exchange(agenda: Agenda, session: Session, at: datetime) -> None:
    lender, seeker = (agenda.actor(f"cleaning{number}", "board", Role.BOARD) for number in (1, 2))
    until = local_date(at) + timedelta(days=120)
    offered = place_advert(
        session, actor=lender, at=at,
        facts=AdvertFacts(
            Exchange.OFFER, Item.TOOL, Deal.BORROW, "Bakfiets te leen op maandag en dinsdag",
            "Elektrisch, met huif. Ophalen bij ons. Dit is een voorbeeld.", None, until,
        ),
    )  # fmt: skip
    place_advert(
        session, actor=seeker, at=at,
        facts=AdvertFacts(
            Exchange.WANT, Item.SPACE, Deal.RENT, "Droge schuur gezocht, 20 m2",
            "Voor gereedschap, met slot. Dit is een voorbeeld.", None, until,
        ),
    )  # fmt: skip
    if Code.NWE in wallets_of(session, lender.organisation_id or 0):
        place_advert(
            session, actor=lender, at=at,
            facts=AdvertFacts(
                Exchange.OFFER, Item.WORK, Deal.BUY, "Ramen wassen bij u thuis",
                "Een uur, met eigen ladder. Dit is een voorbeeld.", None, until, Code.NWE, Money(1_750),
            ),
        )  # fmt: skip
    answer_advert(session, advert=offered, text="Graag elke dinsdag. Kan dat?", actor=seeker, at=at)
