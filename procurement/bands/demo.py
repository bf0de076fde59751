"""The demo's own bands: those for services were confirmed, those for works wait for a second purchaser."""

from datetime import date, datetime
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.identity.models import User
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from procurement.bands import services
from procurement.bands.models import OwnBand
from procurement.bands.rules import BandFacts

SOURCE = "Inkoopbeleid van de gemeente (voorbeeld), bladzijde 12"


def story(agenda: Agenda) -> None:
    """Near the end of the year: the amounts are those that the advice used until then."""
    agenda.at(agenda.day(4, 10), partial(_services, agenda))
    agenda.at(agenda.day(2, 10), partial(_works, agenda))


def _actor(agenda: Agenda, session: Session, place: str) -> Actor:
    user = session.get_one(User, agenda.cast[f"gemeente/{place}"])
    return Actor(user.id, user.name, agenda.cast["gemeente"], "", frozenset({Role.PURCHASER}))


def _enter(agenda: Agenda, session: Session, kind: str, day: date, single: int, at: datetime) -> OwnBand:
    facts = BandFacts(kind, day, single * 100, 150_000_000 if kind == "works" else None, SOURCE)
    return services.enter_band(session, facts=facts, actor=_actor(agenda, session, "purchaser1"), at=at)


def _services(agenda: Agenda, session: Session, at: datetime) -> None:
    made = _enter(agenda, session, "services", local_date(at), 50_000, at)
    services.confirm_band(session, band=made, actor=_actor(agenda, session, "purchaser2"), at=at)


def _works(agenda: Agenda, session: Session, at: datetime) -> None:
    _enter(agenda, session, "works", local_date(at), 150_000, at)
