"""The demo's neighbours: one lends a ladder, another mends bicycles for local money and asks for the ladder."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from coops.exchange.rules import AdvertFacts, Deal, Exchange, Item
from coops.neighbours.queries import find_reader
from coops.neighbours.services import answer, join, place_advert
from cwb.demo.rules import Agenda
from cwb.identity.queries import user
from cwb.identity.services import person_of
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.places.gateway import area_pack
from ledger.instruments.rules import Code
from ledger.wallets.services import open_wallet


def story(agenda: Agenda) -> None:
    """In the last week, after the first resident took a wallet (`ledger.shops.demo`)."""
    agenda.at(agenda.day(6, 19), partial(_street, agenda))


def _street(agenda: Agenda, session: Session, at: datetime) -> None:
    key = next(each["key"] for each in agenda.facts["cooperatives"] if each["verified"] and each["members"])
    bea, mender = (
        Actor(agenda.cast[who], "", None, "", frozenset({Role.RESIDENT}))
        for who in ("bewoners/resident", f"{key}/member1")
    )
    if find_reader(session, bea) is None:
        return
    person = person_of(session, user=user(session, mender.user_id), at=at)
    open_wallet(session, code=Code.NWE, party=person, actor=mender, at=at)
    place = next(iter(area_pack().wijken))
    join(session, called="", place_code=place, of_age=True, actor=bea, at=at)
    join(session, called="Fietsdokter", place_code=None, of_age=True, actor=mender, at=at)
    until = local_date(at) + timedelta(days=60)
    ladder = place_advert(
        session, actor=bea, at=at,
        facts=AdvertFacts(
            Exchange.OFFER, Item.TOOL, Deal.BORROW, "Ladder te leen", "Vier meter. Dit is een voorbeeld.",
            place, until,
        ),
    )  # fmt: skip
    place_advert(
        session, actor=mender, at=at,
        facts=AdvertFacts(
            Exchange.OFFER, Item.WORK, Deal.BUY, "Band plakken", "Bij u thuis. Dit is een voorbeeld.", None, until,
            Code.NWE, Money(7_50),
        ),
    )  # fmt: skip
    answer(
        session,
        public_id=ladder.public_id,
        text="Mag ik hem zaterdag lenen? Dit is een voorbeeld.",
        actor=mender,
        at=at,
    )
