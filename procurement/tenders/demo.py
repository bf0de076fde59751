"""What the demo's later acts share: one tender of the story, its people and its keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from cwb.demo.rules import Agenda
from cwb.identity.models import Mandate, User
from cwb.kernel.policy import Actor, Role
from procurement.sealing.gateway import HouseKeys
from procurement.tenders.models import Lot, Tender


@dataclass(frozen=True, slots=True)
class Plot:
    """One tender of the story."""

    agenda: Agenda
    facts: Mapping[str, Any]
    number: int

    @property
    def key(self) -> str:
        """Its place in the cast."""
        return f"tender/{self.number}"

    def person(self, role: str) -> int:
        """A user of the buyer."""
        found: int = self.agenda.cast[f"{self.facts['anchor']}/{role}"]
        return found

    def tender(self, session: Session) -> Tender:
        """The tender with its buyer, lot and criteria."""
        return session.scalars(
            select(Tender)
            .where(Tender.id == self.agenda.cast[self.key])
            .options(joinedload(Tender.buyer), selectinload(Tender.lots).selectinload(Lot.criteria))
        ).one()

    def actor(self, session: Session, place: str) -> Actor:
        """Somebody of the cast, acting for the organisation in front of the slash."""
        organisation_id = self.agenda.cast[place.partition("/")[0]]
        user = session.get_one(User, self.agenda.cast[place])
        roles = session.scalars(
            select(Mandate.role).where(
                Mandate.user_id == user.id,
                Mandate.organisation_id == organisation_id,
                Mandate.ended_at.is_(None),
            )
        )
        return Actor(user.id, user.name, organisation_id, "", frozenset(Role(role) for role in roles))

    def keys(self) -> HouseKeys:
        """The keys outside the database."""
        return HouseKeys(self.agenda.data_dir)
