"""A partner with hours and a room, a cooperative that asks, and both sides' people."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from coops.aid import gateway
from coops.arrangements import services
from coops.arrangements.models import SupportAgreement
from coops.arrangements.rules import Terms
from coops.support.models import SupportOffer, SupportRequest
from coops.support.rules import Kind, OfferFacts, RequestFacts
from coops.support.services import ask_support, offer_support
from cwb.identity import services as identity
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role

FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)
CEILINGS = gateway.ceilings("nieuw_west")


@dataclass
class Table:
    """Who sits at it, and the acts with sensible facts."""

    session: Session
    at: datetime
    giver: Actor
    receiver: Actor
    second: Actor
    users: SimpleNamespace

    @property
    def first(self) -> date:
        """The first day of it all."""
        return local_date(self.at)

    @property
    def last(self) -> date:
        """The last day of offers and requests."""
        return self.first + timedelta(days=364)

    def offer(self, kind: Kind = Kind.EXPERTISE, amount: int = 40, market: int = 95_00) -> SupportOffer:
        """Free hours of a lawyer."""
        facts = OfferFacts(
            kind, "Jurist", "", amount, 0, market, "Tarief", None, False, self.first, self.last
        )
        return offer_support(self.session, facts=facts, actor=self.giver, at=self.at)

    def request(self, kind: Kind = Kind.EXPERTISE, amount: int = 10) -> SupportRequest:
        """Ten hours."""
        facts = RequestFacts(kind, "Hulp bij statuten", amount, None, None, self.first, self.last)
        return ask_support(self.session, facts=facts, initiative=None, actor=self.receiver, at=self.at)

    def propose(self, offer: SupportOffer, request: SupportRequest, amount: int = 10) -> SupportAgreement:
        """The giver proposes."""
        terms = Terms(
            amount, self.first, self.first + timedelta(days=180), offer.price, offer.market, "Tarief"
        )
        return services.propose(
            self.session, offer=offer, request=request, terms=terms, actor=self.giver, at=self.at
        )

    def agree(self, found: SupportAgreement, *, understood: bool = False) -> SupportAgreement:
        """The receiver says yes."""
        return services.agree(
            self.session, agreement=found, ceilings=CEILINGS, understood=understood, actor=self.receiver, at=self.at
        )  # fmt: skip

    def agreed(self, amount: int = 10) -> SupportAgreement:
        """An agreement on ten of forty hours."""
        return self.agree(self.propose(self.offer(), self.request(), amount))


def actor(user, organisation, *roles):
    """Somebody acting for an organisation."""
    return Actor(user.id, user.name, organisation.id, organisation.name, frozenset(roles))


def seat(session, at, number, name, role, home=None, **facts):
    """Somebody with a role, in a new organisation or in `home`."""
    if home is None:
        home = identity.register_organisation(
            session, name=f"Voorbeeld {name}", kvk_number=f"7{number:07}", street="Straat", house_number="1",
            postcode="1069 AB", city="Amsterdam", email=f"{name}@voorbeeld.example", at=at,
            **{"legal_form": "cooperative", "anchor_type": None, "is_programme": False, **facts},
        )  # fmt: skip
    user = identity.register_user(
        session, email=f"{name}{number}@voorbeeld.example", name=name, password=None, locale="nl", at=at
    )
    identity.grant_mandate(session, user=user, organisation=home, role=role, granted_by=None, at=at)
    return user, home


def sit(session, at):
    """Everybody at the table, in any session."""
    giver, anchor = seat(
        session, at, 1, "gever", Role.PURCHASER, legal_form="public_body", anchor_type="municipality"
    )
    receiver, coop = seat(session, at, 2, "ontvanger", Role.BOARD)
    second, _ = seat(session, at, 3, "tweede", Role.BOARD, coop)
    users = SimpleNamespace(giver=giver, receiver=receiver, second=second, anchor=anchor, coop=coop)
    return Table(
        session, at, actor(giver, anchor, Role.PURCHASER), actor(receiver, coop, Role.BOARD),
        actor(second, coop, Role.BOARD), users,
    )  # fmt: skip


@pytest.fixture
def table(session, at):
    """An anchor that gives, a cooperative that receives."""
    return sit(session, at)
