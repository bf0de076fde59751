"""The demo's support: three offers, a room that is given month by month, hours that never came, a seat on offer."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from coops.aid.gateway import ceilings
from coops.arrangements import queries, services
from coops.arrangements.models import SupportAgreement
from coops.arrangements.rules import Terms
from coops.initiatives.models import Initiative
from coops.support.models import SupportOffer, SupportRequest
from coops.support.rules import Kind, OfferFacts, RequestFacts
from coops.support.services import ask_support, offer_support
from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role

ROOM, HOURS, SEATS = (
    "Plint van 120 m² met werkplaats (voorbeeld)",
    "Jurist voor statuten (voorbeeld)",
    "Leerwerkplekken (voorbeeld)",
)
NEEDS_ROOM, NEEDS_HOURS, NEEDS_SEATS = (
    "Werkplaats voor karren en middelen (voorbeeld)", "Hulp bij onze statuten (voorbeeld)",
    "Acht buren leren schoonmaken (voorbeeld)",
)  # fmt: skip


def story(agenda: Agenda) -> None:
    """From spring on a municipality lets a room; an employer promises hours; a welfare trust offers places."""
    agenda.at(agenda.day(170, 9), partial(_offer, agenda))
    agenda.at(agenda.day(168, 19), partial(_ask, agenda))
    agenda.at(agenda.day(165, 11), partial(_agree, agenda))
    for month in range(4):
        agenda.at(agenda.day(130 - 30 * month, 16), partial(_deliver, agenda, NEEDS_ROOM, 1))
        if month < 3:
            agenda.at(agenda.day(128 - 30 * month, 20), partial(_confirm, agenda, NEEDS_ROOM, "cleaning3"))
    agenda.at(agenda.day(100, 15), partial(_deliver, agenda, NEEDS_HOURS, 6))
    agenda.at(agenda.day(98, 20), partial(_confirm, agenda, NEEDS_HOURS, "green1"))
    agenda.at(agenda.day(9, 19), partial(_group, agenda))


def _giver(agenda: Agenda, key: str) -> Actor:
    """Who gives: at the municipality somebody who sits in no panel, for they judge no bid of whom they support."""
    return agenda.actor(key, "purchaser2" if key == "gemeente" else "purchaser1", Role.PURCHASER)


def _offer(agenda: Agenda, session: Session, at: datetime) -> None:
    first = local_date(at)
    last = first + timedelta(days=600)
    for key, facts in (
        ("gemeente", OfferFacts(
            Kind.PREMISES, ROOM, "Begane grond, met toilet en stroom. Te delen met een ander.", 120, 60_00, 140_00,
            "Gemiddelde huur van bedrijfsruimte in de wijk (voorbeeld)", "FM", True, first, last,
        )),
        ("bedrijf", OfferFacts(
            Kind.EXPERTISE, HOURS, "Onze jurist leest mee en gaat mee naar de notaris.", 40, 0, 145_00,
            "Ons eigen uurtarief aan anderen (voorbeeld)", None, False, first, last,
        )),
        ("welzijn", OfferFacts(
            Kind.TRAINING, SEATS, "Tien weken, met taalles en een begeleider.", 12, 0, 850_00,
            "Prijs van een open cursus (voorbeeld)", None, False, first, last,
        )),
    ):  # fmt: skip
        offer_support(session, facts=facts, actor=_giver(agenda, key), at=at)


def _ask(agenda: Agenda, session: Session, at: datetime) -> None:
    first = local_date(at)
    for key, kind, title, amount, price, days in (
        ("cleaning3", Kind.PREMISES, NEEDS_ROOM, 80, 75_00, 400),
        ("green1", Kind.EXPERTISE, NEEDS_HOURS, 20, None, 200),
    ):
        facts = RequestFacts(kind, title, amount, price, None, first, first + timedelta(days=days))
        ask_support(
            session, facts=facts, initiative=None, actor=agenda.actor(key, "board", Role.BOARD), at=at
        )


def _pair(session: Session, offer: str, request: str) -> tuple[SupportOffer, SupportRequest]:
    return (
        session.scalars(select(SupportOffer).where(SupportOffer.title == offer)).one(),
        session.scalars(select(SupportRequest).where(SupportRequest.title == request)).one(),
    )


def _agree(agenda: Agenda, session: Session, at: datetime) -> None:
    first = local_date(at)
    for giver, receiver, offer, request, amount, days in (
        ("gemeente", "cleaning3", ROOM, NEEDS_ROOM, 80, 364), ("bedrijf", "green1", HOURS, NEEDS_HOURS, 20, 120),
    ):  # fmt: skip
        given, asked = _pair(session, offer, request)
        terms = Terms(
            amount, first, first + timedelta(days=days), given.price, given.market, given.market_how
        )
        made = services.propose(
            session, offer=given, request=asked, terms=terms, actor=_giver(agenda, giver), at=at
        )
        services.agree(
            session, agreement=made, ceilings=ceilings(), understood=False,
            actor=agenda.actor(receiver, "board", Role.BOARD), at=at + timedelta(hours=3),
        )  # fmt: skip


def _agreement(session: Session, request: str) -> SupportAgreement:
    found = session.scalars(
        select(SupportAgreement).join(SupportAgreement.request).where(SupportRequest.title == request)
    ).one()
    return queries.agreement(session, found.public_id)


def _deliver(agenda: Agenda, request: str, amount: int, session: Session, at: datetime) -> None:
    key = "gemeente" if request == NEEDS_ROOM else "bedrijf"
    services.deliver(
        session, agreement=_agreement(session, request), amount=amount, delivered_on=local_date(at),
        text="Volgens afspraak (voorbeeld)", actor=_giver(agenda, key), at=at,
    )  # fmt: skip


def _confirm(agenda: Agenda, request: str, key: str, session: Session, at: datetime) -> None:
    found = _agreement(session, request)
    open_line = next(each for each in found.deliveries if each.answered_at is None)
    services.answer_delivery(
        session, agreement=found, public_id=open_line.public_id, confirmed=True, reason="",
        actor=agenda.actor(key, "board", Role.BOARD), at=at,
    )  # fmt: skip


def _group(agenda: Agenda, session: Session, at: datetime) -> None:
    """The incubator's group asks for places; the welfare trust proposes them and waits for an answer."""
    first = local_date(at)
    group = session.get_one(Initiative, agenda.cast["incubator/group"])
    who = Actor(agenda.cast["bewoners/resident"], "", None, "", frozenset({Role.RESIDENT}))
    facts = RequestFacts(Kind.TRAINING, NEEDS_SEATS, 8, None, None, first, first + timedelta(days=180))
    asked = ask_support(session, facts=facts, initiative=group, actor=who, at=at)
    given, _ = _pair(session, SEATS, NEEDS_SEATS)
    terms = Terms(8, first, first + timedelta(days=150), 0, given.market, given.market_how)
    services.propose(
        session, offer=given, request=asked, terms=terms, actor=_giver(agenda, "welzijn"), at=at + timedelta(hours=14)
    )  # fmt: skip
